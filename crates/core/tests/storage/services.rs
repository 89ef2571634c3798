//! The S3 services, started on loopback; they end with the test, however it ends.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use timecamp_scim_core::Secret;
use timecamp_scim_core::http::HttpSettings;
use timecamp_scim_core::pace::Pace;
use timecamp_scim_core::storage::{Keys, S3Settings, Storage, StorageSettings, Style};

/// The bucket that every service has.
pub(crate) const BUCKET: &str = "timecamp";

/// How much faster time passes: a lock holds for nine seconds, the shortest there is.
pub(crate) const SCALE: f64 = 0.15;

/// A service that runs.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    users: Value,
    /// The role that a web identity may take.
    pub(crate) role: String,
    child: Child,
    /// Where objects are, when they are files.
    pub(crate) root: Option<TempDir>,
}

/// Who uses it, by the rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// Everything that the stages need.
    All,
    /// No right at all.
    Nothing,
    /// Reads and lists.
    Reader,
    /// Reads and writes, but may not list (the service in Rust only).
    Unlisted,
    /// Writes only (the service in Rust only).
    Writer,
}

impl User {
    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Nothing => "nothing",
            Self::Reader => "reader",
            Self::Unlisted => "unlisted",
            Self::Writer => "writer",
        }
    }
}

const RIGHTS: [(User, &str); 5] = [
    (User::All, "get+put+delete+list"),
    (User::Nothing, ""),
    (User::Reader, "get+list"),
    (User::Unlisted, "get+put"),
    (User::Writer, "put"),
];

/// A fresh service in Rust, with its own bucket.
pub(crate) fn ours(arguments: &[&str]) -> Service {
    let root = TempDir::with_prefix("timecamp-scim-s3-").unwrap();
    std::fs::create_dir(root.path().join(BUCKET)).unwrap();
    let mut command = Command::new(testkit::bin("s3-server"));
    command.arg(root.path()).args(arguments);
    let mut users = json!({});
    for (user, rights) in RIGHTS {
        let (id, secret) = (format!("AKID{}", user.name().to_uppercase()), format!("secret/of+{}=", user.name()));
        command.arg("--user").arg(format!("{id}:{secret}:{rights}"));
        users[user.name()] = json!({ "id": id, "secret": secret });
    }
    let (child, line) = start(&mut command);
    let port = line.rsplit(':').next().unwrap().trim().parse().unwrap();
    Service { name: "s3s", port, users, role: String::new(), child, root: Some(root) }
}

/// The one moto of this process; tests keep apart by prefixes.
pub(crate) fn moto() -> &'static Service {
    static MOTO: OnceLock<Service> = OnceLock::new();
    MOTO.get_or_init(|| {
        let (child, line) = start(Command::new(python()).arg(servers().join("moto_service.py")));
        let told: Value = serde_json::from_str(&line).unwrap();
        let port = u16::try_from(told["port"].as_u64().unwrap()).unwrap();
        let role = told["role"].as_str().unwrap().to_owned();
        Service { name: "moto", port, users: told["keys"].clone(), role, child, root: None }
    })
}

/// A service behind TLS that has nothing; `ca.pem` in its folder is the authority that vouches for it.
pub(crate) fn tls() -> Service {
    let root = TempDir::with_prefix("timecamp-scim-tls-").unwrap();
    let (child, line) = start(Command::new(python()).arg(servers().join("tls.py")).arg(root.path()));
    let users = json!({ "all": { "id": "AKIDALL", "secret": "secret/of+all=" } });
    Service { name: "tls", port: line.trim().parse().unwrap(), users, role: String::new(), child, root: Some(root) }
}

/// A prefix that no other test has.
pub(crate) fn prefix() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn start(command: &mut Command) -> (Child, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "{command:?} ended at once");
    (child, line)
}

fn servers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers")
}

fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/moto/bin/python");
    assert!(python.exists(), "moto is not installed: run crates/core/tests/servers/install-s3.sh");
    python
}

impl Service {
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The key and the secret of a user.
    pub(crate) fn keys(&self, user: User) -> (String, String) {
        let key = &self.users[user.name()];
        (key["id"].as_str().unwrap().to_owned(), key["secret"].as_str().unwrap().to_owned())
    }

    /// The settings with which a user works below a prefix.
    pub(crate) fn settings(&self, user: User, prefix: &str) -> S3Settings {
        let (id, secret) = self.keys(user);
        S3Settings {
            bucket: BUCKET.to_owned(),
            endpoint: Some(self.url()),
            region: "us-east-1".to_owned(),
            prefix: prefix.to_owned(),
            style: Style::Path,
            keys: Some(Keys { id: Secret::new(id), secret: Secret::new(secret) }),
        }
    }

    pub(crate) async fn storage(&self, user: User, prefix: &str) -> Storage {
        open(self.settings(user, prefix)).await
    }

    /// Calls of boto3, the original's client, with all rights.
    pub(crate) fn boto(&self, calls: &Value) -> Vec<Value> {
        let (id, secret) = self.keys(User::All);
        let answers = ask_python("boto.py", &[self.url(), id, secret], &calls.to_string());
        answers.as_array().unwrap().clone()
    }
}

/// What a script beside the services makes of a text.
pub(crate) fn ask_python(script: &str, arguments: &[String], text: &str) -> Value {
    let mut command = Command::new(python());
    command.arg(servers().join(script)).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Opens a bucket with waits cut short.
pub(crate) async fn open(settings: S3Settings) -> Storage {
    open_with(settings, http()).await
}

pub(crate) async fn open_with(settings: S3Settings, http: HttpSettings) -> Storage {
    Storage::open(&StorageSettings::S3(settings), Path::new("."), &http).await.unwrap()
}

pub(crate) fn http() -> HttpSettings {
    HttpSettings { pace: Pace::scaled(SCALE), timeout: Duration::from_secs(20), ..HttpSettings::default() }
}
