//! `cargo xtask bench`: how long the stages take and how much memory, beside what could not be any faster.

mod measure;
mod prepare;
mod table;
mod timecamp;

use crate::shell::{run as call, say, target};
use anyhow::Context as _;
use measure::Bench;
use std::path::PathBuf;

/// Flags of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    /// The smaller inputs only, each once
    #[arg(long)]
    quick: bool,
    /// Only rows with this text in their name
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// How often each is measured; the quickest counts
    #[arg(long, value_name = "TIMES", default_value_t = 5)]
    times: usize,
    /// Where inputs and outputs go
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// The stages that are measured, and the sandbox they are measured against.
const PROGRAMS: [&str; 5] = ["prepare", "sync", "fetch-azuread", "fetch-bamboohr", "sandbox"];

/// Builds, measures and prints the table.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let mut build = vec!["build", "--release", "--locked", "--bins", "--package", "bench"];
    build.extend(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    call("cargo", &build)?;
    let programs = target().with_file_name("release");
    let folder = args.folder.clone().unwrap_or_else(|| target().with_file_name("bench"));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let bench = Bench {
        programs: std::path::absolute(programs)?,
        folder: std::path::absolute(folder)?,
        times: if args.quick { 1 } else { args.times.max(1) },
        quick: args.quick,
        only: args.only.clone(),
    };
    say(&format!("\nMeasured on: {}; the quickest of {}.\n", machine(), bench.times));
    table::head();
    prepare::rows(&bench)?;
    timecamp::rows(&bench)?;
    table::sizes(&bench)
}

/// The processor and how many of it.
fn machine() -> String {
    let about = std::fs::read("/proc/cpuinfo").unwrap_or_default();
    let about = String::from_utf8_lossy(&about);
    let model = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores, {}", model.map_or("unknown", |(_, model)| model))
}
