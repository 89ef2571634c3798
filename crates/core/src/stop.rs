//! Ending early on a signal: what is in flight is finished, nothing new is begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

/// Whether the run was asked to end.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    notify: Arc<Notify>,
}

impl Stop {
    /// Listens for SIGTERM and SIGINT from now on. A second signal ends the process at once.
    pub fn listen(&self) -> std::io::Result<()> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stop = self.clone();
        drop(tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                stop.ask();
            }
        }));
        Ok(())
    }

    fn ask(&self) {
        if self.asked.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(crate::Code::Failed.number()));
        }
        tracing::warn!(
            "asked to stop: finishing the requests in flight and writing the report (a second signal ends at once)"
        );
        self.notify.notify_waiters();
    }

    /// Whether it was asked.
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Waits until it is asked.
    pub async fn wait(&self) {
        let notified = self.notify.notified();
        if !self.asked() {
            notified.await;
        }
    }
}
