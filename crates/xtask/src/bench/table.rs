//! The table, as Markdown.

use super::measure::{Bench, Took};
use crate::shell::say;

/// A measurement and what it is held against.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) took: Took,
    /// Requests, sent and counted from the plan.
    pub(super) requests: Option<(u64, u64)>,
    pub(super) floor: Option<Floor>,
    /// What the same takes when answers come at once: the stage's own work and the sandbox's.
    pub(super) at_once_ms: Option<f64>,
}

/// What could not be any faster.
#[derive(Clone, Copy)]
pub(super) struct Floor {
    pub(super) wall_ms: f64,
    /// Where a bare program was measured.
    pub(super) peak_kib: Option<f64>,
}

/// Prints the table's head.
pub(super) fn head() {
    say("| what | wall | CPU | peak memory | requests | floor | times the floor | without latency |");
    say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

impl Row<'_> {
    /// Prints the row.
    pub(super) fn print(&self) {
        let Self { name, took, requests, floor, at_once_ms } = self;
        let requests = match requests {
            Some((sent, planned)) if sent == planned => sent.to_string(),
            Some((sent, planned)) => format!("{sent} ({planned} planned)"),
            None => String::new(),
        };
        let memory = |floor: &Floor| floor.peak_kib.map(|peak| format!(", {}", megabytes(peak))).unwrap_or_default();
        let floors = floor.as_ref().map(|floor| format!("{}{}", time(floor.wall_ms), memory(floor)));
        let times = floor.as_ref().map(|floor| format!("{:.2}", took.wall_ms / floor.wall_ms));
        say(&format!(
            "| {name} | {} | {} | {} | {requests} | {} | {} | {} |",
            time(took.wall_ms),
            time(took.cpu_ms),
            megabytes(took.peak_kib),
            floors.unwrap_or_default(),
            times.unwrap_or_default(),
            at_once_ms.map(time).unwrap_or_default()
        ));
    }
}

fn time(milliseconds: f64) -> String {
    if milliseconds < 100.0 { format!("{milliseconds:.1} ms") } else { format!("{:.2} s", milliseconds / 1000.0) }
}

fn megabytes(kibibytes: f64) -> String {
    format!("{:.0} MB", kibibytes * 1024.0 / 1e6)
}

/// Prints how large the programs are.
pub(super) fn sizes(bench: &Bench) -> anyhow::Result<()> {
    say("\n| program | size |\n| --- | ---: |");
    for name in super::PROGRAMS.iter().filter(|name| **name != "sandbox") {
        let kibibytes = u32::try_from(std::fs::metadata(bench.program(name))?.len() / 1024)?;
        say(&format!("| {name} | {} |", megabytes(f64::from(kibibytes))));
    }
    Ok(())
}
