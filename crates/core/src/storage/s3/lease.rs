//! The lock in a bucket: an object that is created on the condition that there is none, renewed while its holder lives,
//! and taken over on the condition that nobody renewed it. All conditions are the service's to check; all times but
//! the holder's own are by the service's clock.

use super::fault::{Fault, FaultKind};
use super::wire::{Condition, Got, Put, Wire};
use crate::Refusal;
use crate::pace::{self, Pace};
use crate::storage::lock::Holder;
use crate::storage::{Name, sha256_hex};
use anyhow::anyhow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a lock holds without being renewed.
pub(super) const LEASE: Duration = Duration::from_mins(1);
/// Nobody may ask for more.
const LONGEST: Duration = Duration::from_mins(10);
/// Services tell times in whole seconds; this much later an end is certain.
const GRAIN: Duration = Duration::from_secs(1);
/// By how much a test may shorten the lock's times: nine seconds, renewed every three.
const FASTEST: f64 = 0.15;
/// How often a race for the lock is run again.
const RACES: u32 = 3;

/// What the lock's object says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Record {
    #[serde(flatten)]
    holder: Holder,
    /// One for each time the lock is taken: tells our own writing from that of a run with a copied name.
    nonce: String,
    /// Counts the renewals, so that no two versions of the object have the same tag.
    renewal: u64,
    /// Seconds for which it holds after it was last written.
    lease: f64,
    /// When that is over, for people; runs go by the object's own time.
    expires: Timestamp,
    state: Tenure,
}

/// Whether the lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tenure {
    /// By a run that goes on.
    Held,
    /// Given up at the end of its run.
    Released,
}

/// The lock's object and what is written into it.
#[derive(Debug)]
pub(super) struct Slot {
    wire: Arc<Wire>,
    key: String,
    /// Where it is, for messages.
    place: String,
    holder: Holder,
    nonce: String,
}

/// The lock right after a successful writing.
#[derive(Debug, Clone)]
pub(super) struct Grip {
    etag: String,
    renewal: u64,
    /// When the writing was sent: the lease counts from here at the earliest.
    pub(super) sent: Instant,
}

/// What came of a conditional writing of the lock.
#[derive(Debug)]
enum Wrote {
    /// It is ours.
    Done(Grip),
    /// The condition did not hold.
    Refused,
}

impl Slot {
    pub(super) fn new(wire: Arc<Wire>, key: String, place: String, holder: &Holder) -> Self {
        Self { wire, key, place, holder: holder.clone(), nonce: uuid::Uuid::new_v4().to_string() }
    }

    /// How the lock's times pass: never so fast that a busy machine could not keep up with its renewals.
    pub(super) fn pace(&self) -> Pace {
        let second = Duration::from_secs(1);
        Pace::scaled(self.wire.http().pace.real(second).as_secs_f64().max(FASTEST))
    }

    /// Takes the lock, and makes sure that the service keeps others from it.
    pub(super) async fn take(&self) -> anyhow::Result<Grip> {
        for _ in 0..RACES {
            let mut unseen = None;
            let condition = match self.look().await? {
                Standing::Free => Condition::Absent,
                Standing::Unseen(fault) => {
                    unseen = Some(fault);
                    Condition::Absent
                }
                Standing::Over(etag, holder) => {
                    if let Some(holder) = holder {
                        tracing::warn!(
                            "{} was not given up by {holder}, and has expired; taking it over",
                            Name::SyncLock
                        );
                    }
                    Condition::Unchanged(etag)
                }
                Standing::Held(text) => return Err(Refusal::Held(text).into()),
            };
            match self.write(condition, 0, Tenure::Held).await.map_err(|fault| self.failed(fault))? {
                Wrote::Done(grip) => return self.prove(grip).await,
                // Another run was faster, or our own writing was answered twice: look again.
                Wrote::Refused => {}
            }
            if let Some(fault) = unseen {
                // It is there, so that it was not for want of it that it could not be read.
                return Err(self.failed(fault));
            }
        }
        Err(Refusal::Held(format!(
            "{} is being taken by other runs at this moment. Nothing was changed. Run again later",
            Name::SyncLock
        ))
        .into())
    }

    async fn look(&self) -> anyhow::Result<Standing> {
        match self.wire.get(&self.key).await {
            Ok(got) => {
                let record = serde_json::from_slice::<Record>(&got.bytes).ok();
                if let (Some(record), Some(etag)) = (&record, &got.etag)
                    && record.nonce == self.nonce
                {
                    return Ok(Standing::Over(etag.clone(), None));
                }
                Ok(standing(record, &got))
            }
            Err(Fault { kind: FaultKind::Missing, .. }) => Ok(Standing::Free),
            Err(fault) if fault.kind == FaultKind::Denied => Ok(Standing::Unseen(fault)),
            Err(fault) => Err(self.failed(fault)),
        }
    }

    /// A service that ignores conditions would let everybody have the lock: two writings that must fail, and one
    /// between them that must not.
    async fn prove(&self, grip: Grip) -> anyhow::Result<Grip> {
        let failed = |fault| self.failed(fault);
        if let Wrote::Done(_) = self.write(Condition::Absent, 1, Tenure::Held).await.map_err(failed)? {
            return Err(self.unsupported("If-None-Match").await);
        }
        let stale = grip.etag.clone();
        let Wrote::Done(grip) = self.write(Condition::Unchanged(grip.etag), 1, Tenure::Held).await.map_err(failed)?
        else {
            return Err(Refusal::Held(format!(
                "{} was taken by another run at the same moment. Nothing was changed. Run again later",
                Name::SyncLock
            ))
            .into());
        };
        match self.write(Condition::Unchanged(stale), 2, Tenure::Held).await.map_err(failed)? {
            Wrote::Refused => Ok(grip),
            Wrote::Done(_) => Err(self.unsupported("If-Match").await),
        }
    }

    async fn unsupported(&self, header: &str) -> anyhow::Error {
        // What we wrote holds nobody off, but it would confuse the next one to look.
        drop(self.wire.delete(&self.key).await);
        anyhow!(
            "{} does not support conditional writes ({header} was ignored), so nothing would keep two runs from changing \
             TimeCamp at once. Nothing was changed. Use a service or version that supports them, or keep the files of this \
             stage in a local folder (docs/kubernetes/s3-storage.md)",
            self.place
        )
    }

    /// Writes the lock anew.
    async fn write(&self, condition: Condition, renewal: u64, state: Tenure) -> Result<Wrote, Fault> {
        let lease = self.pace().real(LEASE);
        let record = Record {
            holder: self.holder.clone(),
            nonce: self.nonce.clone(),
            renewal,
            lease: lease.as_secs_f64(),
            expires: pace::now().checked_add(lease).unwrap_or(Timestamp::MAX),
            state,
        };
        let unwritable = |error: serde_json::Error| Fault { kind: FaultKind::Other, said: error.to_string() };
        let bytes = serde_json::to_vec_pretty(&record).map_err(unwritable)?;
        let put = Put { sha256: sha256_hex(&bytes), bytes, condition };
        let sent = Instant::now();
        match self.wire.put(&self.key, put).await {
            Ok(Some(etag)) => Ok(Wrote::Done(Grip { etag, renewal, sent })),
            Ok(None) => Err(Fault { kind: FaultKind::NotImplemented, said: "its answer has no ETag".to_owned() }),
            Err(Fault { kind: FaultKind::Condition | FaultKind::Missing, .. }) => Ok(Wrote::Refused),
            Err(fault) => Err(fault),
        }
    }

    /// Writes it over what we wrote last, whichever of our writings that was: the answer to one may have been lost.
    /// `Err`: why it is no longer ours.
    pub(super) async fn rewrite(&self, grip: &Grip, state: Tenure) -> Result<Result<Grip, String>, Fault> {
        let next = grip.renewal + 1;
        if let Wrote::Done(grip) = self.write(Condition::Unchanged(grip.etag.clone()), next, state).await? {
            return Ok(Ok(grip));
        }
        match self.ours().await? {
            Ok(etag) => match self.write(Condition::Unchanged(etag), next, state).await? {
                Wrote::Done(grip) => Ok(Ok(grip)),
                Wrote::Refused => Ok(Err("another run took it over".to_owned())),
            },
            Err(why) => Ok(Err(why)),
        }
    }

    /// Whose the lock is now: `Ok(tag)` when it is still ours, because an answer was lost on its way.
    async fn ours(&self) -> Result<Result<String, String>, Fault> {
        let Got { bytes, etag, .. } = match self.wire.get(&self.key).await {
            Err(Fault { kind: FaultKind::Missing, .. }) => return Ok(Err("it was removed".to_owned())),
            answer => answer?,
        };
        Ok(match (serde_json::from_slice::<Record>(&bytes), etag) {
            (Ok(record), Some(etag)) if record.nonce == self.nonce => Ok(etag),
            (Ok(record), _) => Err(format!("{} took it over", record.holder)),
            (Err(_), _) => Err("somebody wrote over it".to_owned()),
        })
    }

    fn failed(&self, fault: Fault) -> anyhow::Error {
        anyhow!(fault).context(format!(
            "cannot take the lock {} in {}; nothing was changed",
            Name::SyncLock,
            self.place
        ))
    }
}

/// How things stand with the lock before it is taken.
#[derive(Debug, PartialEq)]
enum Standing {
    /// Nobody has it.
    Free,
    /// It may not be read, which some services also say when it is not there; the condition decides.
    Unseen(Fault),
    /// The object with this tag holds nobody off any more; who let it expire.
    Over(String, Option<String>),
    /// Somebody has it.
    Held(String),
}

/// Reads the lock's object; `None`: it cannot be read as one, so it holds as long as any.
fn standing(record: Option<Record>, got: &Got) -> Standing {
    let (Some(etag), Some(modified)) = (&got.etag, got.modified) else {
        return Standing::Held(held_by(record.as_ref(), None));
    };
    if record.as_ref().is_some_and(|record| record.state == Tenure::Released) {
        return Standing::Over(etag.clone(), None);
    }
    let lease = record.as_ref().and_then(|record| Duration::try_from_secs_f64(record.lease).ok()).unwrap_or(LEASE);
    let over = modified.checked_add(lease.min(LONGEST) + GRAIN).unwrap_or(Timestamp::MAX);
    if got.now.is_some_and(|now| now >= over) {
        let holder = record.map_or_else(|| "an unknown run".to_owned(), |record| record.holder.to_string());
        return Standing::Over(etag.clone(), Some(holder));
    }
    Standing::Held(held_by(record.as_ref(), Some(over)))
}

fn held_by(record: Option<&Record>, until: Option<Timestamp>) -> String {
    let holder = record.map_or_else(|| "an unknown run".to_owned(), |record| record.holder.to_string());
    let until = until.map(|time| format!(" at {time:.0}")).unwrap_or_default();
    format!(
        "{} is held by {holder}. Nothing was changed. Wait until that run has ended; if it is dead, the lock expires by \
         itself{until}",
        Name::SyncLock
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn record(lease: f64, state: Tenure) -> Record {
        let holder =
            Holder { stage: "sync".to_owned(), run_id: "run-1".to_owned(), host: "h".to_owned(), pid: 7, since: at(0) };
        Record { holder, nonce: "n".to_owned(), renewal: 3, lease, expires: at(60), state }
    }

    fn got(now: Option<Timestamp>) -> Got {
        Got { bytes: Vec::new(), etag: Some("tag".to_owned()), modified: Some(at(0)), sha256: None, now }
    }

    #[test]
    fn a_lock_is_over_when_its_lease_is_certainly_past_by_the_services_clock() {
        let over = |record: Option<Record>, now| match standing(record, &got(now)) {
            Standing::Over(tag, _) => tag == "tag",
            Standing::Held(_) | Standing::Free | Standing::Unseen(_) => false,
        };
        assert!(!over(Some(record(60.0, Tenure::Held)), Some(at(59))));
        assert!(!over(Some(record(60.0, Tenure::Held)), Some(at(60))), "its second may have begun late");
        assert!(over(Some(record(60.0, Tenure::Held)), Some(at(61))));
        assert!(!over(Some(record(60.0, Tenure::Held)), None), "without the service's clock nothing is certain");
        assert!(over(Some(record(60.0, Tenure::Released)), Some(at(1))), "given up");
        assert!(!over(None, Some(at(60))), "what cannot be read holds as long as any");
        assert!(over(None, Some(at(61))));
        assert!(over(Some(record(1e9, Tenure::Held)), Some(at(601))), "nobody holds it for ever");
    }

    #[test]
    fn the_holder_and_the_end_are_named() {
        let Standing::Held(text) = standing(Some(record(60.0, Tenure::Held)), &got(Some(at(5)))) else {
            panic!("held")
        };
        assert!(text.contains("sync run run-1 on h (process 7)"), "{text}");
        assert!(text.contains("expires by itself at 2027-01-15T08:01:01Z"), "{text}");
    }

    #[test]
    fn the_record_is_flat_json_that_a_person_can_read() {
        let value = serde_json::to_value(record(60.0, Tenure::Held)).unwrap();
        for field in ["stage", "run_id", "host", "pid", "since", "expires", "lease", "state"] {
            assert!(value.get(field).is_some(), "{field}: {value}");
        }
    }
}
