//! What the door makes for every stage.

use super::{CommonArgs, Mode};
use crate::code::Code;
use crate::env::Env;
use crate::handoff::Author;
use crate::http::{HttpSettings, Tally};
use crate::logging::{self, Format, LogSettings, Privacy};
use crate::metrics::{Ending, Metrics};
use crate::pace::{self, Pace};
use crate::stop::Stop;
use crate::storage::{Holder, Storage, StorageError, StorageSettings};
use crate::vars;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tracing::level_filters::LevelFilter;

const LOG_FILE: &str = "var/logs/sync.log";

/// What a stage runs with.
#[derive(Debug)]
pub struct Context {
    stage: &'static str,
    run_id: String,
    started: Timestamp,
    mode: Mode,
    http: HttpSettings,
    storage_settings: StorageSettings,
    storage: OnceLock<Storage>,
    effective: BTreeMap<String, String>,
    metrics: Metrics,
}

impl Context {
    /// The stage that runs.
    pub fn stage(&self) -> &'static str {
        self.stage
    }

    /// The run's id: unique, sortable by time.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// When it began.
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// Whether it carries anything out.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What HTTP clients share.
    pub fn http(&self) -> &HttpSettings {
        &self.http
    }

    /// How waits pass.
    pub fn pace(&self) -> Pace {
        self.http.pace
    }

    /// Requests, retries and waits so far.
    pub fn tally(&self) -> &Tally {
        &self.http.tally
    }

    /// Whether the run was asked to end; a stage that wants to end in good order listens first.
    pub fn stop(&self) -> &Stop {
        &self.http.stop
    }

    /// Where the files are.
    pub fn storage(&self) -> &Storage {
        static NOWHERE: OnceLock<Storage> = OnceLock::new();
        // The door opens the storage before any stage runs.
        self.storage.get().unwrap_or_else(|| NOWHERE.get_or_init(|| Storage::local(Path::new("."))))
    }

    /// Who writes: for manifests.
    pub fn author(&self) -> Author {
        Author { run_id: self.run_id.clone(), stage: self.stage }
    }

    /// Who would hold the lock.
    pub fn holder(&self) -> Holder {
        Holder {
            stage: self.stage.to_owned(),
            run_id: self.run_id.clone(),
            host: host(),
            pid: std::process::id(),
            since: pace::now(),
        }
    }

    /// The settings in force, secrets masked, unset ones left out.
    pub fn effective(&self) -> &BTreeMap<String, String> {
        &self.effective
    }

    pub(super) fn note_effective(&mut self, env: &Env) {
        self.effective = env.effective();
    }

    /// Says the one summary line of the stage: its own counts, then requests, retries and seconds.
    pub fn summary(&self, counts: &str) {
        let tally = self.tally();
        let seconds = pace::now().duration_since(self.started).as_secs_f64();
        let mut text = format!("{counts}; {} requests, {} retries", tally.requests(), tally.retries());
        if !tally.waited().is_zero() {
            let _ = write!(text, ", {:.1} s of waits", tally.waited().as_secs_f64());
        }
        tracing::info!("{text}, {seconds:.1} s");
    }

    pub(super) async fn open(&self) -> Result<(), StorageError> {
        let storage = Storage::open(&self.storage_settings, Path::new("."), &self.http).await?;
        // Opened once per process: a second storage would be the same one.
        drop(self.storage.set(storage));
        Ok(())
    }

    /// The metrics of the run; a stage adds its own.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Writes the metrics, but for a dry run, which writes nothing.
    pub(super) fn end(&self, code: Code) {
        tracing::debug!("ended with exit {}", code.number());
        if self.mode == Mode::Show {
            return;
        }
        let (stage, started, ended) = (self.stage, self.started, pace::now());
        let written = self.metrics.write(Ending { stage, started, ended, code, tally: self.tally() });
        if let Err(error) = written {
            tracing::warn!("the metrics of METRICS_FILE were not written: {error:#}");
        }
    }
}

/// Reads what every stage reads, starts logging, and makes the context.
pub(super) fn prepare(
    env: &mut Env,
    args: CommonArgs,
    stage: &'static str,
) -> anyhow::Result<(Context, logging::Guard)> {
    let guard = logging::init(&log_settings(env, args))?;
    let pace = env.parsed(&vars::TIME_SCALE, "a number from 0 to 1", |text| {
        text.parse().ok().filter(|scale| (0.0..=1.0).contains(scale))
    });
    if pace.is_some() {
        env.warn("TIMECAMP_SCIM_TIME_SCALE is set: waits are shortened. This is for tests only");
    }
    let defaults = HttpSettings::default();
    let timeout = env.duration(&vars::HTTP_TIMEOUT);
    if timeout.is_some_and(|time| time.is_zero()) {
        env.complain(
            &vars::HTTP_TIMEOUT,
            "is nothing, in which no request can be answered; use a duration such as 60s",
        );
    }
    let http = HttpSettings {
        timeout: timeout.unwrap_or(defaults.timeout),
        retry_budget: env.duration(&vars::HTTP_RETRY_BUDGET).unwrap_or(defaults.retry_budget),
        pace: pace.map(Pace::scaled).unwrap_or_default(),
        tally: defaults.tally,
        stop: defaults.stop,
    };
    let context = Context {
        stage,
        run_id: uuid::Uuid::now_v7().to_string(),
        started: pace::now(),
        mode: if args.dry_run { Mode::Show } else { Mode::Apply },
        http,
        storage_settings: StorageSettings::from_env(env),
        storage: OnceLock::new(),
        effective: BTreeMap::new(),
        metrics: Metrics::new(env.text(&vars::METRICS_FILE).map(PathBuf::from)),
    };
    Ok((context, guard))
}

fn log_settings(env: &mut Env, args: CommonArgs) -> LogSettings {
    let format = env.parsed(&vars::LOG_FORMAT, "text or json", |text| match text.to_ascii_lowercase().as_str() {
        "text" => Some(Format::Text),
        "json" => Some(Format::Json),
        _ => None,
    });
    let wanted = env.text(&vars::RUST_LOG).unwrap_or_default();
    LogSettings {
        format: format.unwrap_or(Format::Text),
        file: (!env.flag(&vars::DISABLE_FILE_LOGGING)).then(|| PathBuf::from(LOG_FILE)),
        privacy: if env.flag(&vars::LOG_MASK_PII) { Privacy::Masked } else { Privacy::Open },
        filter: if args.debug { at_least_debug(&wanted) } else { wanted },
    }
}

/// `--debug` stands above `RUST_LOG`, which can only ask for more.
fn at_least_debug(wanted: &str) -> String {
    let less = |part: &&str| part.trim().parse::<LevelFilter>().is_ok_and(|level| level < LevelFilter::DEBUG);
    std::iter::once("debug").chain(wanted.split(',').filter(|part| !less(part))).collect::<Vec<_>>().join(",")
}

#[expect(clippy::disallowed_methods, reason = "the machine's name is no file between the stages")]
fn host() -> String {
    let read = std::fs::read_to_string("/etc/hostname");
    read.ok()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_stands_above_the_variable_which_can_ask_for_more() {
        for (wanted, filter) in [
            ("", "debug"),
            ("warn", "debug"),
            ("off,hyper=trace", "debug,hyper=trace"),
            ("trace", "debug,trace"),
            ("debug", "debug,debug"),
        ] {
            assert_eq!(at_least_debug(wanted), filter, "{wanted}");
        }
    }
}
