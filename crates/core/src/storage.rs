//! Where the files between the stages live: a local folder, or a bucket (see `storage/`). A file is whole or absent.

mod digest;
mod local;
pub mod lock;
mod s3;

pub use digest::sha256_hex;
pub use local::LocalFolder;
pub(crate) use local::replace;
pub use lock::{Holder, Lock};
pub use s3::{Keys, S3Settings, Style};

use crate::env::Env;
use crate::http::HttpSettings;
use crate::vars;
use digest::Digesting;
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
    S3(s3::Bucket),
}

/// Which storage the settings ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageSettings {
    /// The working folder.
    Local,
    /// A bucket.
    S3(S3Settings),
}

impl StorageSettings {
    /// Reads the settings of the storage. What is wrong is told to `env`; the run ends before they are used then.
    pub fn from_env(env: &mut Env) -> Self {
        if !env.flag(&vars::USE_S3_STORAGE) {
            return Self::Local;
        }
        S3Settings::from_env(env).map_or(Self::Local, Self::S3)
    }
}

impl Storage {
    /// Opens what the settings ask for; local names are relative to `folder`. A bucket is not asked anything yet.
    pub async fn open(settings: &StorageSettings, folder: &Path, http: &HttpSettings) -> Result<Self, StorageError> {
        match settings {
            StorageSettings::Local => Ok(Self::local(folder)),
            StorageSettings::S3(settings) => {
                Ok(Self { backend: Backend::S3(Box::pin(s3::Bucket::open(settings, http)).await) })
            }
        }
    }

    /// A local folder.
    pub fn local(folder: &Path) -> Self {
        Self { backend: Backend::Local(LocalFolder::new(folder)) }
    }

    /// The file's content; `None` when there is no such file.
    pub async fn read(&self, name: &Name) -> Result<Option<Object>, StorageError> {
        match &self.backend {
            Backend::Local(folder) => folder.read(name),
            Backend::S3(bucket) => bucket.read(name).await,
        }
    }

    /// Replaces the file by `bytes`, as a whole or not at all.
    pub async fn write(&self, name: &Name, bytes: &[u8]) -> Result<Written, StorageError> {
        self.write_with(name, |to| to.write_all(bytes)).await
    }

    /// Replaces the file by what `fill` writes, as a whole or not at all.
    pub async fn write_with<F>(&self, name: &Name, fill: F) -> Result<Written, StorageError>
    where
        F: FnOnce(&mut dyn Write) -> io::Result<()>,
    {
        match &self.backend {
            Backend::Local(folder) => folder.write_with(name, fill),
            Backend::S3(bucket) => {
                let mut to = Digesting::new(Vec::new());
                fill(&mut to).map_err(|source| StorageError::Write {
                    name: name.to_string(),
                    place: self.place(),
                    source: source.into(),
                })?;
                let (bytes, written) = to.finish();
                bucket.write(name, bytes, written).await
            }
        }
    }

    /// Removes the file; none there is fine.
    pub async fn remove(&self, name: &Name) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Local(folder) => folder.remove(name),
            Backend::S3(bucket) => bucket.remove(name).await,
        }
    }

    /// Takes the lock of the stages that write to TimeCamp; a [`crate::Refusal::Held`] when another run has it.
    pub async fn lock(&self, holder: &Holder) -> anyhow::Result<Lock> {
        match &self.backend {
            Backend::Local(folder) => folder.lock(holder),
            Backend::S3(bucket) => bucket.lock(holder).await,
        }
    }

    /// Gives up what is still held; called once, at the end of a run.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Local(_) => {}
            Backend::S3(bucket) => bucket.close().await,
        }
    }

    /// Where the files are, for messages.
    pub fn place(&self) -> String {
        match &self.backend {
            Backend::Local(folder) => folder.place(),
            Backend::S3(bucket) => bucket.place().to_owned(),
        }
    }
}
