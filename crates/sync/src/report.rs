//! The report of a run: `var/sync_report.json`, written after every run that held the lock.

use crate::apply::{Outcome, Results};
use crate::observe::Size;
use crate::plan::{Field, LeftOut, Plan, Withheld};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use timecamp_scim_core::handoff::Manifest;
use timecamp_scim_core::logging::mask;
use timecamp_scim_core::metrics::Metrics;
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::storage::{Name, Storage};
use timecamp_scim_core::timecamp::{GroupId, UserId};
use timecamp_scim_core::{Code, pace};

/// Version of the report's shape; docs/schema/report.schema.json describes it.
const SCHEMA: u32 = 1;

/// What a run did, for people and for the next run.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    schema: u32,
    run_id: &'a str,
    stage: &'static str,
    version: &'static str,
    started_at: Timestamp,
    finished_at: Timestamp,
    exit_code: u8,
    error: Option<String>,
    input: Option<&'a Manifest>,
    settings: &'a BTreeMap<String, String>,
    account: Option<Size>,
    group_depth: &'a Option<GroupDepth>,
    counts: BTreeMap<&'static str, usize>,
    changes: Vec<Entry>,
    withheld: &'a [Withheld],
    left_out: &'a [LeftOut],
    requests: u64,
    retries: u64,
    waited_seconds: f64,
}

/// How many levels of groups TimeCamp turned out to allow, and in which account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDepth {
    /// How many parts a path may have.
    pub levels: usize,
    /// TimeCamp's host.
    pub domain: String,
    /// The root group.
    pub root_group: GroupId,
}

/// What to do about a last report that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Stop: an account that was only half seen could not be told from a whole one.
    Stop,
    /// Go on without what it knew.
    GoOn,
}

/// What a later run needs of the last report.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct LastReport {
    /// How large the account was.
    #[serde(default)]
    pub account: Option<Size>,
    /// How many levels of groups TimeCamp allows, when it said so.
    #[serde(default)]
    pub group_depth: Option<GroupDepth>,
}

impl LastReport {
    /// The last run's report; one that is not there knows nothing.
    pub async fn read(storage: &Storage, unreadable: Unreadable) -> anyhow::Result<Self> {
        let Some(object) = storage.read(&Name::SyncReport).await? else { return Ok(Self::default()) };
        match (serde_json::from_slice(&object.bytes), unreadable) {
            (Ok(last), _) => Ok(last),
            (Err(error), Unreadable::GoOn) => {
                tracing::warn!("{} is not readable ({error}); going on without what it knew", Name::SyncReport);
                Ok(Self::default())
            }
            (Err(error), Unreadable::Stop) => Err(anyhow::Error::new(error).context(format!(
                "{} is not readable. It says how large the account was, so that one that is only half seen is \
                 recognised. Nothing was changed. See in TimeCamp that nobody is missing, then run once with \
                 --accept-shrunk-account",
                Name::SyncReport
            ))),
        }
    }

    /// How many levels of groups TimeCamp allows in this account, when it said so there.
    pub fn depth_in(&self, domain: &str, root: GroupId) -> Option<usize> {
        let GroupDepth { levels, domain: known, root_group } = self.group_depth.as_ref()?;
        (known == domain && *root_group == root).then_some(*levels)
    }
}

/// One change and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `group_created`, `user_changed`, `user_invited` or `group_removed`.
    pub kind: &'static str,
    /// Path or address.
    pub subject: String,
    /// The user, when it is one of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// What is changed of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// What it was.
    pub old: String,
    /// What it is to be.
    pub new: String,
    /// Why.
    pub reason: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What is known when a run ends, whether it succeeded or not.
#[derive(Debug, Default)]
pub struct Story<'a> {
    /// The input's manifest.
    pub input: Option<&'a Manifest>,
    /// How large the account was when it was observed.
    pub account: Option<Size>,
    /// The plan, as far as it got.
    pub plan: Option<&'a Plan>,
    /// What came of it.
    pub results: Option<&'a Results>,
    /// How many levels of groups TimeCamp allows, as far as is known now.
    pub group_depth: Option<GroupDepth>,
    /// How large the account was before: a run that did not get so far does not forget it.
    pub known_size: Option<Size>,
}

/// Writes the report of a run, however it ended. The run's own error is what matters, should the report fail too.
pub async fn conclude(context: &Context, story: &Story<'_>, ended: anyhow::Result<Code>) -> anyhow::Result<Code> {
    let (code, error) = match &ended {
        Ok(code) => (*code, None),
        Err(error) => (Code::of(error), Some(format!("{error:#}"))),
    };
    match (Report::new(context, story, code, error).write(context).await, ended) {
        (Err(unwritten), Err(ended)) => {
            tracing::error!("the report could not be written: {unwritten:#}");
            Err(ended)
        }
        (Err(unwritten), Ok(_)) => Err(unwritten),
        (Ok(()), ended) => ended,
    }
}

impl<'a> Report<'a> {
    /// The report of a run that ended with `code`, or with `error`.
    fn new(context: &'a Context, story: &'a Story<'a>, code: Code, error: Option<String>) -> Self {
        let changes = entries(story);
        let tally = context.tally();
        Self {
            schema: SCHEMA,
            run_id: context.run_id(),
            stage: context.stage(),
            version: env!("CARGO_PKG_VERSION"),
            started_at: context.started(),
            finished_at: pace::now(),
            exit_code: code.number(),
            error: error.or_else(|| story.results?.halted.clone()).map(|text| mask(&text).into_owned()),
            input: story.input,
            settings: context.effective(),
            account: story.account.map(|size| size_after(size, story.results)).or(story.known_size),
            group_depth: &story.group_depth,
            counts: counts(&changes),
            changes,
            withheld: story.plan.map_or(&[], |plan| &plan.withheld),
            left_out: story.plan.map_or(&[], |plan| &plan.left_out),
            requests: tally.requests(),
            retries: tally.retries(),
            waited_seconds: tally.waited().as_secs_f64(),
        }
    }

    /// The same totals as metrics.
    fn measure(&self, metrics: &Metrics) {
        let count = |name: &str| self.counts.get(name).copied().unwrap_or_default();
        for kind in ["group_created", "user_changed", "user_invited", "group_removed"] {
            metrics.set("timecamp_scim_changes", &[("kind", kind)], count(kind));
        }
        metrics.set("timecamp_scim_failures", &[], count("failed"));
        metrics.set("timecamp_scim_skipped", &[], count("skipped"));
        metrics.set("timecamp_scim_not_reached", &[], count("not_reached"));
        metrics.set("timecamp_scim_withheld", &[], self.withheld.iter().map(|part| part.subjects.len()).sum());
    }

    /// Writes the report and says the run's one summary line.
    async fn write(&self, context: &Context) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        context.storage().write(&Name::SyncReport, &text).await?;
        self.measure(context.metrics());
        let words = [
            ("group_created", "groups created"),
            ("user_changed", "changes of users"),
            ("user_invited", "users invited"),
            ("group_removed", "groups removed"),
            ("failed", "failed"),
            ("skipped", "skipped"),
            ("not_reached", "not reached"),
        ];
        let count = |kind: &'static str| self.counts.get(kind).copied().unwrap_or_default();
        let full = words.into_iter().filter(|(kind, _)| count(kind) > 0);
        let counts: Vec<String> = full.map(|(kind, words)| format!("{} {words}", count(kind))).collect();
        let counts = match (counts.is_empty(), &self.error) {
            (true, None) => "nothing to do".to_owned(),
            (true, Some(_)) => "ended before anything was done".to_owned(),
            (false, _) => counts.join(", "),
        };
        context.summary(&format!("{}: {counts}", self.stage));
        Ok(())
    }

    /// Changes that were carried out, failed, were skipped or not reached, by name.
    pub fn counts(&self) -> &BTreeMap<&'static str, usize> {
        &self.counts
    }
}

/// The size of the account now: what was observed, with what this run itself created and removed.
fn size_after(size: Size, results: Option<&Results>) -> Size {
    let done = |outcome: &&Outcome| **outcome == Outcome::Done;
    let Some(results) = results else { return size };
    let created = results.groups.values().filter(done).count();
    let removed = results.removals.values().filter(done).count();
    let invited = results.invitations.values().filter(done).count();
    Size { users: size.users + invited, groups: (size.groups + created).saturating_sub(removed) }
}

fn counts(entries: &[Entry]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::from([("done", 0), ("failed", 0), ("skipped", 0), ("not_reached", 0)]);
    for entry in entries {
        let outcome = match entry.outcome {
            Outcome::Done => "done",
            Outcome::Failed(_) => "failed",
            Outcome::Skipped(_) => "skipped",
            Outcome::NotReached => "not_reached",
        };
        *counts.entry(outcome).or_default() += 1;
        if entry.outcome == Outcome::Done {
            *counts.entry(entry.kind).or_default() += 1;
        }
    }
    counts
}

fn entries(story: &Story<'_>) -> Vec<Entry> {
    let (Some(plan), Some(results)) = (story.plan, story.results) else { return Vec::new() };
    let known = |outcome: Option<&Outcome>| outcome.cloned().unwrap_or(Outcome::NotReached);
    let blank = |kind, subject: &str| Entry {
        kind,
        subject: subject.to_owned(),
        user: None,
        field: None,
        old: String::new(),
        new: String::new(),
        reason: String::new(),
        outcome: Outcome::NotReached,
    };
    let created = plan.create_groups.iter().map(|group| Entry {
        reason: "people of the source belong there".to_owned(),
        outcome: known(results.groups.get(&group.path)),
        ..blank("group_created", &group.path)
    });
    let changed = plan.users.iter().flat_map(|user| {
        user.changes.iter().map(|change| Entry {
            user: Some(user.user),
            field: Some(change.field),
            old: change.old.clone(),
            new: change.new.clone(),
            reason: change.reason.clone(),
            outcome: known(results.users.get(&user.user).and_then(|fields| fields.get(&change.field))),
            ..blank("user_changed", &user.email)
        })
    });
    let invited = plan.invitations.iter().map(|invitation| Entry {
        new: invitation.group.path.clone(),
        reason: "in the source, not in TimeCamp".to_owned(),
        outcome: known(results.invitations.get(&invitation.email)),
        ..blank("user_invited", &invitation.email)
    });
    let removed = plan.remove_groups.iter().map(|group| Entry {
        reason: "nobody is in it or needs it".to_owned(),
        outcome: known(results.removals.get(&group.id)),
        ..blank("group_removed", &group.path)
    });
    created.chain(changed).chain(invited).chain(removed).collect()
}
