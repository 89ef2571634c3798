//! Runs a program once and says how long it took, how much CPU and how much memory. A program of its own: what the
//! kernel counts as a child's peak includes the memory of whoever started it, so that has to be somebody small.

use anyhow::{Context as _, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// `bench-measure FOLDER PROGRAM ARGUMENTS…`: what the program prints goes to stdout.txt and stderr.txt in the folder.
#[expect(clippy::print_stdout, reason = "the measurement is this program's result")]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().context("bench-measure FOLDER PROGRAM ARGUMENTS")?);
    let program = arguments.next().context("bench-measure FOLDER PROGRAM ARGUMENTS")?;
    let (out, err) = (File::create(folder.join("stdout.txt"))?, File::create(folder.join("stderr.txt"))?);
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(&folder).stdin(Stdio::null()).stdout(out).stderr(err);
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
    let wall = start.elapsed();
    let folder = folder.display();
    ensure!(status.success(), "{} ended with {status}; see {folder}/stderr.txt", program.display());
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let result = serde_json::json!({
        "wall_ms": wall.as_secs_f64() * 1000.0,
        "cpu_ms": milliseconds(usage.user_time()) + milliseconds(usage.system_time()),
        "peak_kib": usage.max_rss(),
    });
    println!("{result}");
    Ok(())
}

fn milliseconds(time: TimeVal) -> i64 {
    time.num_microseconds() / 1000
}
