//! The lock of the stages that write to TimeCamp.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::File;

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

/// The lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// An OS file lock: the system gives it up when the process ends, however it ends.
    File(#[expect(dead_code, reason = "kept open: closing it gives the lock up")] File),
}

impl Lock {
    /// Fails when the lock was lost to another run; asked before every write to TimeCamp.
    pub fn check(&self) -> anyhow::Result<()> {
        match &self.kind {
            Kind::File(_) => Ok(()),
        }
    }
}
