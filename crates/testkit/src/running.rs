//! A stage while it runs: signals, and what it has said so far.

use crate::Done;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A started stage. Dropping it kills it, so that no test leaves anything running.
#[derive(Debug)]
pub struct Running {
    child: Child,
    command: String,
    stdout: Stream,
    stderr: Stream,
}

impl Running {
    pub(crate) fn new(mut child: Child, command: String) -> Self {
        let stdout = Stream::of(child.stdout.take());
        let stderr = Stream::of(child.stderr.take());
        Self { child, command, stdout, stderr }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal: `-9`, `-TERM`, `-INT`. That the process has gone already is no error.
    pub fn kill(&self, signal: &str) {
        signal_to(self.pid(), signal);
    }

    /// Asks it to end (SIGTERM), as a container runtime does.
    pub fn term(&self) {
        self.kill("-TERM");
    }

    /// Blocks until stderr holds this text.
    ///
    /// # Panics
    /// When it does not within `limit`, or the stage ends without.
    #[track_caller]
    pub fn wait_for(&self, text: &str, limit: Duration) {
        assert!(self.stderr.wait_for(text, limit), "{}: stderr has no `{text}`:\n{}", self.command, self.stderr.text());
    }

    /// What stderr holds so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end within two minutes.
    #[track_caller]
    pub fn wait(self) -> Done {
        self.wait_within(Duration::from_mins(2))
    }

    #[track_caller]
    pub(crate) fn wait_within(mut self, limit: Duration) -> Done {
        let pid = self.pid();
        let (ended, end) = mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            let late = end.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                signal_to(pid, "-9");
            }
            late
        });
        let status = self.child.wait().unwrap();
        drop(ended);
        let late = watch.join().unwrap();
        let done = Done {
            command: self.command.clone(),
            code: status.code().unwrap_or_else(|| -status.signal().unwrap_or_default()),
            stdout: self.stdout.whole(),
            stderr: self.stderr.whole(),
        };
        assert!(!late, "did not end within {} s: {done}", limit.as_secs());
        done
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Most have ended by now, which is all that is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn signal_to(pid: u32, signal: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill {signal} {pid} 2>/dev/null || true")]).status();
    assert!(status.is_ok_and(|status| status.success()), "the signal {signal} cannot be sent");
}

/// One of the two streams, read by a thread of its own so that the stage never waits for the test.
#[derive(Debug)]
struct Stream {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Seen {
    bytes: Vec<u8>,
    ended: bool,
}

impl Stream {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let seen: Arc<(Mutex<Seen>, Condvar)> = Arc::default();
        let shared = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            let (mut pipe, mut piece) = (pipe.unwrap(), [0; 4096]);
            loop {
                let count = pipe.read(&mut piece).unwrap_or_default();
                let mut held = held(&shared.0);
                held.bytes.write_all(piece.get(..count).unwrap_or_default()).unwrap();
                held.ended = count == 0;
                shared.1.notify_all();
                if held.ended {
                    return;
                }
            }
        });
        Self { seen, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&held(&self.seen.0).bytes).into_owned()
    }

    fn wait_for(&self, text: &str, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let mut seen = held(&self.seen.0);
        loop {
            if String::from_utf8_lossy(&seen.bytes).contains(text) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if seen.ended || left.is_zero() {
                return false;
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Everything, once the stage has ended.
    fn whole(&mut self) -> String {
        self.reader.take().into_iter().for_each(|reader| reader.join().unwrap());
        self.text()
    }
}

fn held(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
