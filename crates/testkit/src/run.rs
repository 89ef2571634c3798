//! What is run, where, and with which environment.

use crate::{Done, Running};
use sandbox::Sandbox;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// How long a stage may run before the test gives up on it: far longer than any test needs.
const LIMIT: Duration = Duration::from_mins(2);

/// Where the world of a sandbox holds the values of variables.
const FROM_WORLD: [(&str, &str); 4] = [
    ("TIMECAMP_API_KEY", "/timecamp/api_key"),
    ("TIMECAMP_ROOT_GROUP_ID", "/timecamp/root"),
    ("BAMBOOHR_SUBDOMAIN", "/bamboohr/subdomain"),
    ("BAMBOOHR_API_KEY", "/bamboohr/api_key"),
];

/// A binary with its folder and its environment, to be run as often as wanted.
///
/// The methods that set something up take and return it, so that they chain; a clone shares the folder (until
/// [`Run::in_folder`]) and has an environment of its own: `run.clone().env("X", "y").go(&[])` is a run that differs in
/// one thing.
#[derive(Clone, Debug)]
pub struct Run {
    binary: PathBuf,
    folder: Folder,
    env: BTreeMap<String, OsString>,
}

#[derive(Clone, Debug)]
enum Folder {
    /// Removed with the last run that uses it.
    Temporary(Arc<TempDir>),
    Given(PathBuf),
}

impl Run {
    /// This binary in a fresh folder: `Run::new(env!("CARGO_BIN_EXE_prepare"))`, or [`crate::bin`] for another
    /// package's.
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let folder = TempDir::with_prefix("timecamp-scim-").expect("a temporary folder");
        let env = BTreeMap::from([
            ("PATH".to_owned(), std::env::var_os("PATH").unwrap_or_default()),
            ("HOME".to_owned(), folder.path().as_os_str().to_owned()),
        ]);
        Self { binary: binary.as_ref().to_owned(), folder: Folder::Temporary(Arc::new(folder)), env }
    }

    /// Another binary in the same folder with the same environment: the next stage.
    #[must_use]
    pub fn stage(self, binary: impl AsRef<Path>) -> Self {
        Self { binary: binary.as_ref().to_owned(), ..self }
    }

    /// Works in this folder, which is not removed afterwards.
    #[must_use]
    pub fn in_folder(self, folder: impl AsRef<Path>) -> Self {
        let env = BTreeMap::from([("HOME".to_owned(), folder.as_ref().as_os_str().to_owned())]);
        Self { folder: Folder::Given(folder.as_ref().to_owned()), ..self }.with(env)
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(self, name: &str, value: impl Into<OsString>) -> Self {
        self.with(BTreeMap::from([(name.to_owned(), value.into())]))
    }

    /// Sets several.
    #[must_use]
    pub fn envs<'v>(self, pairs: impl IntoIterator<Item = (&'v str, &'v str)>) -> Self {
        self.with(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }

    /// Takes a variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Everything needed to work against a sandbox: `TIMECAMP_DOMAIN`, `TIMECAMP_API_KEY`, `TIMECAMP_ROOT_GROUP_ID`,
    /// `BAMBOOHR_SUBDOMAIN`, `BAMBOOHR_API_KEY`, `BAMBOOHR_API_URL`, as far as its world has these services, and waits
    /// a hundred times shorter ([`Run::hasty`]).
    #[must_use]
    pub fn sandbox(self, sandbox: &Sandbox) -> Self {
        let world = sandbox.state();
        let mut env: BTreeMap<String, OsString> = FROM_WORLD
            .iter()
            .filter_map(|(name, place)| Some(((*name).to_owned(), text(world.pointer(place)?)?.into())))
            .collect();
        for (service, name, value) in [
            ("timecamp", "TIMECAMP_DOMAIN", sandbox.timecamp_host()),
            ("bamboohr", "BAMBOOHR_API_URL", sandbox.bamboohr_url()),
        ] {
            if world.get(service).is_some_and(Value::is_object) {
                env.insert(name.to_owned(), value.into());
            }
        }
        self.with(env).hasty()
    }

    /// Waits (retries, polling) take a hundredth of their time. [`Run::sandbox`] sets this too.
    #[must_use]
    pub fn hasty(self) -> Self {
        self.env("TIMECAMP_SCIM_TIME_SCALE", "0.01")
    }

    /// Puts a file into the folder; the folders on its way are made. See [`Run::write`].
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    /// Runs it to its end. Its stdin is empty.
    ///
    /// # Panics
    /// When it cannot be started, or runs for two minutes.
    #[track_caller]
    pub fn go(&self, arguments: &[&str]) -> Done {
        self.spawn(arguments).wait_within(LIMIT)
    }

    /// Starts it and does not wait; see [`Running`].
    ///
    /// # Panics
    /// When it cannot be started.
    #[track_caller]
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.folder()).env_clear().envs(&self.env);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", self.binary.display()));
        let name = self.binary.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Running::new(child, [&[name.as_str()], arguments].concat().join(" "))
    }

    /// None of these forms of a secret is in what `done` showed, in the log file or in any other file of the folder,
    /// although it logged at debug level.
    #[track_caller]
    pub fn hides(&self, done: Done, forms: &[&str]) {
        let log = self.read("var/logs/sync.log");
        assert!(done.stderr.contains("DEBUG") && log.contains("DEBUG"), "something is logged at this level: {done}");
        let files = self.files();
        for form in forms {
            assert!(!log.contains(form), "{form} is in the log file");
            for (name, bytes) in &files {
                assert!(!String::from_utf8_lossy(bytes).contains(form), "{form} is in {name}");
            }
        }
        drop(forms.iter().fold(done, |done, form| done.shows_nowhere(form)));
    }

    /// The working folder.
    pub fn folder(&self) -> &Path {
        match &self.folder {
            Folder::Temporary(folder) => folder.path(),
            Folder::Given(path) => path,
        }
    }

    /// The whole path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Puts a file into the folder, in place of the one that is there.
    ///
    /// # Panics
    /// When it cannot be written; likewise below.
    #[track_caller]
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap_or(self.folder())).unwrap();
        std::fs::write(&path, content).unwrap_or_else(|error| panic!("{name} cannot be written: {error}"));
    }

    /// Takes a file away.
    #[track_caller]
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap_or_else(|error| panic!("{name} cannot be removed: {error}"));
    }

    /// Whether the file is there.
    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The file's bytes.
    #[track_caller]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let read = std::fs::read(self.path(name));
        read.unwrap_or_else(|error| {
            panic!("{name} cannot be read: {error}; the folder has {:?}", self.files().keys().collect::<Vec<_>>())
        })
    }

    /// The file as text.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap_or_else(|error| panic!("{name} is not UTF-8: {error}"))
    }

    /// The file as JSON.
    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        let bytes = self.bytes(name);
        serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            panic!("{name} is not JSON ({error}):\n{}", String::from_utf8_lossy(&bytes));
        })
    }

    /// The people in `var/users.json`.
    #[track_caller]
    pub fn users(&self) -> Vec<Value> {
        match self.json("var/users.json").get_mut("users").map(Value::take) {
            Some(Value::Array(users)) => users,
            other => panic!("var/users.json has no list `users` but {other:?}"),
        }
    }

    /// Every file in the folder and below it by its name, with its bytes, but for the log: what has to be the same
    /// before and after a run that may not write anything.
    #[track_caller]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let name = path.strip_prefix(self.folder()).unwrap().display().to_string();
                if path.is_dir() {
                    folders.push(path);
                } else if !name.starts_with("var/logs/") {
                    found.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        found
    }

    fn with(mut self, env: BTreeMap<String, OsString>) -> Self {
        self.env.extend(env);
        self
    }
}

/// A value of the world as a variable holds it; empty ones are left out.
fn text(value: &Value) -> Option<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!value.is_null() && !text.is_empty()).then_some(text)
}
