//! How many requests of one service run at once, and when they have to pause together.

use super::Answer;
use crate::pace::Pace;
use crate::stop::Stop;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// A gate that every request of a service passes. It narrows to one at a time when the service says that it cannot
/// process several at once (TimeCamp: 429 "You cannot process multiple request at once"), and closes for everybody
/// while one of them was told to wait.
#[derive(Debug)]
pub struct Gate {
    permits: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Permits that are taken out of use as they come back.
    surplus: usize,
    wide: usize,
    closed_until: Option<Instant>,
}

/// Leave to send one request.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    permit: Option<SemaphorePermit<'a>>,
}

impl Gate {
    pub(super) fn new(width: usize) -> Self {
        let wide = width.max(1);
        let state = Mutex::new(State { surplus: 0, wide, closed_until: None });
        Self { permits: Semaphore::new(wide), state }
    }

    /// Waits for leave to send; `None` when the run is asked to stop while the gate is closed.
    pub(super) async fn pass(&self, stop: &Stop) -> Option<Pass<'_>> {
        let permit = self.permits.acquire().await.ok();
        let (pass, pace) = (Pass { gate: self, permit }, Pace::default());
        while let Some(left) = self.closed_for() {
            tokio::select! {
                () = pace.wait(left) => {}
                () = stop.wait() => return None,
            }
        }
        Some(pass)
    }

    fn closed_for(&self) -> Option<Duration> {
        let until = self.lock().closed_until?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Closes the gate for `time` of real time.
    pub(super) fn hold(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut state = self.lock();
        if state.closed_until.is_none_or(|closed| closed < until) {
            state.closed_until = Some(until);
        }
    }

    /// Lets one request through at a time from now on; true when it was wider before.
    pub fn narrow(&self) -> bool {
        let mut state = self.lock();
        let extra = state.wide.saturating_sub(1);
        state.wide = 1;
        let gone = self.permits.forget_permits(extra);
        state.surplus += extra - gone;
        extra > 0
    }

    pub(super) fn observe(&self, answer: &Answer) {
        if answer.status() == 429 && answer.message().contains("multiple request at once") && self.narrow() {
            tracing::warn!("the service refuses requests at the same time; the rest of the run goes one by one");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        if state.surplus > 0
            && let Some(permit) = self.permit.take()
        {
            state.surplus -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn narrowing_takes_effect_as_requests_come_back() {
        let (gate, stop) = (Gate::new(3), Stop::default());
        let (first, second) = (gate.pass(&stop).await, gate.pass(&stop).await);
        assert!(gate.narrow());
        assert!(!gate.narrow());
        drop(first);
        assert_eq!(gate.permits.available_permits(), 0);
        drop(second);
        assert_eq!(gate.permits.available_permits(), 1);
    }
}
