//! The order of work, and its result.

use crate::address;
use crate::error::PrepareError;
use crate::exclude;
use crate::explain;
use crate::groups::{self, Groups};
use crate::hierarchy::Hierarchy;
use crate::index::{self, Index};
use crate::names;
use crate::path::{Depth, Finisher};
use crate::people::{Roll, Standing};
use crate::record::{Force, Part, Record};
use crate::report::{self, RuleTally, Summary, Warning, WarningKind, Warnings};
use crate::roles::{self, Forced};
use crate::settings::{Grouping, Settings};
use crate::source::{Dropped, Origins, Source};
use crate::transform::Outcome;
use crate::user::{self, After, User};
use crate::write::{self, Seen};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;
use timecamp_scim_core::models::Status;

/// Everybody, prepared.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) records: Vec<Record<'a>>,
    pub(crate) dropped: Vec<Dropped<'a>>,
    pub(crate) roll: Roll,
    pub(crate) hierarchy: Hierarchy,
    /// In the order of the output.
    pub(crate) users: Vec<User<'a>>,
    /// Users that the transforms dropped when they were prepared.
    pub(crate) dropped_users: Vec<User<'a>>,
    summary: Summary,
    warnings: Vec<Warning>,
    unplaced: Vec<String>,
}

/// Prepares everybody in `input`, the content of users.json.
pub fn prepare<'a>(input: &'a [u8], settings: &'a Settings) -> Result<Prepared<'a>, PrepareError> {
    let source = Source::read(input, &settings.transforms)?;
    let excluded = exclude::addresses(&source.records, settings.exclude.as_ref())?;
    let roll = Roll::new(&source.records, &excluded);
    let hierarchy = match settings.grouping {
        Grouping::Departments => Hierarchy::default(),
        Grouping::Supervisors | Grouping::Both => Hierarchy::new(&source.records, &roll)?,
    };
    let origins = settings.transforms.touch_identity().then(|| source.origins());
    let mut work = Work::new(settings, &source.records, &roll, &hierarchy);
    work.tally.transforms = source.tally.clone();
    let mut users = work.users(origins.as_ref())?;
    users.sort_by_cached_key(|user| (index::start(&user.email), user.email.clone()));
    let unplaced = work.unplaced(&users, &excluded);
    work.warn(&users);
    let (mut users, dropped_users) = work.second_pass(users);
    let Work { tally, warnings, counts, .. } = work;
    users.shrink_to_fit();
    let summary = counts.summary(source.count, users.len(), &tally, settings);
    drop((origins, excluded));
    let Source { records, dropped, .. } = source;
    let warnings = warnings.into_list();
    Ok(Prepared { settings, records, dropped, roll, hierarchy, users, dropped_users, summary, warnings, unplaced })
}

impl Prepared<'_> {
    /// Writes the content of `timecamp_users.json`.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        write::write(to, &self.users, &self.records, &self.settings.transforms)
    }

    /// The counts.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// What the administrator should know of, one warning of each kind.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Addresses left out for a defect, as they would have been written, sorted: their accounts are to be left alone.
    pub fn unplaced(&self) -> &[String] {
        &self.unplaced
    }

    /// What was decided, and why, about every record with this address, in the source or in TimeCamp.
    pub fn explain(&self, address: &str) -> Vec<String> {
        explain::of_address(self, address)
    }

    /// What was decided, and why, about every record in turn, one line each; `show` decides how a name or an address
    /// may be read.
    pub fn explanations<'p>(&'p self, show: &'p dyn Fn(&str) -> String) -> impl Iterator<Item = String> + 'p {
        explain::all(self, show)
    }
}

/// The work between reading and writing.
struct Work<'w, 'a> {
    settings: &'a Settings,
    records: &'w [Record<'a>],
    roll: &'w Roll,
    hierarchy: &'w Hierarchy,
    tally: RuleTally,
    warnings: Warnings,
    counts: Counts,
}

impl<'w, 'a> Work<'w, 'a> {
    fn new(settings: &'a Settings, records: &'w [Record<'a>], roll: &'w Roll, hierarchy: &'w Hierarchy) -> Self {
        let tally = RuleTally { rules: vec![0; settings.rules.len()], ..RuleTally::default() };
        Self { settings, records, roll, hierarchy, tally, warnings: Warnings::default(), counts: Counts::default() }
    }

    /// The people who are written, in the order of the file.
    fn users(&mut self, origins: Option<&Origins<'_, 'a>>) -> Result<Vec<User<'a>>, PrepareError> {
        let forced = Forced::of(self.records);
        let mut groups = Groups::new(self.records, self.hierarchy, self.settings);
        let mut finisher = Finisher::new(self.settings);
        let mut users = Vec::with_capacity(self.records.len());
        for position in self.roll.people() {
            let Some(record) = self.records.get(position) else { continue };
            match self.roll.of(position) {
                Standing::Written => {}
                Standing::Excluded => {
                    self.tally.excluded += 1;
                    continue;
                }
                Standing::Unknown
                | Standing::Replaced(_)
                | Standing::HierarchyOnly
                | Standing::NoAddress
                | Standing::AddressTaken(_) => continue,
            }
            let (role, role_why) = roles::of(record, self.hierarchy.lead(position), forced, self.settings);
            let (group, group_why) = self.group(&mut groups, &mut finisher, position, record)?;
            let domain = self.settings.domain.as_deref();
            users.push(User {
                position,
                raw: origins.map_or(record.raw, |origins| origins.of(record)),
                name: user::as_in_file(names::user_name(record, self.settings.names), &record.name),
                email: user::as_in_file(address::primary(&record.email, domain), &record.email),
                real_email: address::additional(&record.real_email, &record.email, domain).map(Into::into),
                group,
                status: record.status,
                role,
                group_why,
                role_why,
                after: After::Kept,
            });
        }
        Ok(users)
    }

    /// The finished group of a person; administrators by force belong in the root group.
    fn group(
        &mut self,
        groups: &mut Groups<'w, 'a>,
        finisher: &mut Finisher<'_>,
        position: usize,
        record: &'w Record<'a>,
    ) -> Result<(Arc<str>, groups::Why), PrepareError> {
        if matches!(record.force, Force::Administrator | Force::Both) {
            return Ok((Arc::default(), groups::Why::Administrator));
        }
        let draft = groups.of(position, record);
        let end = finisher.finish(&draft.path, draft.cleaning)?;
        for rule in &end.changed_by {
            report::count(&mut self.tally.rules, *rule);
        }
        if let (Depth::Cut, Some(levels)) = (end.depth, self.settings.max_depth) {
            self.tally.cut += 1;
            self.warnings.add(WarningKind::TooDeep { levels }, record);
        }
        Ok((end.path, draft.why))
    }

    /// The addresses of records that were dropped for a defect, unless they are written or left out on purpose.
    fn unplaced(&self, users: &[User<'_>], excluded: &Index<Cow<'_, str>>) -> Vec<String> {
        let mut unplaced = BTreeSet::new();
        for (position, record) in self.records.iter().enumerate() {
            let is_defect = match self.roll.of(position) {
                Standing::Unknown | Standing::Replaced(_) => true,
                Standing::Written
                | Standing::HierarchyOnly
                | Standing::NoAddress
                | Standing::AddressTaken(_)
                | Standing::Excluded => false,
            };
            let is_meant = record.part == Part::Full && !excluded.contains(&address::lower(&record.email));
            if is_defect && is_meant && record.has_address() {
                let address = address::primary(&record.email, self.settings.domain.as_deref());
                if users.binary_search_by(|user| (*user.email).cmp(&*address)).is_err() {
                    unplaced.insert(address.into_owned());
                }
            }
        }
        unplaced.into_iter().collect()
    }

    /// Warns of what is wrong with records and people; `users` are sorted by address.
    fn warn(&mut self, users: &[User<'_>]) {
        for (position, record) in self.records.iter().enumerate() {
            let kind = match self.roll.of(position) {
                Standing::Unknown => WarningKind::NoExternalId,
                Standing::Replaced(_) => WarningKind::SameExternalId,
                Standing::AddressTaken(_) => WarningKind::SameAddress,
                Standing::NoAddress => WarningKind::NoAddress,
                Standing::Written if names::is_missing(record) => WarningKind::NoName,
                Standing::Written | Standing::HierarchyOnly | Standing::Excluded => continue,
            };
            self.warnings.add(kind, record);
        }
        for pair in users.windows(2) {
            if let [one, other] = pair
                && one.email == other.email
                && let Some(record) = self.records.get(other.position)
            {
                self.warnings.add(WarningKind::SameAfterReplacement, record);
            }
        }
    }

    /// Applies the transforms to the prepared users, and counts what is left.
    fn second_pass(&mut self, users: Vec<User<'a>>) -> (Vec<User<'a>>, Vec<User<'a>>) {
        let transforms = &self.settings.transforms;
        let mut users = users;
        if transforms.is_empty() {
            for user in &users {
                self.counts.add(&Seen::of(user));
            }
            return (users, Vec::new());
        }
        // In place: a second list beside the first would be the most memory that is ever needed.
        let is_dropped = |user: &mut User<'a>| self.after(user) == Outcome::Dropped;
        let dropped = users.extract_if(.., is_dropped).collect();
        (users, dropped)
    }

    /// Applies the transforms to one prepared user.
    fn after(&mut self, user: &mut User<'a>) -> Outcome {
        let Some(record) = self.records.get(user.position) else { return Outcome::Dropped };
        let tally = &mut self.tally.transforms;
        let mut count = |number: usize| report::count(&mut tally.changed_after, number);
        let (outcome, seen) = write::after(user, record, &self.settings.transforms, &mut count);
        match outcome {
            Outcome::Dropped => tally.dropped_after += 1,
            Outcome::Changed => user.after = After::Changed,
            Outcome::Kept => {}
        }
        if outcome != Outcome::Dropped {
            self.counts.add(&seen);
        }
        outcome
    }
}

/// Counts of what is written.
#[derive(Debug, Default)]
struct Counts {
    active: usize,
    roles: BTreeMap<String, usize>,
    paths: BTreeSet<Arc<str>>,
}

impl Counts {
    fn add(&mut self, seen: &Seen) {
        let Seen { status, role, group } = seen;
        self.active += usize::from(*status == user::status_text(Status::Active));
        match self.roles.get_mut(role.as_ref()) {
            Some(count) => *count += 1,
            None => drop(self.roles.insert(role.clone().into_owned(), 1)),
        }
        if !self.paths.contains(group) {
            self.paths.insert(Arc::clone(group));
        }
    }

    /// Every level of every path is a group.
    fn groups(&self) -> usize {
        let mut groups = BTreeSet::new();
        for path in &self.paths {
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            groups.extend(ends.filter_map(|end| path.get(..end)).filter(|group| !group.is_empty()));
        }
        groups.len()
    }

    fn summary(self, users_in: usize, users_out: usize, tally: &RuleTally, settings: &Settings) -> Summary {
        let groups = self.groups();
        let Self { active, roles, paths: _ } = self;
        Summary { users_in, users_out, active, roles, groups, rules: tally.counts(settings) }
    }
}
