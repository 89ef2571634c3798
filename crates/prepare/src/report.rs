//! What a run tells of itself: counts, and warnings as data.

use crate::names;
use crate::record::Record;
use crate::settings::Settings;
use crate::transform::Transforms;
use std::collections::BTreeMap;

/// As many people as one warning names.
const NAMED: usize = 20;

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records in the file.
    pub users_in: usize,
    /// People in the output.
    pub users_out: usize,
    /// Active ones among them.
    pub active: usize,
    /// People by role.
    pub roles: BTreeMap<String, usize>,
    /// Groups below the root group that the people's paths make.
    pub groups: usize,
    /// What the settings dropped or changed, in order.
    pub rules: Vec<RuleCount>,
}

/// What one rule of the settings did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule and what it did, such as `exclude regex left out`.
    pub rule: String,
    /// To how many records or people.
    pub count: usize,
}

impl Summary {
    /// One line.
    pub fn line(&self) -> String {
        let Self { users_in, users_out, active, roles, groups, rules } = self;
        let inactive = users_out - active;
        let of_role = |(role, name): (&str, &str)| format!("{} {name}", roles.get(role).copied().unwrap_or_default());
        let known = [
            ("administrator", "administrators"),
            ("supervisor", "supervisors"),
            ("user", "users"),
            ("guest", "guests"),
        ];
        let others = roles.iter().filter(|(role, _)| known.iter().all(|(known, _)| known != role));
        let others = others.map(|(role, count)| format!("{count} of role `{role}`"));
        let parts = [
            format!("{users_in} users in, {users_out} out: {active} active, {inactive} inactive"),
            known.into_iter().map(of_role).chain(others).collect::<Vec<_>>().join(", "),
            format!("{groups} groups"),
        ];
        let rules = rules.iter().map(|RuleCount { rule, count }| format!("{rule} {count}"));
        parts.into_iter().chain(rules).collect::<Vec<_>>().join("; ")
    }
}

/// What the transforms did, in both passes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TransformTally {
    pub(crate) dropped_before: usize,
    pub(crate) dropped_after: usize,
    pub(crate) changed_before: Vec<usize>,
    pub(crate) changed_after: Vec<usize>,
}

impl TransformTally {
    pub(crate) fn new(transforms: &Transforms) -> Self {
        let changes = transforms.paths().count();
        Self { changed_before: vec![0; changes], changed_after: vec![0; changes], ..Self::default() }
    }
}

/// Adds one to the count with this number.
pub(crate) fn count(counts: &mut [usize], number: usize) {
    if let Some(count) = counts.get_mut(number) {
        *count += 1;
    }
}

/// What the settings' rules did.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleTally {
    pub(crate) transforms: TransformTally,
    pub(crate) excluded: usize,
    pub(crate) rules: Vec<usize>,
    pub(crate) cut: usize,
}

impl RuleTally {
    pub(crate) fn counts(&self, settings: &Settings) -> Vec<RuleCount> {
        let Self { transforms, excluded, rules, cut } = self;
        let mut counts = Vec::new();
        let mut add = |rule: String, count: usize| counts.push(RuleCount { rule, count });
        if settings.transforms.excludes() {
            add("transform exclude dropped records:".to_owned(), transforms.dropped_before);
            add("and prepared users:".to_owned(), transforms.dropped_after);
        }
        let changes = transforms.changed_before.iter().zip(&transforms.changed_after);
        for (path, (before, after)) in settings.transforms.paths().zip(changes) {
            add(format!("transform of {path} changed"), before + after);
        }
        if settings.exclude.is_some() {
            add("exclude regex left out".to_owned(), *excluded);
        }
        for (number, count) in rules.iter().enumerate() {
            add(format!("group rule {} changed", number + 1), *count);
        }
        if settings.max_depth.is_some() {
            add("group depth cut".to_owned(), *cut);
        }
        counts
    }
}

/// Something that an administrator should know of; it does not stop the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// How many records or people.
    pub count: usize,
    /// The first of them.
    pub people: Vec<Who>,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// Records without an external id.
    NoExternalId,
    /// Records whose external id stands again later.
    SameExternalId,
    /// People whose address another one has.
    SameAddress,
    /// People without an address.
    NoAddress,
    /// People without a name.
    NoName,
    /// Paths that were too deep.
    TooDeep {
        /// Levels that are allowed.
        levels: usize,
    },
    /// People whose addresses became the same when their domain was replaced.
    SameAfterReplacement,
}

/// Somebody in a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name.
    pub name: String,
    /// The external id; may be empty.
    pub external_id: String,
    /// The address; may be empty.
    pub email: String,
}

impl Warning {
    /// The warning in words; `show` decides how a name or an address may be read.
    pub fn text(&self, show: &dyn Fn(&str) -> String) -> String {
        let Self { kind, count, people } = self;
        let what = match kind {
            WarningKind::NoExternalId => {
                "no external id, without which nobody can be placed or recognised: left out, accounts stay as they are"
            }
            WarningKind::SameExternalId => {
                "an external id that stands again later in the file: the later record counts"
            }
            WarningKind::SameAddress => {
                "an address that another person has too: an active person is written before an inactive one, \
                 else the later one in the file"
            }
            WarningKind::NoAddress => "no address: not written, but serving the hierarchy",
            WarningKind::NoName => "no name: what stands before the @ of the address serves as one",
            WarningKind::TooDeep { levels } => {
                return format!(
                    "{} a group path with more than {levels} levels, which was cut (TIMECAMP_MAX_GROUP_DEPTH): {}",
                    counted(*count),
                    named(people, *count, show)
                );
            }
            WarningKind::SameAfterReplacement => {
                "the same address as somebody else since TIMECAMP_REPLACE_EMAIL_DOMAIN replaced the domain"
            }
        };
        format!("{} {what}: {}", counted(*count), named(people, *count, show))
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 user has".to_owned() } else { format!("{count} users have") }
}

fn named(people: &[Who], count: usize, show: &dyn Fn(&str) -> String) -> String {
    let who = |Who { name, external_id, email }: &Who| match (email.is_empty(), external_id.is_empty()) {
        (false, _) => format!("{} <{}>", show(name), show(email)),
        (true, false) => format!("{} ({external_id})", show(name)),
        (true, true) => show(name),
    };
    let text = people.iter().map(who).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(people.len()) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// Collects warnings, one of each kind.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    warnings: BTreeMap<WarningKind, Warning>,
}

impl Warnings {
    pub(crate) fn add(&mut self, kind: WarningKind, record: &Record<'_>) {
        let warning = self.warnings.entry(kind).or_insert_with(|| Warning { kind, count: 0, people: Vec::new() });
        warning.count += 1;
        if warning.people.len() < NAMED {
            warning.people.push(Who {
                name: names::base(record).to_owned(),
                external_id: record.external_id.as_ref().to_owned(),
                email: record.email.trim().to_owned(),
            });
        }
    }

    pub(crate) fn into_list(self) -> Vec<Warning> {
        self.warnings.into_values().collect()
    }
}
