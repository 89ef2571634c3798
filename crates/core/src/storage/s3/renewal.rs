//! Keeping the lock: renewed in the background, noticed when lost, given up at the end.

use super::fault::Fault;
use super::lease::{Grip, LEASE, Slot, Tenure};
use crate::pace;
use crate::storage::Name;
use anyhow::anyhow;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// How often the lock is renewed.
const RENEW: Duration = Duration::from_secs(20);
/// How soon again after that failed.
const AGAIN: Duration = Duration::from_secs(5);
/// How long one renewal may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The holder stops this much before others may take over, so that a request it has just sent is over by then.
const MARGIN: Duration = Duration::from_secs(5);

/// The lock in a bucket, kept until released or dropped.
#[derive(Debug)]
pub(in crate::storage) struct Lease {
    shared: Arc<Shared>,
    ended: watch::Receiver<()>,
}

#[derive(Debug)]
pub(super) struct Shared {
    slot: Slot,
    standing: Mutex<Standing>,
    end: Notify,
}

#[derive(Debug, Clone)]
enum Standing {
    Held {
        /// Until here, by the clock that never jumps...
        until: Instant,
        /// ...and by the one that goes on while the machine sleeps.
        wall: Timestamp,
    },
    Lost(String),
    Released,
}

impl Lease {
    /// Takes the lock and keeps it from now on.
    pub(super) async fn take(slot: Slot) -> anyhow::Result<Self> {
        let grip = slot.take().await?;
        let standing = Mutex::new(held(&slot, &grip));
        let shared = Arc::new(Shared { slot, standing, end: Notify::new() });
        let (running, ended) = watch::channel(());
        let keeper = Arc::clone(&shared);
        drop(tokio::spawn(async move {
            keeper.keep(grip).await;
            drop(running);
        }));
        Ok(Self { shared, ended })
    }

    /// Fails when the lock was lost, or its time passed without a renewal; it does not come back.
    pub(in crate::storage) fn check(&self) -> anyhow::Result<()> {
        self.shared.check().map_err(gone)
    }

    /// Gives the lock up and waits until the service knows.
    pub(in crate::storage) async fn release(&self) {
        self.shared.end.notify_one();
        let mut ended = self.ended.clone();
        // An error is the end of the one who renews: what is waited for.
        drop(ended.changed().await);
    }

    /// What gives it up after this has been dropped, and can be waited for.
    pub(super) fn ending(&self) -> Ending {
        Ending { shared: Arc::clone(&self.shared), ended: self.ended.clone() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.shared.end.notify_one();
    }
}

/// See [`Lease::ending`].
#[derive(Debug)]
pub(super) struct Ending {
    shared: Arc<Shared>,
    ended: watch::Receiver<()>,
}

impl Ending {
    /// Fails when the lock was lost; not when it was given up.
    pub(super) fn fence(&self) -> anyhow::Result<()> {
        let released = matches!(*self.shared.standing(), Standing::Released);
        if released { Ok(()) } else { self.shared.check().map_err(gone) }
    }

    pub(super) async fn wait(mut self) {
        self.shared.end.notify_one();
        drop(self.ended.changed().await);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
fn gone(why: String) -> anyhow::Error {
    anyhow!("{} is no longer held: {why}", Name::SyncLock)
}

fn held(slot: &Slot, grip: &Grip) -> Standing {
    let good = slot.pace().real(LEASE.saturating_sub(MARGIN));
    let left = good.saturating_sub(grip.sent.elapsed());
    Standing::Held { until: grip.sent + good, wall: pace::now().checked_add(left).unwrap_or(Timestamp::MIN) }
}

impl Shared {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) -> Result<(), String> {
        let mut standing = self.standing();
        if let Standing::Held { until, wall } = &*standing {
            if Instant::now() < *until && pace::now() < *wall {
                return Ok(());
            }
            let why = "its time passed without a renewal (this process or the network stood still), and another run may \
                       have it now";
            *standing = Standing::Lost(why.to_owned());
        }
        match &*standing {
            Standing::Lost(why) => Err(why.clone()),
            Standing::Held { .. } | Standing::Released => Err("it was given up".to_owned()),
        }
    }

    async fn keep(&self, mut grip: Grip) {
        let pace = self.slot.pace();
        let mut wait = RENEW;
        loop {
            tokio::select! {
                () = self.end.notified() => break,
                () = pace.wait(wait) => {}
            }
            if self.check().is_err() {
                break;
            }
            wait = match tokio::time::timeout(pace.real(PATIENCE), self.renew(&grip)).await {
                Ok(Ok(Some(next))) => {
                    grip = next;
                    self.extend(&grip)
                }
                Ok(Ok(None)) => break,
                Ok(Err(fault)) => {
                    tracing::warn!("{} cannot be renewed yet: {fault}", Name::SyncLock);
                    AGAIN
                }
                Err(_late) => {
                    tracing::warn!("{} cannot be renewed yet: the service does not answer", Name::SyncLock);
                    AGAIN
                }
            };
        }
        self.give_up(&grip).await;
    }

    fn extend(&self, grip: &Grip) -> Duration {
        let mut standing = self.standing();
        if matches!(*standing, Standing::Held { .. }) {
            *standing = held(&self.slot, grip);
        }
        RENEW
    }

    /// `None`: another run has it.
    async fn renew(&self, grip: &Grip) -> Result<Option<Grip>, Fault> {
        match self.slot.rewrite(grip, Tenure::Held).await? {
            Ok(grip) => Ok(Some(grip)),
            Err(why) => {
                tracing::error!("{} was lost: {why}. Nothing more is written", Name::SyncLock);
                *self.standing() = Standing::Lost(why);
                Ok(None)
            }
        }
    }

    /// Written over rather than removed: every service that has conditions has them for writing.
    async fn give_up(&self, grip: &Grip) {
        {
            let mut standing = self.standing();
            if matches!(*standing, Standing::Lost(_)) {
                return;
            }
            *standing = Standing::Released;
        }
        let patience = self.slot.pace().real(PATIENCE);
        match tokio::time::timeout(patience, self.slot.rewrite(grip, Tenure::Released)).await {
            Ok(Ok(Ok(_))) => {}
            Ok(Ok(Err(why))) => tracing::debug!("{} was no longer there to be given up: {why}", Name::SyncLock),
            Ok(Err(fault)) => tracing::warn!("{} could not be given up and will expire: {fault}", Name::SyncLock),
            Err(_late) => tracing::warn!("{} could not be given up in time and will expire", Name::SyncLock),
        }
    }
}
