//! Running a program and measuring it.

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is measured and how.
pub(super) struct Bench {
    /// The folder of the release programs.
    pub(super) programs: PathBuf,
    /// Inputs and outputs, one folder for each row.
    pub(super) folder: PathBuf,
    /// How often; the quickest counts.
    pub(super) times: usize,
    pub(super) quick: bool,
    /// Only rows with this in their name.
    pub(super) only: String,
}

/// What a run took.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Took {
    pub(super) wall_ms: f64,
    /// User and system time.
    pub(super) cpu_ms: f64,
    /// The most memory at once.
    pub(super) peak_kib: f64,
}

impl Took {
    /// The lowest figures of two runs.
    fn least(self, other: Self) -> Self {
        Self {
            wall_ms: self.wall_ms.min(other.wall_ms),
            cpu_ms: self.cpu_ms.min(other.cpu_ms),
            peak_kib: self.peak_kib.min(other.peak_kib),
        }
    }
}

/// A program to run in a folder.
pub(super) struct Call<'a> {
    pub(super) folder: &'a Path,
    pub(super) program: &'a str,
    pub(super) flags: &'a [&'a str],
    pub(super) env: &'a [(&'a str, &'a str)],
}

impl Bench {
    /// Whether a row is wanted.
    pub(super) fn wants(&self, row: &str) -> bool {
        row.contains(&self.only)
    }

    /// A program's path.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A folder for a row, as it was left.
    pub(super) fn place(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(folder.join("var"))?;
        Ok(folder)
    }

    /// Writes an input, unless an earlier measurement left it.
    pub(super) fn input(&self, kind: &str, people: usize) -> anyhow::Result<PathBuf> {
        let file = self.folder.join(format!("{kind}-{people}.json"));
        if !file.exists() {
            let draft = file.with_extension("tmp");
            let status = Command::new(self.program("bench-inputs"))
                .args([kind, &people.to_string()])
                .arg(&draft)
                .status()
                .context("cannot run bench-inputs")?;
            ensure!(status.success(), "bench-inputs ended with {status}");
            std::fs::rename(&draft, &file)?;
        }
        Ok(file)
    }

    /// Runs a program once.
    pub(super) fn once(&self, call: &Call<'_>) -> anyhow::Result<Took> {
        let output = Command::new(self.program("bench-measure"))
            .arg(call.folder)
            .arg(self.program(call.program))
            .args(call.flags)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("DISABLE_FILE_LOGGING", "true")
            .envs(call.env.iter().copied())
            .output()
            .context("cannot run bench-measure")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} was not measured: {said}", call.program);
        serde_json::from_slice(&output.stdout).context("bench-measure prints a measurement")
    }

    /// Does something as often as is asked and keeps the lowest figures.
    pub(super) fn quickest(&self, mut once: impl FnMut() -> anyhow::Result<Took>) -> anyhow::Result<Took> {
        let mut least = once()?;
        for _ in 1..self.times {
            least = least.least(once()?);
        }
        Ok(least)
    }
}

/// What the last program printed.
pub(super) fn printed(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let bytes = std::fs::read(folder.join("stdout.txt"))?;
    serde_json::from_slice(&bytes).context("the program prints JSON")
}
