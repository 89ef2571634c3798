//! `METRICS_FILE`: what a run did, in Prometheus' text format, for a textfile collector.
//!
//! One file serves all stages: each replaces its own samples (label `stage`) and keeps the others'. The time of the last
//! success outlives runs that fail.

use crate::code::Code;
use crate::http::Tally;
use crate::storage::replace;
use anyhow::Context as _;
use jiff::Timestamp;
use prometheus::{Encoder as _, GaugeVec, Opts, Registry, TextEncoder};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Readable by the collector, which runs as somebody else; nothing in the file is about a person.
const MODE: u32 = 0o644;
const LAST_SUCCESS: &str = "timecamp_scim_last_success_timestamp_seconds";

/// What each metric is, for the file's `# HELP` lines.
const HELP: [(&str, &str); 13] = [
    (LAST_SUCCESS, "When the stage last ended with exit code 0."),
    ("timecamp_scim_last_run_timestamp_seconds", "When the stage last ended."),
    ("timecamp_scim_exit_code", "How the last run ended; docs/recovery.md says what each code asks for."),
    ("timecamp_scim_duration_seconds", "How long the last run took."),
    ("timecamp_scim_requests", "Requests of the last run, repeated ones included."),
    ("timecamp_scim_retries", "Requests that the last run sent again."),
    ("timecamp_scim_waited_seconds", "How long the last run waited before it sent requests again."),
    ("timecamp_scim_changes", "What the last run carried out, by kind."),
    ("timecamp_scim_failures", "Changes of the last run that failed."),
    ("timecamp_scim_skipped", "Changes of the last run that were skipped because of a failure."),
    ("timecamp_scim_not_reached", "Changes that the last run did not come to."),
    ("timecamp_scim_withheld", "People and groups that guards withheld in the last run."),
    ("timecamp_scim_users", "People in the file that the last run wrote."),
];

type Labels = Vec<(&'static str, String)>;
/// Values by metric and labels.
type Samples = BTreeMap<&'static str, BTreeMap<Labels, f64>>;

/// The metrics of a run.
#[derive(Debug, Default)]
pub struct Metrics {
    file: Option<PathBuf>,
    quiet: AtomicBool,
    samples: Mutex<Samples>,
}

/// How a run ended: what every stage's metrics tell.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The stage.
    pub stage: &'a str,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Its exit code.
    pub code: Code,
    /// Its requests, retries and waits.
    pub tally: &'a Tally,
}

impl Metrics {
    /// Metrics that are written to `file`, or nowhere.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file, ..Self::default() }
    }

    /// Leaves the file as it is: a run that only shows something writes nothing.
    pub fn leave(&self) {
        self.quiet.store(true, Ordering::Relaxed);
    }

    /// Sets a value of the stage's own. The label `stage` is added by itself.
    pub fn set(&self, name: &'static str, labels: &[(&'static str, &str)], value: usize) {
        let value = u32::try_from(value).map_or(f64::INFINITY, f64::from);
        let labels = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.put(name, labels, value);
    }

    fn put(&self, name: &'static str, labels: Labels, value: f64) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        samples.entry(name).or_default().insert(labels, value);
    }

    /// Writes the file, as a whole or not at all.
    pub fn write(&self, ending: Ending<'_>) -> anyhow::Result<()> {
        let Some(file) = self.file.as_ref().filter(|_| !self.quiet.load(Ordering::Relaxed)) else { return Ok(()) };
        let before = fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        self.common(ending, last_success(&before, ending.stage));
        let own = self.text(ending.stage).context("the metrics cannot be written as text")?;
        // A collector reads every file that ends in .prom; the temporary one beside it does not.
        replace(file, MODE, |to| to.write_all(merged(&before, &own, ending.stage).as_bytes()))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(())
    }

    fn common(&self, ending: Ending<'_>, last_success: Option<f64>) {
        let Ending { stage: _, started, ended, code, tally } = ending;
        let now = seconds(ended);
        let success = if code == Code::Done { Some(now) } else { last_success };
        let common = [
            (LAST_SUCCESS, success),
            ("timecamp_scim_last_run_timestamp_seconds", Some(now)),
            ("timecamp_scim_exit_code", Some(f64::from(code.number()))),
            ("timecamp_scim_duration_seconds", Some(ended.duration_since(started).as_secs_f64())),
            ("timecamp_scim_requests", Some(whole(tally.requests()))),
            ("timecamp_scim_retries", Some(whole(tally.retries()))),
            ("timecamp_scim_waited_seconds", Some(tally.waited().as_secs_f64())),
        ];
        for (name, value) in common {
            if let Some(value) = value {
                self.put(name, Labels::new(), value);
            }
        }
    }

    fn text(&self, stage: &str) -> anyhow::Result<String> {
        let registry = Registry::new();
        for (name, samples) in self.samples.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let help = HELP.iter().find(|(known, _)| known == name).map_or("Of the last run.", |(_, help)| help);
            let labels = samples.keys().next().map(|labels| labels.iter().map(|(label, _)| *label).collect::<Vec<_>>());
            let labels = [&["stage"][..], &labels.unwrap_or_default()].concat();
            let gauges = GaugeVec::new(Opts::new(*name, help), &labels)?;
            for (labels, value) in samples {
                let values: Vec<&str> =
                    std::iter::once(stage).chain(labels.iter().map(|(_, value)| value.as_str())).collect();
                gauges.get_metric_with_label_values(&values)?.set(*value);
            }
            registry.register(Box::new(gauges))?;
        }
        let mut text = Vec::new();
        TextEncoder::new().encode(&registry.gather(), &mut text)?;
        Ok(String::from_utf8(text)?)
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64().floor()
}

fn whole(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// A metric as it stands in the file.
#[derive(Debug, Default)]
struct Family {
    comments: Vec<String>,
    samples: Vec<String>,
}

fn families(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for line in text.lines() {
        let comment = line.strip_prefix("# HELP ").or_else(|| line.strip_prefix("# TYPE "));
        let name = comment.unwrap_or(line).split(['{', ' ']).next().unwrap_or_default();
        if name.is_empty() || name == "#" {
            continue;
        }
        let family = families.entry(name.to_owned()).or_default();
        if comment.is_some() { &mut family.comments } else { &mut family.samples }.push(line.to_owned());
    }
    families
}

fn is_of(sample: &str, stage: &str) -> bool {
    sample.contains(&format!("stage=\"{stage}\""))
}

fn last_success(text: &str, stage: &str) -> Option<f64> {
    let family = families(text).remove(LAST_SUCCESS)?;
    family.samples.iter().find(|sample| is_of(sample, stage))?.rsplit(' ').next()?.parse().ok()
}

/// The other stages' samples of before, and this one's of now.
fn merged(before: &str, own: &str, stage: &str) -> String {
    let mut all = families(own);
    for (name, Family { comments, samples }) in families(before) {
        let others: Vec<String> = samples.into_iter().filter(|sample| !is_of(sample, stage)).collect();
        if others.is_empty() {
            continue;
        }
        let family = all.entry(name).or_insert_with(|| Family { comments, samples: Vec::new() });
        family.samples.extend(others);
    }
    all.values().flat_map(|family| family.comments.iter().chain(&family.samples)).fold(
        String::new(),
        |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    fn write(file: &Path, stage: &str, code: Code, at: i64, changes: usize) -> String {
        let metrics = Metrics::new(Some(file.to_owned()));
        metrics.set("timecamp_scim_changes", &[("kind", "user_changed")], changes);
        metrics.set("timecamp_scim_changes", &[("kind", "odd \"kind\"\n")], 1);
        let time = |second| Timestamp::from_second(second).unwrap();
        let tally = Tally::default();
        let ending = Ending { stage, started: time(at - 5), ended: time(at), code, tally: &tally };
        metrics.write(ending).unwrap();
        String::from_utf8(fs::read(file).unwrap()).unwrap()
    }

    #[test]
    fn the_last_success_outlives_failures_and_each_stage_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deeper/scim.prom");
        write(&file, "prepare", Code::Done, 1000, 3);
        let text = write(&file, "sync", Code::Failed, 2000, 4);
        assert!(text.contains("timecamp_scim_last_success_timestamp_seconds{stage=\"prepare\"} 1000\n"), "{text}");
        assert!(!text.contains("last_success_timestamp_seconds{stage=\"sync\"}"), "it never succeeded: {text}");
        write(&file, "sync", Code::Done, 3000, 5);
        let text = write(&file, "sync", Code::Held, 4000, 6);
        for line in [
            "timecamp_scim_last_success_timestamp_seconds{stage=\"sync\"} 3000",
            "timecamp_scim_last_run_timestamp_seconds{stage=\"sync\"} 4000",
            "timecamp_scim_exit_code{stage=\"sync\"} 4",
            "timecamp_scim_exit_code{stage=\"prepare\"} 0",
            "timecamp_scim_duration_seconds{stage=\"sync\"} 5",
            "timecamp_scim_changes{kind=\"user_changed\",stage=\"sync\"} 6",
            "timecamp_scim_changes{kind=\"user_changed\",stage=\"prepare\"} 3",
        ] {
            assert_eq!(text.lines().filter(|found| *found == line).count(), 1, "{line} in {text}");
        }
        assert_eq!(text.matches("# TYPE timecamp_scim_exit_code gauge").count(), 1);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, MODE);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn without_a_file_nothing_is_written() {
        let time = Timestamp::UNIX_EPOCH;
        let tally = Tally::default();
        let ending = Ending { stage: "sync", started: time, ended: time, code: Code::Done, tally: &tally };
        Metrics::default().write(ending).unwrap();
    }
}
