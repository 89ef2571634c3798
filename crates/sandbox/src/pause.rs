//! Holding the services still after the k-th request, so that a test can kill the product at that very point.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::call::Call;
use crate::fault::On;
use crate::peer::Peer;

#[derive(Debug, Default)]
pub(crate) struct Gate {
    armed: Mutex<Option<Armed>>,
    /// Wakes who waits for the k-th answer.
    answered: Condvar,
    /// Wakes the requests that are held.
    opened: Notify,
}

#[derive(Debug)]
struct Armed {
    id: u64,
    on: On,
    after: u64,
    admitted: u64,
    answered: u64,
}

/// A request that was let through, and whether it counts.
#[derive(Debug)]
pub(crate) struct Ticket<'gate> {
    gate: &'gate Gate,
    /// The pause that counts this request, if one does.
    pause: Option<u64>,
}

impl Gate {
    /// Arms the pause, in place of any other, and returns its number.
    pub(crate) fn arm(&self, on: On, after: u64) -> u64 {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let id = armed.as_ref().map_or(1, |armed| armed.id + 1);
        *armed = Some(Armed { id, on, after, admitted: 0, answered: 0 });
        self.opened.notify_waiters();
        id
    }

    /// Lets everything through again; with an `id` only if that pause still stands.
    pub(crate) fn open(&self, id: Option<u64>) {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        if id.is_none() || armed.as_ref().map(|armed| armed.id) == id {
            *armed = None;
            self.opened.notify_waiters();
        }
    }

    /// Waits until the k-th request was answered; false when that took longer than `limit` or the pause is gone.
    pub(crate) fn wait(&self, id: u64, limit: Duration) -> bool {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = |armed: &mut Option<Armed>| {
            armed.as_ref().is_some_and(|armed| armed.id == id && armed.answered < armed.after)
        };
        let (armed, _) =
            self.answered.wait_timeout_while(armed, limit, pending).unwrap_or_else(PoisonError::into_inner);
        armed.as_ref().is_some_and(|armed| armed.id == id && armed.answered >= armed.after)
    }

    /// How many requests were answered since the pause was armed, and whether it holds.
    pub(crate) fn progress(&self) -> Option<(u64, bool)> {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.as_ref().map(|armed| (armed.answered, armed.answered >= armed.after))
    }

    /// Lets a request through, now or when the pause is over; nothing when its client has gone meanwhile.
    pub(crate) async fn admit(&self, service: &str, call: &Call, route: &str, peer: &Peer) -> Option<Ticket<'_>> {
        loop {
            let opened = self.opened.notified();
            if let Some(ticket) = self.try_admit(service, call, route) {
                return Some(ticket);
            }
            opened.await;
            if peer.is_gone() {
                return None;
            }
        }
    }

    fn try_admit(&self, service: &str, call: &Call, route: &str) -> Option<Ticket<'_>> {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pause) = armed.as_mut() else { return Some(Ticket { gate: self, pause: None }) };
        if pause.admitted >= pause.after {
            return None;
        }
        let counted = pause.on.fits(service, call, route);
        pause.admitted += u64::from(counted);
        Some(Ticket { gate: self, pause: counted.then_some(pause.id) })
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let Some(id) = self.pause else { return };
        let mut armed = self.gate.armed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pause) = armed.as_mut().filter(|pause| pause.id == id) {
            pause.answered += 1;
        }
        drop(armed);
        self.gate.answered.notify_all();
    }
}
