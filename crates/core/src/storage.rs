//! Where the files between the stages live: a local folder, or a bucket (see `storage/`). A file is whole or absent.

mod local;
pub mod lock;

pub use local::LocalFolder;
pub use lock::{Holder, Lock};

use crate::env::Env;
use crate::vars;
use aws_lc_rs::digest;
use jiff::Timestamp;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;

/// The name of a file that a stage reads or writes. The same names serve in a folder and under a bucket's prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// `var/users.json`: what a source said.
    Users,
    /// `var/timecamp_users.json`: what TimeCamp should be.
    TimecampUsers,
    /// `var/vacation.json`: leaves.
    Vacation,
    /// `var/pending_new_users.json`: people being invited.
    PendingNewUsers,
    /// `var/pending_user_settings.json`: settings owed to people being changed.
    PendingUserSettings,
    /// `var/sync_report.json`: what the last run did.
    SyncReport,
    /// `var/sync.lock`: held by the stage that writes to TimeCamp.
    SyncLock,
    /// A name given on the command line.
    Given(String),
    /// The manifest beside a file.
    ManifestOf(Box<Self>),
}

impl Name {
    /// The manifest of this file.
    #[must_use]
    pub fn manifest(&self) -> Self {
        Self::ManifestOf(Box::new(self.clone()))
    }

    /// The name given on the command line, or the usual one.
    #[must_use]
    pub fn given_or(given: Option<&str>, usual: Self) -> Self {
        given.map_or(usual, |text| Self::Given(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Users => "var/users.json",
            Self::TimecampUsers => "var/timecamp_users.json",
            Self::Vacation => "var/vacation.json",
            Self::PendingNewUsers => "var/pending_new_users.json",
            Self::PendingUserSettings => "var/pending_user_settings.json",
            Self::SyncReport => "var/sync_report.json",
            Self::SyncLock => "var/sync.lock",
            Self::Given(text) => text,
            Self::ManifestOf(name) => return write!(f, "{name}.manifest.json"),
        })
    }
}

/// What can go wrong with the storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A file that is there could not be read.
    #[error("cannot read {name} in {place}")]
    Read {
        /// The file.
        name: String,
        /// Where it was looked for.
        place: String,
        /// Why.
        source: anyhow::Error,
    },
    /// A file could not be written; what was there before is untouched.
    #[error("cannot write {name} in {place}; the previous file is untouched")]
    Write {
        /// The file.
        name: String,
        /// Where it should go.
        place: String,
        /// Why.
        source: anyhow::Error,
    },
}

/// A file that was read whole.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its content.
    pub bytes: Vec<u8>,
    /// When it was last written, by the storage's clock.
    pub modified: Option<Timestamp>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hex.
    pub sha256: String,
}

/// The one wrapper over every kind of storage.
#[derive(Debug, Clone)]
pub struct Storage {
    backend: Backend,
}

#[derive(Debug, Clone)]
enum Backend {
    Local(LocalFolder),
}

/// Which storage the settings ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageSettings {
    /// The working folder.
    Local,
}

impl StorageSettings {
    /// Reads the settings of the storage.
    pub fn from_env(env: &mut Env) -> Self {
        if env.flag(&vars::USE_S3_STORAGE) {
            env.complain(&vars::USE_S3_STORAGE, "S3 storage is not built into this version; use the local folder");
        }
        Self::Local
    }
}

impl Storage {
    /// Opens what the settings ask for; local names are relative to `folder`.
    #[expect(clippy::unused_async, reason = "a bucket's credentials are looked up here")]
    pub async fn open(settings: &StorageSettings, folder: &Path) -> Result<Self, StorageError> {
        match settings {
            StorageSettings::Local => Ok(Self::local(folder)),
        }
    }

    /// A local folder.
    pub fn local(folder: &Path) -> Self {
        Self { backend: Backend::Local(LocalFolder::new(folder)) }
    }

    /// The file's content; `None` when there is no such file.
    #[expect(clippy::unused_async, reason = "a bucket is read over the network")]
    pub async fn read(&self, name: &Name) -> Result<Option<Object>, StorageError> {
        match &self.backend {
            Backend::Local(folder) => folder.read(name),
        }
    }

    /// Replaces the file by `bytes`, as a whole or not at all.
    pub async fn write(&self, name: &Name, bytes: &[u8]) -> Result<Written, StorageError> {
        self.write_with(name, |to| to.write_all(bytes)).await
    }

    /// Replaces the file by what `fill` writes, as a whole or not at all.
    #[expect(clippy::unused_async, reason = "a bucket is written over the network")]
    pub async fn write_with<F>(&self, name: &Name, fill: F) -> Result<Written, StorageError>
    where
        F: FnOnce(&mut dyn Write) -> io::Result<()>,
    {
        match &self.backend {
            Backend::Local(folder) => folder.write_with(name, fill),
        }
    }

    /// Removes the file; none there is fine.
    #[expect(clippy::unused_async, reason = "a bucket is written over the network")]
    pub async fn remove(&self, name: &Name) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Local(folder) => folder.remove(name),
        }
    }

    /// Takes the lock of the stages that write to TimeCamp; a [`crate::Refusal::Held`] when another run has it.
    #[expect(clippy::unused_async, reason = "a bucket is written over the network")]
    pub async fn lock(&self, holder: &Holder) -> anyhow::Result<Lock> {
        match &self.backend {
            Backend::Local(folder) => folder.lock(holder),
        }
    }

    /// Where the files are, for messages.
    pub fn place(&self) -> String {
        match &self.backend {
            Backend::Local(folder) => folder.place(),
        }
    }
}

/// A writer that counts and digests what passes through it.
#[derive(Debug)]
pub(crate) struct Digesting<W> {
    inner: W,
    sha256: Sha256,
    bytes: u64,
}

impl<W: Write> Digesting<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    pub(crate) fn finish(self) -> (W, Written) {
        (self.inner, Written { bytes: self.bytes, sha256: self.sha256.hex() })
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        let taken = bytes.get(..count).unwrap_or(bytes);
        self.sha256.update(taken);
        self.bytes += taken.len() as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// SHA-256 by the one crypto provider.
struct Sha256(digest::Context);

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

impl Sha256 {
    fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn hex(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

/// SHA-256 of `bytes` in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
