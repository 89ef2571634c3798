//! What happens to a request before and after its service answers: journal, pause, faults, limits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::call::{Answer, Call};
use crate::clock::{Clock, Due, pass};
use crate::fault::{Do, Faults};
use crate::journal::{Entry, Journal};
use crate::limits::{Limits, Verdict, Window};
use crate::pause::Gate;
use crate::peer::Peer;
use crate::service::{self, Service, Setting};

/// Everything that the connections share.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) gate: Gate,
    /// Counts the releases of requests that hang.
    releases: watch::Sender<u64>,
    hosts: Vec<Host>,
}

/// A service with what the machinery keeps about it.
#[derive(Debug)]
struct Host {
    service: Box<dyn Service>,
    limits: Mutex<Limits>,
    window: Mutex<Window>,
    running: AtomicUsize,
    /// Running requests that refuse company, see [`Service::busy`].
    alone: AtomicUsize,
}

/// What goes back over the wire.
#[derive(Debug)]
pub(crate) enum Outcome {
    Whole(Answer),
    /// Announced whole, cut in the middle.
    Half(Answer),
    /// The connection ends without an answer.
    Nothing,
}

/// One more for as long as it lives.
struct Counted<'counter>(&'counter AtomicUsize);

impl<'counter> Counted<'counter> {
    /// Counts one more and says how many there were before.
    fn new(counter: &'counter AtomicUsize) -> (Self, usize) {
        (Self(counter), counter.fetch_add(1, Ordering::SeqCst))
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::start(),
            journal: Journal::default(),
            faults: Faults::default(),
            gate: Gate::default(),
            releases: watch::Sender::new(0),
            hosts: service::all().into_iter().map(Host::new).collect(),
        }
    }

    /// Lets the requests that hang go on.
    pub(crate) fn release(&self) {
        self.releases.send_modify(|count| *count += 1);
    }

    /// Puts a world in place of the one there is.
    pub(crate) fn load(&self, mut world: Value) -> anyhow::Result<()> {
        let parts = world.as_object_mut().context("a world is a JSON object with one key for each service")?;
        let loaded: Vec<(&Host, Value)> =
            self.hosts.iter().map(|host| (host, parts.remove(host.service.name()).unwrap_or(Value::Null))).collect();
        anyhow::ensure!(parts.is_empty(), "the world names services that the sandbox has not: {:?}", parts.keys());
        loaded.into_iter().try_for_each(|(host, part)| host.load(part))
    }

    /// The world as it now is.
    pub(crate) fn state(&self) -> Value {
        let parts = self.hosts.iter().map(|host| (host.service.name().to_owned(), host.state()));
        Value::Object(parts.filter(|(_, part)| !part.is_null()).collect::<Map<_, _>>())
    }

    /// The view of the one service that has one.
    pub(crate) fn view(&self) -> Value {
        let now = self.clock.ms();
        self.hosts.iter().find_map(|host| host.service.view(now)).unwrap_or(Value::Null)
    }

    /// The settings of every service that the world has a part for, by its name.
    pub(crate) fn settings(&self, url: &str) -> Vec<(&'static str, Vec<Setting>)> {
        let settings = self.hosts.iter().map(|host| (host.service.name(), host.service.settings(url)));
        settings.filter(|(_, settings)| !settings.is_empty()).collect()
    }

    /// Takes a request to its service and back.
    pub(crate) async fn handle(&self, mut call: Call, peer: &Peer) -> Outcome {
        let Some(host) = self.hosts.iter().find(|host| call.path.starts_with(host.service.prefix())) else {
            return Outcome::Whole(Answer::message(404, "no service of the sandbox has this path"));
        };
        let path = call.path.clone();
        let below = path.strip_prefix(host.service.prefix()).unwrap_or_default().trim_end_matches('/');
        let name = host.service.name();
        let Some(_ticket) = self.gate.admit(name, &call, below, peer).await else { return Outcome::Nothing };

        call.now = self.clock.ms();
        let (_running, in_flight) = Counted::new(&host.running);
        let number = self.journal.begin(Entry {
            at_ms: call.now,
            service: name.to_owned(),
            method: call.method.clone(),
            path: call.full_path(),
            route: below.to_owned(),
            body: call.body.clone(),
            status: 0,
            in_flight,
            note: None,
        });
        let fault = self.faults.strike(name, &call, below);
        let note = fault.as_ref().map(|fault| fault.note().to_owned());
        let route: Vec<&str> = below.split('/').collect();
        let mut visit = Visit { machine: self, host, peer, call, route, note };
        let outcome = visit.suffer(fault).await;
        self.journal.finish(number, outcome.status(), visit.note);
        outcome
    }
}

/// A request on its way.
struct Visit<'way> {
    machine: &'way Machine,
    host: &'way Host,
    peer: &'way Peer,
    call: Call,
    /// The segments below the service's prefix.
    route: Vec<&'way str>,
    /// What the journal will say.
    note: Option<String>,
}

/// What a request waits for while it is being carried out.
#[derive(Clone, Copy)]
enum Wait {
    Nothing,
    Millis(u64),
    /// [`Machine::release`].
    Release,
}

impl Visit<'_> {
    async fn suffer(&mut self, fault: Option<Do>) -> Outcome {
        match fault {
            None => Outcome::Whole(self.serve().await),
            Some(Do::Status { code, headers, body }) => {
                let answer = if body.is_null() {
                    Answer { status: code, ..Answer::empty() }
                } else if let Some(text) = body.as_str() {
                    Answer::text(code, "text/plain", text)
                } else {
                    Answer::json(code, &body)
                };
                Outcome::Whole(headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value)))
            }
            Some(Do::DropBefore) => Outcome::Nothing,
            Some(Do::DropAfter) => {
                drop(self.serve().await);
                Outcome::Nothing
            }
            Some(Do::Stall { ms }) => {
                let answer = self.serve().await;
                pass(ms).await;
                Outcome::Whole(answer)
            }
            Some(Do::Delay { ms }) => self.serve_after(Wait::Millis(ms)).await.map_or(Outcome::Nothing, Outcome::Whole),
            Some(Do::HtmlPage) => Outcome::Whole(Answer::text(200, "text/html", "<html><body>Log in</body></html>")),
            Some(Do::HalfBody) => Outcome::Half(self.serve().await),
            Some(Do::Hang) => self.serve_after(Wait::Release).await.map_or(Outcome::Nothing, Outcome::Whole),
        }
    }

    async fn serve(&mut self) -> Answer {
        // Without a wait there is nobody to lose patience.
        self.serve_after(Wait::Nothing).await.unwrap_or_else(Answer::empty)
    }

    /// Carries the request out, after waiting in the middle of it; nothing if its client lost patience meanwhile.
    async fn serve_after(&mut self, wait: Wait) -> Option<Answer> {
        let limits = self.host.limits.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // What the sandbox itself takes to make a long answer is part of the latency, not on top of it.
        let due = Due::after(limits.latency_ms);
        if let Some(rate) = &limits.rate_limit {
            let mut window = self.host.window.lock().unwrap_or_else(PoisonError::into_inner);
            if let Verdict::Refused(answer, why) = rate.judge(&mut window, self.machine.clock.ms()) {
                self.note = Some(why.to_owned());
                return Some(answer);
            }
        }
        let service = &self.host.service;
        let busy = service.busy(&self.call, &self.route);
        let mine = busy.as_ref().map(|_| Counted::new(&self.host.alone));
        if let (Some(answer), Some((_, 1..))) = (busy, &mine) {
            // Who was refused is not in the way of the next one.
            drop(mine);
            self.note = Some("overlap".to_owned());
            due.come().await;
            return Some(answer);
        }
        if !self.outlast(wait).await {
            return None;
        }
        self.call.now = self.machine.clock.ms();
        let answer = service.answer(&self.call, &self.route);
        due.come().await;
        Some(answer)
    }

    /// Waits and says whether the client is still there.
    async fn outlast(&self, wait: Wait) -> bool {
        match wait {
            Wait::Nothing => return true,
            Wait::Millis(ms) => pass(ms).await,
            Wait::Release => {
                let mut releases = self.machine.releases.subscribe();
                // An error would mean that the sandbox is being dropped; then nobody waits for the answer.
                drop(releases.changed().await);
            }
        }
        !self.peer.is_gone()
    }
}

impl Host {
    fn new(service: Box<dyn Service>) -> Self {
        Self {
            service,
            limits: Mutex::default(),
            window: Mutex::default(),
            running: AtomicUsize::new(0),
            alone: AtomicUsize::new(0),
        }
    }

    fn load(&self, mut part: Value) -> anyhow::Result<()> {
        let name = self.service.name();
        let limits = Limits::take(&mut part).with_context(|| format!("the world's {name}"))?;
        self.service.load(&part).with_context(|| format!("the world's {name}"))?;
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
        Ok(())
    }

    fn state(&self) -> Value {
        let mut part = self.service.state();
        self.limits.lock().unwrap_or_else(PoisonError::into_inner).put(&mut part);
        part
    }
}

impl Outcome {
    fn status(&self) -> u16 {
        match self {
            Self::Whole(answer) | Self::Half(answer) => answer.status,
            Self::Nothing => 0,
        }
    }
}
