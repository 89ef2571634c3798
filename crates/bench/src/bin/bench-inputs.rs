//! Writes a large file for a measurement.

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

/// Writes a large file as the stages exchange them.
#[derive(Debug, Parser)]
struct Arguments {
    /// Which file
    kind: Kind,
    /// How many people
    people: usize,
    /// Where to
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// users.json of an invented company
    Source,
    /// `timecamp_users.json` of that company
    Prepared,
    /// The same with one of a hundred changed
    Changed,
    /// `timecamp_users.json` of people who are all new
    Newcomers,
}

fn main() -> anyhow::Result<()> {
    let Arguments { kind, people, file } = Arguments::parse();
    let created = File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
    let mut to = BufWriter::new(created);
    match kind {
        Kind::Source => bench::files::source(people, &mut to)?,
        Kind::Prepared => serde_json::to_writer(&mut to, &bench::files::prepared(people))?,
        Kind::Changed => serde_json::to_writer(&mut to, &bench::files::changed(people))?,
        Kind::Newcomers => serde_json::to_writer(&mut to, &bench::files::newcomers(people))?,
    }
    to.flush()?;
    Ok(())
}
