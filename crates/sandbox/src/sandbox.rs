//! A running sandbox.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::fault::{Fault, On};
use crate::http;
use crate::journal::Entry;
use crate::machine::Machine;

/// The services, answering on a port of 127.0.0.1 until this is dropped.
pub struct Sandbox {
    address: SocketAddr,
    machine: Arc<Machine>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts on a free port.
    ///
    /// # Panics
    /// When the world is not one, or no port can be had: a test cannot go on without.
    #[expect(clippy::panic, reason = "a test without its sandbox cannot go on; Sandbox::open is there for the rest")]
    pub fn start(world: Value) -> Self {
        Self::open(world, 0).unwrap_or_else(|error| panic!("the sandbox does not start: {error:#}"))
    }

    /// Starts with a TimeCamp account alone, as the golden cases of sync hold one.
    ///
    /// # Panics
    /// As [`Sandbox::start`].
    #[expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")]
    pub fn with_account(account: Value) -> Self {
        Self::start(json!({ "timecamp": account }))
    }

    /// Starts on this port, 0 for a free one.
    ///
    /// # Errors
    /// When the world cannot be read or the port cannot be had.
    pub fn open(world: Value, port: u16) -> anyhow::Result<Self> {
        Self::open_on(world, SocketAddr::from(([127, 0, 0, 1], port)))
    }

    /// Starts on this address. Whoever reaches it can read and steer everything, so one that others reach is for
    /// networks that hold nothing else, such as that of a Compose file.
    ///
    /// # Errors
    /// As [`Sandbox::open`].
    pub fn open_on(world: Value, address: SocketAddr) -> anyhow::Result<Self> {
        let machine = Arc::new(Machine::new());
        machine.load(world)?;
        let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&machine);
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    tokio::select! {
                        never = http::serve(listener, shared) => match never {},
                        // An error means that the handle is gone: the same thing.
                        _ = stopped => {}
                    }
                }
            });
        })?;
        Ok(Self { address, machine, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`, or the address it was started on.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The value for `TIMECAMP_DOMAIN`.
    pub fn timecamp_host(&self) -> String {
        self.url()
    }

    /// The value for `BAMBOOHR_API_URL`.
    pub fn bamboohr_url(&self) -> String {
        let state = self.machine.state();
        let subdomain = state.pointer("/bamboohr/subdomain").and_then(Value::as_str).unwrap_or_default();
        format!("{}/api/gateway.php/{subdomain}", self.url())
    }

    /// The environment variables that lead the product here, with their values: those of TimeCamp and of every HR service
    /// that the world has a part for.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        self.machine.settings(&self.url()).into_iter().flat_map(|(_, settings)| settings).collect()
    }

    /// The same as the text of a `.env` file.
    pub fn env_file(&self) -> String {
        let mut text = format!("# Leads to the sandbox at {}. Everything there is invented.\n", self.url());
        for (service, settings) in self.machine.settings(&self.url()) {
            let lines = settings.iter().map(|(name, value)| format!("{name}={}\n", quoted(value)));
            text.extend([format!("\n# {service}\n")].into_iter().chain(lines));
        }
        text
    }

    /// Every request since the start or the last clearing, in the order in which they began.
    pub fn journal(&self) -> Vec<Entry> {
        self.machine.journal.entries()
    }

    /// The requests that may have changed something in TimeCamp.
    pub fn writes(&self) -> Vec<Entry> {
        self.journal().into_iter().filter(Entry::is_write).collect()
    }

    /// The requests that a rate limit refused.
    pub fn rate_limited(&self) -> Vec<Entry> {
        let limited = |entry: &Entry| entry.note.as_deref().is_some_and(|note| note.starts_with("rate limit"));
        self.journal().into_iter().filter(limited).collect()
    }

    /// Forgets the journal.
    pub fn clear_journal(&self) {
        self.machine.journal.clear();
    }

    /// The whole world as it now is; [`Sandbox::start`] and [`Sandbox::load`] take it.
    pub fn state(&self) -> Value {
        self.machine.state()
    }

    /// Puts another world in place of this one.
    ///
    /// # Errors
    /// When the world cannot be read.
    pub fn load(&self, world: Value) -> anyhow::Result<()> {
        self.machine.load(world)
    }

    /// The TimeCamp account as the golden cases of sync write an end state: `groups`, `users`, `attendance`.
    pub fn view(&self) -> Value {
        self.machine.view()
    }

    /// Adds trouble.
    pub fn fault(&self, fault: Fault) {
        self.faults(vec![fault]);
    }

    /// Adds trouble of several kinds; the first one that fits a request strikes.
    pub fn faults(&self, faults: Vec<Fault>) {
        self.machine.faults.add(faults);
    }

    /// No trouble any more.
    pub fn clear_faults(&self) {
        self.machine.faults.clear();
    }

    /// Lets the requests that hang ([`crate::Do::Hang`]) go on.
    pub fn release(&self) {
        self.machine.release();
    }

    /// Lets exactly `k` more requests through and holds all later ones, neither carried out nor answered.
    pub fn on_answered(&self, k: u64) -> Pause {
        self.pause(On::any(), k)
    }

    /// Lets exactly `k` more requests of this kind through, then holds all requests of every kind.
    pub fn pause(&self, on: On, k: u64) -> Pause {
        Pause { id: self.machine.gate.arm(on, k), machine: Arc::clone(&self.machine) }
    }
}

/// In quotes where a `.env` file needs them. None of the values holds a single quote.
fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ":/.-_~".contains(letter);
    if value.chars().all(plain) { value.to_owned() } else { format!("'{value}'") }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed where it happened.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sandbox").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// A stop after a number of requests. Dropping it lets everything go on.
#[derive(Debug)]
#[must_use = "a pause that is dropped at once holds nothing"]
pub struct Pause {
    id: u64,
    machine: Arc<Machine>,
}

impl Pause {
    /// Blocks until the last of the requests that were let through was answered. False: that did not happen within
    /// `limit`.
    pub fn wait(&self, limit: Duration) -> bool {
        self.machine.gate.wait(self.id, limit)
    }

    /// Lets everything go on. Held requests whose client has gone meanwhile are not carried out.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.machine.gate.open(Some(self.id));
    }
}
