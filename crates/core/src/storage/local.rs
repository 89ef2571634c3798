//! A local folder: temporary file in the same folder, fsync, rename, fsync of the folder.

use super::lock::{Holder, Lock};
use super::{Digesting, Name, Object, StorageError, Written};
use crate::{Refusal, pace};
use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use std::fs::{self, DirEntry, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, BufWriter, Read as _, Seek as _, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Readable by the owner and the group: the files hold people's data.
const MODE: u32 = 0o640;

/// How the name of a temporary file ends.
const SUFFIX: &str = ".tmp";
/// A temporary file this old belongs to a run that was killed while it wrote.
const LEFT_BEHIND: Duration = Duration::from_hours(1);

/// Files below one folder.
#[derive(Debug, Clone)]
pub struct LocalFolder {
    folder: PathBuf,
}

impl LocalFolder {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, name: &Name) -> PathBuf {
        self.folder.join(name.to_string())
    }

    pub(super) fn place(&self) -> String {
        std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone()).display().to_string()
    }

    pub(super) fn read(&self, name: &Name) -> Result<Option<Object>, StorageError> {
        let path = self.path(name);
        let read = || -> io::Result<Object> {
            let mut file = File::open(&path)?;
            let about = file.metadata()?;
            let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
            file.read_to_end(&mut bytes)?;
            Ok(Object { bytes, modified: about.modified().ok().and_then(|time| Timestamp::try_from(time).ok()) })
        };
        match read() {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StorageError::Read { name: name.to_string(), place: self.place(), source: error.into() }),
        }
    }

    pub(super) fn write_with<F>(&self, name: &Name, fill: F) -> Result<Written, StorageError>
    where
        F: FnOnce(&mut dyn Write) -> io::Result<()>,
    {
        replace(&self.path(name), MODE, fill).map_err(|source| StorageError::Write {
            name: name.to_string(),
            place: self.place(),
            source,
        })
    }

    pub(super) fn remove(&self, name: &Name) -> Result<(), StorageError> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StorageError::Write { name: name.to_string(), place: self.place(), source: error.into() })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The lock file stays when the lock is given up: removing it would let two runs lock two different files.
    pub(super) fn lock(&self, holder: &Holder) -> anyhow::Result<Lock> {
        let path = self.path(&Name::SyncLock);
        let open = || -> io::Result<File> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)
        };
        let mut file = open().with_context(|| format!("cannot open the lock file {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                serde_json::to_writer(&file, holder).context("cannot write the lock file")?;
                file.flush()?;
                Ok(Lock::file(file))
            }
            Err(TryLockError::WouldBlock) => Err(Refusal::Held(held_by(&mut file)).into()),
            Err(TryLockError::Error(error)) => Err(anyhow!(error).context("cannot lock var/sync.lock")),
        }
    }
}

fn held_by(file: &mut File) -> String {
    let mut text = String::new();
    // The holder may be writing its name at this very moment; then it goes unnamed.
    let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let holder = holder.map_or_else(|| "another run that has just started".to_owned(), |holder| holder.to_string());
    format!(
        "var/sync.lock is held by {holder}. Nothing was changed. Wait until that run has ended; the lock goes with it"
    )
}

/// Puts what `fill` writes in place of the file at `path`, as a whole or not at all, with `mode`.
pub(crate) fn replace<F>(path: &Path, mode: u32, fill: F) -> anyhow::Result<Written>
where
    F: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{file_name}.");
    remove_left_behind(folder, &prefix);
    let temporary = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    let mut writer = Digesting::new(BufWriter::with_capacity(1 << 16, temporary));
    fill(&mut writer)?;
    let (buffered, written) = writer.finish();
    let temporary = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    match File::open(folder)?.sync_all() {
        // Some file systems (network shares among them) cannot sync a folder. The file itself is there and whole.
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Err(error.into())
        }
        Ok(()) | Err(_) => Ok(written),
    }
}

/// Removes the temporary files of runs that were killed while they wrote: they hold people's data and serve nobody. One
/// that cannot be removed is left to the next run.
fn remove_left_behind(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let now = pace::now();
    let old = |entry: &DirEntry| {
        let changed = Timestamp::try_from(entry.metadata().ok()?.modified().ok()?).ok()?;
        Some(Duration::try_from(now.duration_since(changed)).ok()? > LEFT_BEHIND)
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let temporary = name.to_str().is_some_and(|name| name.starts_with(prefix) && name.ends_with(SUFFIX));
        if temporary && old(&entry) == Some(true) && fs::remove_file(entry.path()).is_ok() {
            tracing::info!("removed {}, which a run left behind that was killed", entry.path().display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::sha256_hex;

    fn holder(run: &str) -> Holder {
        let since = Timestamp::from_second(1_800_000_000).unwrap();
        Holder { stage: "sync".to_owned(), run_id: run.to_owned(), host: "h".to_owned(), pid: 7, since }
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let storage = LocalFolder::new(folder.path());
        assert!(storage.read(&Name::Users).unwrap().is_none());
        let written = storage.write_with(&Name::Users, |to| to.write_all(b"first")).unwrap();
        assert_eq!(written, Written { bytes: 5, sha256: sha256_hex(b"first") });
        let failed = storage.write_with(&Name::Users, |to| {
            to.write_all(b"second")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("previous file is untouched"));
        assert_eq!(storage.read(&Name::Users).unwrap().unwrap().bytes, b"first");
        assert_eq!(fs::read_dir(folder.path().join("var")).unwrap().count(), 1, "no temporary file stays");
        let mode = fs::metadata(folder.path().join("var/users.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, MODE);
    }

    /// What a run leaves that was killed while it wrote goes with the next writing, but not what another is writing now.
    #[test]
    fn what_a_killed_run_left_behind_goes() {
        let folder = tempfile::tempdir().unwrap();
        let storage = LocalFolder::new(folder.path());
        storage.write_with(&Name::Users, |to| to.write_all(b"first")).unwrap();
        let var = folder.path().join("var");
        let made = |name: &str, hours: u64| {
            let file = File::create(var.join(name)).unwrap();
            let age = Duration::from_hours(hours);
            file.set_modified(file.metadata().unwrap().modified().unwrap() - age).unwrap();
        };
        made(".users.json.killed.tmp", 2);
        made(".users.json.at-work.tmp", 0);
        made(".timecamp_users.json.killed.tmp", 2);
        made("users.json.of-somebody.tmp", 2);
        storage.write_with(&Name::Users, |to| to.write_all(b"second")).unwrap();
        let mut left: Vec<String> =
            fs::read_dir(&var).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        let expected =
            [".timecamp_users.json.killed.tmp", ".users.json.at-work.tmp", "users.json", "users.json.of-somebody.tmp"];
        assert_eq!(left, expected);
    }

    #[test]
    fn the_second_to_lock_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let storage = LocalFolder::new(folder.path());
        let lock = storage.lock(&holder("run-1")).unwrap();
        let refused = storage.lock(&holder("run-2")).unwrap_err();
        assert_eq!(crate::Code::of(&refused), crate::Code::Held);
        assert!(refused.to_string().contains("sync run run-1 on h (process 7)"), "{refused}");
        drop(lock);
        storage.lock(&holder("run-3")).unwrap();
    }
}
