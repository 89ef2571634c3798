//! The log: human lines or JSON on stderr, the same in a file, and nothing secret in either.
//!
//! Masking happens in the writers, over the whole line as it is about to be written, so that it also covers what
//! HTTP and directory libraries say at `debug` and `trace`. Lines are written one by one and at once: nothing is lost
//! when a process ends badly.

mod file;
mod forms;
mod mask;
mod writer;

use std::path::PathBuf;

use anyhow::Context as _;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::fmt::format::{DefaultFields, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{self, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

pub use mask::{Pii, hide, mask, pii};

use crate::progress;
use file::LogFile;
use writer::{Masked, Stderr};

/// How a line looks, on the console and in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Time, level, message, fields, for people.
    #[default]
    Text,
    /// One flat JSON object a line: `timestamp`, `level`, `message` and the fields of the event.
    Json,
}

/// Whether people's addresses and names may be read in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// They may.
    #[default]
    Open,
    /// Addresses are shortened wherever they occur, names where [`pii`] marks them (`LOG_MASK_PII`).
    Masked,
}

/// What the log is to be.
#[derive(Clone, Debug, Default)]
pub struct LogSettings {
    /// Text or JSON.
    pub format: Format,
    /// The file that gets every line too, such as `var/logs/sync.log`; its folder is made. `None`: console only.
    pub file: Option<PathBuf>,
    /// Whether people's data is masked.
    pub privacy: Privacy,
    /// What is logged, in the notation of `RUST_LOG`: `info`, `debug`, `warn,hyper=trace`. What it does not speak of
    /// is logged from `info` on.
    pub filter: String,
}

/// Keeps the log going; clears the terminal of progress bars when dropped. Lines need no flushing: each is written
/// when it is made.
#[derive(Debug)]
#[must_use = "the log ends when this is dropped"]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        progress::clear();
    }
}

/// Starts the log of this process. A second start changes nothing but the privacy.
///
/// A file that cannot be written and a filter that cannot be read are one warning each, not errors.
pub fn init(settings: &LogSettings) -> anyhow::Result<Guard> {
    mask::set_privacy(settings.privacy);
    if tracing::dispatcher::has_been_set() {
        return Ok(Guard(()));
    }
    if settings.format == Format::Json {
        progress::use_lines();
    }
    let (filter, bad_filter) = filter(&settings.filter);
    let (file, bad_file) = match settings.file.as_deref().map(LogFile::open) {
        None => (None, None),
        Some(Ok(file)) => (Some(file), None),
        Some(Err(problem)) => (None, Some(problem)),
    };
    let look = Look::new(settings.format, &filter);
    let colour = if progress::terminal() { Colour::IfWanted } else { Colour::Never };
    let mut layers = vec![look.layer(Masked::new(Stderr), colour)];
    layers.extend(file.map(|file| look.layer(Masked::new(file), Colour::Never)));
    tracing_subscriber::registry().with(layers).with(filter).try_init().context("the log cannot be started")?;
    if let Some(problem) = bad_filter {
        tracing::warn!("RUST_LOG cannot be read ({problem}); logging from info on");
    }
    if let Some(problem) = bad_file {
        tracing::warn!("{problem:#}; this run logs to the console only");
    }
    Ok(Guard(()))
}

/// The filter, and what is wrong with `text`. `info` comes first, so that a filter that names one library leaves
/// our own lines as they are, and a misspelt level does not silence them.
fn filter(text: &str) -> (EnvFilter, Option<String>) {
    let parse = |text: String| EnvFilter::builder().with_regex(false).parse(text);
    match parse(format!("info,{text}")) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::default().add_directive(LevelFilter::INFO.into()), Some(error.to_string())),
    }
}

/// Whether a writer may use colours.
#[derive(Clone, Copy, Debug)]
enum Colour {
    /// A terminal: unless `NO_COLOR` forbids it, which tracing-subscriber looks up by itself.
    IfWanted,
    Never,
}

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// How the lines of this run look, wherever they go.
#[derive(Clone, Copy, Debug)]
struct Look {
    format: Format,
    /// The module a line comes from: noise, until a debug line of some library is to be understood.
    targets: Targets,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Targets {
    Shown,
    Hidden,
}

impl Look {
    fn new(format: Format, filter: &EnvFilter) -> Self {
        let talkative = filter.max_level_hint().is_none_or(|level| level > LevelFilter::INFO);
        Self { format, targets: if talkative { Targets::Shown } else { Targets::Hidden } }
    }

    fn layer<W>(self, writer: W, colour: Colour) -> BoxedLayer
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        let layer = fmt::layer()
            .with_timer(Utc)
            .with_target(self.targets == Targets::Shown)
            .log_internal_errors(false)
            .with_writer(writer);
        match (self.format, colour) {
            (Format::Text, Colour::IfWanted) => layer.boxed(),
            (Format::Text, Colour::Never) => layer.with_ansi(false).fmt_fields(PlainFields::default()).boxed(),
            (Format::Json, _) => {
                layer.with_ansi(false).json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
            }
        }
    }
}

/// The time of a line: UTC, to the millisecond, such as `2026-08-19T09:33:54.123Z`.
#[derive(Clone, Copy, Debug)]
struct Utc;

impl FormatTime for Utc {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:.3}", jiff::Timestamp::now())
    }
}

/// The usual field format under a name of its own. Layers of one field format share what they formatted of a span,
/// and the terminal's colours would end up in the file.
#[derive(Debug, Default)]
struct PlainFields(DefaultFields);

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> std::fmt::Result {
        self.0.format_fields(writer, fields)
    }
}

#[cfg(test)]
mod tests;
