//! The hand-off from stage to stage: each file with the manifest that vouches for it.

use crate::Refusal;
use crate::pace::{self, Pace};
use crate::storage::{Name, Object, Storage, Written, sha256_hex};
use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::time::Duration;

/// The version of the manifest's shape; docs/schema/manifest.schema.json describes it.
const SCHEMA: u32 = 1;
/// How often a mismatching file is looked at again, and how long each time: five seconds in all.
const AGAIN: (u32, Duration) = (10, Duration::from_millis(500));

/// What stands beside a file and vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub schema: u32,
    /// The run that wrote the file.
    pub run_id: String,
    /// The stage that wrote it.
    pub stage: String,
    /// The stage's version.
    pub version: String,
    /// Where the people came from, such as `bamboohr`.
    pub source: Option<String>,
    /// When it was written (UTC).
    pub written_at: Timestamp,
    /// Records in the file.
    pub users: u64,
    /// Active ones among them.
    pub active: u64,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file in lower-case hex.
    pub sha256: String,
    /// Addresses left out for a defect, as they would have been written; their accounts are left alone.
    #[serde(default)]
    pub unplaced: Vec<String>,
    /// The manifest of the file that this one was made from.
    #[serde(default)]
    pub made_from: Option<Box<Self>>,
    /// How old the file is that this one was made from, when that has no manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from_file_of: Option<Timestamp>,
}

impl Manifest {
    /// When the oldest file in the chain was written: what the age of the input is held against.
    pub fn oldest(&self) -> Timestamp {
        let earlier = self.made_from.as_ref().map(|earlier| earlier.oldest()).or(self.made_from_file_of);
        earlier.map_or(self.written_at, |earlier| earlier.min(self.written_at))
    }

    /// The source, from wherever in the chain it is named.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref().or_else(|| self.made_from.as_ref()?.source())
    }
}

/// What a stage says of the file it writes.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Records in the file.
    pub users: u64,
    /// Active ones among them.
    pub active: u64,
    /// Where the people came from.
    pub source: Option<String>,
    /// Addresses left out for a defect.
    pub unplaced: Vec<String>,
    /// What it was made from, if it was.
    pub made_from: Option<Origin>,
}

/// What a file was made from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file with a manifest.
    Manifest(Box<Manifest>),
    /// A file without one, last written then.
    FileOf(Timestamp),
}

/// The run that writes: its id, stage and version.
#[derive(Debug, Clone)]
pub struct Author {
    /// The run.
    pub run_id: String,
    /// The stage.
    pub stage: &'static str,
}

/// What to do with a file that does not match its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// Refuse it.
    Refuse,
    /// Let it through (`--accept-edited`).
    Accept,
}

/// A file that may be used.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its manifest, when there is one.
    pub manifest: Option<Manifest>,
    /// SHA-256 of the content.
    pub sha256: String,
    /// When the people in it were read from their source, as far as can be told.
    pub read_at: Option<Timestamp>,
}

impl Input {
    /// What a file made from this input has come from.
    pub fn origin(&self) -> Option<Origin> {
        self.manifest
            .clone()
            .map(|manifest| Origin::Manifest(Box::new(manifest)))
            .or_else(|| self.read_at.map(Origin::FileOf))
    }
}

/// How input is read.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// What to do with an edited file.
    pub edited: Edited,
    /// How old it may be.
    pub max_age: Option<Duration>,
    /// How waits pass.
    pub pace: Pace,
}

/// Reads a file and checks it against its manifest and the age it may have.
pub async fn read(storage: &Storage, name: &Name, rules: Rules) -> anyhow::Result<Input> {
    let mut input = Err(Refusal::Input(String::new()));
    for attempt in 0..=AGAIN.0 {
        let Some(object) = storage.read(name).await? else {
            return Err(Refusal::Input(missing(name, &storage.place())).into());
        };
        let manifest = storage.read(&name.manifest()).await?;
        input = judge(name, object, manifest, rules.edited);
        if input.is_ok() {
            break;
        }
        if attempt < AGAIN.0 {
            rules.pace.wait(AGAIN.1).await;
        }
    }
    let input = input?;
    check_age(name, &input, rules.max_age, pace::now())?;
    Ok(input)
}

fn missing(name: &Name, place: &str) -> String {
    let stage = match name {
        Name::Users => "a fetch stage, such as fetch-bamboohr",
        Name::TimecampUsers => "prepare",
        Name::Vacation => "fetch-factorial",
        Name::PendingNewUsers
        | Name::PendingUserSettings
        | Name::SyncReport
        | Name::SyncLock
        | Name::Given(_)
        | Name::ManifestOf(_) => "the stage before this one",
    };
    format!("{name} does not exist in {place}. Run {stage} first, or name the file with --input")
}

fn judge(name: &Name, object: Object, manifest: Option<Object>, edited: Edited) -> Result<Input, Refusal> {
    let Object { bytes, modified } = object;
    let sha256 = sha256_hex(&bytes);
    let Some(manifest) = manifest else {
        tracing::warn!("{name} has no manifest (made by hand or by the Python version); going on without its checks");
        return Ok(Input { bytes, manifest: None, sha256, read_at: modified });
    };
    let manifest: Manifest = serde_json::from_slice(&manifest.bytes).map_err(|error| {
        Refusal::Input(format!("{} is not readable ({error}). Run the stage before again", name.manifest()))
    })?;
    if manifest.sha256 == sha256 {
        let read_at = Some(manifest.oldest());
        return Ok(Input { bytes, manifest: Some(manifest), sha256, read_at });
    }
    match edited {
        Edited::Accept => {
            tracing::warn!("{name} does not match its manifest; accepted because of --accept-edited");
            let read_at = Some(manifest.oldest());
            Ok(Input { bytes, manifest: Some(manifest), sha256, read_at })
        }
        Edited::Refuse => Err(Refusal::Input(format!(
            "{name} does not match its manifest: it was edited after {} wrote it, or only half of it was. \
             Run that stage again, or accept the file as it is with --accept-edited",
            manifest.stage
        ))),
    }
}

fn check_age(name: &Name, input: &Input, max_age: Option<Duration>, now: Timestamp) -> Result<(), Refusal> {
    let (Some(max_age), Some(read_at)) = (max_age, input.read_at) else { return Ok(()) };
    let age = Duration::try_from(now.duration_since(read_at)).unwrap_or_default();
    if age <= max_age {
        return Ok(());
    }
    Err(Refusal::Input(format!(
        "{name} goes back to {read_at:.0}, {} ago; TIMECAMP_MAX_INPUT_AGE allows {}. \
         Run the fetch and prepare stages again and see why they did not run",
        pace::plain(age),
        pace::plain(max_age)
    )))
}

/// Writes a file and then its manifest.
pub async fn write<F>(storage: &Storage, name: &Name, author: &Author, about: About, fill: F) -> anyhow::Result<Written>
where
    F: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    let written = storage.write_with(name, fill).await?;
    let About { users, active, source, unplaced, made_from } = about;
    let (made_from, made_from_file_of) = match made_from {
        Some(Origin::Manifest(manifest)) => (Some(manifest), None),
        Some(Origin::FileOf(time)) => (None, Some(time)),
        None => (None, None),
    };
    let manifest = Manifest {
        schema: SCHEMA,
        run_id: author.run_id.clone(),
        stage: author.stage.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source,
        written_at: pace::now(),
        users,
        active,
        bytes: written.bytes,
        sha256: written.sha256.clone(),
        unplaced,
        made_from,
        made_from_file_of,
    };
    let text = serde_json::to_vec_pretty(&manifest).context("the manifest cannot be written as JSON")?;
    storage.write(&name.manifest(), &text).await?;
    Ok(written)
}

#[cfg(test)]
mod tests;
