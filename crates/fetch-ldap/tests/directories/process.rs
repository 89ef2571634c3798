//! Programs: servers that end with the tests, and tools that have to succeed.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// Steps of waiting for a server, and how many there may be.
const STEP: Duration = Duration::from_millis(20);
const STEPS: u32 = 3000;

const INSTALL: &str = "run crates/fetch-ldap/tests/servers/install.sh as root";

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pid: u32,
    log: PathBuf,
    ended: Arc<AtomicBool>,
}

impl Server {
    /// Starts it; what it says goes to `log`. It is killed when this process ends, however it ends: the kernel sees
    /// to that as long as the thread that started it lives, so a thread of its own waits for it.
    pub(crate) fn start(program: &str, arguments: &[&str], log: &Path) -> Self {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", &installed(program)]).args(arguments).stdin(Stdio::null());
        let said = std::fs::File::create(log).unwrap();
        command.stdout(said.try_clone().unwrap()).stderr(said);
        let ended = Arc::new(AtomicBool::new(false));
        let (started, pid) = mpsc::channel();
        let end = Arc::clone(&ended);
        thread::spawn(move || {
            let mut child =
                command.spawn().unwrap_or_else(|error| panic!("setpriv does not start ({error}); {INSTALL}"));
            started.send(child.id()).unwrap();
            child.wait().unwrap();
            end.store(true, Ordering::Release);
        });
        Self { pid: pid.recv().unwrap(), log: log.to_owned(), ended }
    }

    /// Waits until it listens there.
    #[track_caller]
    pub(crate) fn wait_for(&self, address: SocketAddr) {
        for _ in 0..STEPS {
            if TcpStream::connect(address).is_ok() {
                return;
            }
            assert!(!self.has_ended(), "the server ended instead of listening on {address}: {}", self.log());
            thread::sleep(STEP);
        }
        panic!("the server does not listen on {address}: {}", self.log());
    }

    /// Kills it at once.
    pub(crate) fn kill(&self) {
        if !self.has_ended() {
            run("kill", &["-9", &self.pid.to_string()]);
        }
    }

    /// What it has said so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// A folder for this process's servers. Those of processes that are gone are removed.
pub(crate) fn folder(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("run-").and_then(|rest| rest.split('-').next()).map(str::to_owned);
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // Another process may be removing it too.
            std::fs::remove_dir_all(entry.path()).unwrap_or_default();
        }
    }
    let folder = all.join(format!("run-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a tool to its end and returns what it printed.
#[track_caller]
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let path = installed(program);
    let done = Command::new(&path).args(arguments).stdin(Stdio::null()).output();
    let done = done.unwrap_or_else(|error| panic!("{program} does not start ({error}); {INSTALL}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(done.status.success(), "{program} {arguments:?} failed: {}{}", text(&done.stdout), text(&done.stderr));
    text(&done.stdout)
}

/// A free port on loopback, from below those that the system hands out: nobody takes it in the meantime.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(16);
    let mut ports = std::iter::from_fn(|| {
        let next = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        u16::try_from(20_000 + next % 12_000).ok()
    });
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// The program's path; the servers are not on everybody's PATH.
#[track_caller]
fn installed(program: &str) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from);
    let found =
        std::env::split_paths(&path).chain(system).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{program} is not installed; {INSTALL}")).display().to_string()
}
