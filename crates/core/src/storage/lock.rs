//! The lock of the stages that write to TimeCamp.

use super::s3::Lease;
use anyhow::anyhow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::File;
use std::sync::{Mutex, PoisonError};

/// Who holds the lock; written into it, so that the one who is turned away can name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The stage, such as `sync`.
    pub stage: String,
    /// Its run id.
    pub run_id: String,
    /// The machine.
    pub host: String,
    /// The process there.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, run_id, host, pid, since } = self;
        write!(f, "{stage} run {run_id} on {host} (process {pid}), since {since:.0}")
    }
}

/// The lock, held until released or dropped.
///
/// Dropping a lock in a bucket leaves it to a background task to give it up; whoever can wait calls
/// [`Lock::release`]. The stages' door waits for that task in any case.
#[derive(Debug)]
pub struct Lock {
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// An OS file lock: the system gives it up when the process ends, however it ends. `None` once released.
    File(Mutex<Option<File>>),
    /// An object in a bucket, renewed in the background.
    Lease(Lease),
}

impl Lock {
    pub(super) fn file(file: File) -> Self {
        Self { kind: Kind::File(Mutex::new(Some(file))) }
    }

    pub(super) fn lease(lease: Lease) -> Self {
        Self { kind: Kind::Lease(lease) }
    }

    /// Fails when the lock was lost to another run, or may have been since it was not renewed in time; asked before
    /// every write to TimeCamp.
    pub fn check(&self) -> anyhow::Result<()> {
        match &self.kind {
            Kind::File(file) if file.lock().unwrap_or_else(PoisonError::into_inner).is_some() => Ok(()),
            Kind::File(_) => Err(anyhow!("the lock was given up")),
            Kind::Lease(lease) => lease.check(),
        }
    }

    /// Gives the lock up. Whatever goes wrong is a log line: it goes by itself, in a minute at most.
    pub async fn release(&self) {
        match &self.kind {
            // Closing the file gives it up.
            Kind::File(file) => drop(file.lock().unwrap_or_else(PoisonError::into_inner).take()),
            Kind::Lease(lease) => lease.release().await,
        }
    }
}
