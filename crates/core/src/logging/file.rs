//! The log file: 10 MB, five old ones kept as `sync.log.1` (the youngest) to `sync.log.5`.
//!
//! Stages run side by side and share one file. That rules the known rotation crates out: they count bytes and plan
//! names per process, so two processes rotate each other's files away (file-rotate panics on a name already taken).
//! Here nothing is remembered: each line is one `O_APPEND` write, the size is asked of the file, and whoever finds it
//! full renames under a lock on the folder. A process that comes second sees a short file under the name and opens it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use super::writer::Sink;

/// 10 MB, as the Python original has it.
const LIMIT: u64 = 10 * 1024 * 1024;
const KEPT: u32 = 5;

/// An open log file that starts anew when it is full.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    limit: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    health: Health,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Good,
    /// A write failed and was reported; further ones are tried, and not reported.
    Reported,
}

impl LogFile {
    /// Opens `path` for appending; makes its folder.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Self::with_limit(path, LIMIT)
    }

    fn with_limit(path: &Path, limit: u64) -> anyhow::Result<Self> {
        fs::create_dir_all(folder(path))
            .with_context(|| format!("the log folder {} cannot be made", folder(path).display()))?;
        let file = append(path).with_context(|| format!("the log file {} cannot be written", path.display()))?;
        Ok(Self { path: path.to_owned(), limit, state: Mutex::new(State { file, health: Health::Good }) })
    }

    /// The file that the next line goes to: another one when this one is full.
    fn room(&self, file: &mut File) -> io::Result<()> {
        if file.metadata()?.len() < self.limit {
            return Ok(());
        }
        let lock = File::open(folder(&self.path))?;
        match lock.try_lock() {
            // Another process renames just now. This line still goes to the old file, where it is not lost.
            Err(TryLockError::WouldBlock) => return Ok(()),
            // Some network file systems lock no folders; renaming without a lock is then the best there is.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if fs::metadata(&self.path).is_ok_and(|now| now.len() >= self.limit) {
            self.shift()?;
        }
        *file = append(&self.path)?;
        Ok(())
    }

    /// `sync.log` becomes `sync.log.1`, that one `sync.log.2`, and the last is gone.
    fn shift(&self) -> io::Result<()> {
        for number in (1..KEPT).rev() {
            match fs::rename(self.old(number), self.old(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        fs::rename(&self.path, self.old(1))
    }

    fn old(&self, number: u32) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(format!(".{number}"));
        name.into()
    }
}

impl Sink for LogFile {
    fn put(&self, line: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { file, health } = &mut *state;
        // A file that cannot be renamed grows on, which is better than a log with holes.
        let rotated = self.room(file);
        let written = file.write_all(line);
        let failed = written.and(rotated).err().filter(|_| *health == Health::Good);
        if let Some(error) = failed {
            *health = Health::Reported;
            // This comes back here as a line of its own, and once only.
            drop(state);
            tracing::warn!("the log file {} cannot be written or rotated: {error}", self.path.display());
        }
    }
}

/// The folder of `path`; a bare name lies in the working folder.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;

    fn read(path: &Path) -> String {
        String::from_utf8(fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn appends_to_what_is_there_and_makes_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("var/logs/sync.log");
        LogFile::open(&path).unwrap().put(b"one\n");
        LogFile::open(&path).unwrap().put(b"two\n");
        assert_eq!(read(&path), "one\ntwo\n");
    }

    #[test]
    fn keeps_five_old_files_the_youngest_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.log");
        let log = LogFile::with_limit(&path, 1).unwrap();
        for number in 1..=8 {
            log.put(format!("line {number}\n").as_bytes());
        }
        assert_eq!(read(&path), "line 8\n");
        for old in 1..=5 {
            assert_eq!(read(&log.old(old)), format!("line {}\n", 8 - old));
        }
        assert!(!log.old(6).exists());
    }

    #[test]
    fn a_full_file_found_at_start_is_rotated_before_the_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.log");
        LogFile::with_limit(&path, 10).unwrap().put(b"from the last run\n");
        LogFile::with_limit(&path, 10).unwrap().put(b"new\n");
        assert_eq!(
            (read(&path).as_str(), read(&folder.path().join("sync.log.1")).as_str()),
            ("new\n", "from the last run\n")
        );
    }

    #[test]
    fn two_writers_follow_each_other_through_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.log");
        let (fetch, prepare) = (LogFile::with_limit(&path, 8).unwrap(), LogFile::with_limit(&path, 8).unwrap());
        fetch.put(b"fetch 1\n");
        prepare.put(b"prep 1\n");
        fetch.put(b"x\n");
        assert_eq!(read(&path), "x\n".replace("x\n", "prep 1\nx\n"));
        assert_eq!(read(&fetch.old(1)), "fetch 1\n");
        assert!(!fetch.old(2).exists(), "the second writer rotated a file that had just been rotated");
    }

    #[test]
    fn no_line_is_lost_or_torn_with_several_writers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.log");
        // 4 x 100 lines of 12 bytes at 1200 bytes a file: four rotations, all of whose files are kept.
        let writers: Vec<_> = (0..4).map(|_| Arc::new(LogFile::with_limit(&path, 1200).unwrap())).collect();
        std::thread::scope(|scope| {
            for (writer, log) in writers.iter().enumerate() {
                scope.spawn(move || (0..100).for_each(|line| log.put(format!("{writer} {line:>9}\n").as_bytes())));
            }
        });
        let old = (1..=KEPT).map(|number| writers[0].old(number)).filter(|path| path.exists());
        let text: String = std::iter::once(path.clone()).chain(old).map(|path| read(&path)).collect();
        let lines: BTreeSet<&str> = text.lines().collect();
        assert_eq!((text.lines().count(), lines.len()), (400, 400));
        assert!(lines.iter().all(|line| line.len() == 11));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_that_names_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = LogFile::open(&file.path().join("logs/sync.log")).unwrap_err();
        assert!(format!("{error:#}").contains("cannot be made: "), "{error:#}");
    }
}
