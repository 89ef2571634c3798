//! What was decided about a record, and why, in words.

use crate::address;
use crate::groups::{self, Groups};
use crate::names;
use crate::path::{Depth, Finisher};
use crate::people::Standing;
use crate::prepared::Prepared;
use crate::record::{Record, Transformed};
use crate::roles;
use crate::settings::Grouping;
use crate::source::{self, Dropped};
use crate::user::{After, User, role_text, status_text};
use timecamp_scim_core::models::Status;

/// How a name or an address may be read.
type Show<'s> = &'s dyn Fn(&str) -> String;

/// Every record with this address, before or after its domain was replaced.
pub(crate) fn of_address(prepared: &Prepared<'_>, wanted: &str) -> Vec<String> {
    let wanted = address::lower(wanted);
    let domain = prepared.settings.domain.as_deref();
    let is_wanted = |email: &str| address::lower(email) == wanted || address::primary(email, domain) == wanted;
    let mut explainer = Explainer::new(prepared, &str::to_owned);
    let is_hit = |record: &Record<'_>| {
        let changed = record.transformed == Transformed::Yes;
        is_wanted(&record.email) || (changed && is_wanted(&source::identity(record.raw).1))
    };
    let kept = prepared.records.iter().enumerate().filter(|(_, record)| is_hit(record));
    let kept = kept.map(|(position, record)| (record.index, explainer.facts(position, record)));
    let mut found: Vec<_> = kept.collect();
    let dropped = prepared.dropped.iter().filter(|dropped| is_wanted(&dropped.email));
    found.extend(dropped.map(|dropped| (dropped.index, of_dropped(dropped, &str::to_owned))));
    found.sort_unstable();
    found.into_iter().map(|(_, facts)| facts.join("\n  ")).collect()
}

/// Every record, one line each.
pub(crate) fn all<'p>(prepared: &'p Prepared<'_>, show: Show<'p>) -> impl Iterator<Item = String> + 'p {
    let mut explainer = Explainer::new(prepared, show);
    let kept = prepared.records.iter().enumerate();
    let kept = kept.map(move |(position, record)| explainer.facts(position, record));
    let dropped = prepared.dropped.iter().map(move |dropped| of_dropped(dropped, show));
    kept.chain(dropped).map(|facts| facts.join("; "))
}

fn of_dropped(dropped: &Dropped<'_>, show: Show<'_>) -> Vec<String> {
    let Dropped { index, email } = dropped;
    vec![format!("users[{index}] <{}>", show(email)), "left out: the transforms' exclude matches".to_owned()]
}

/// Explains records one after the other.
struct Explainer<'p, 'a> {
    prepared: &'p Prepared<'a>,
    show: Show<'p>,
    /// What each record became, by position.
    users: Vec<Option<(&'p User<'a>, &'static str)>>,
    groups: Groups<'p, 'a>,
    finisher: Finisher<'p>,
}

impl<'p, 'a> Explainer<'p, 'a> {
    fn new(prepared: &'p Prepared<'a>, show: Show<'p>) -> Self {
        let mut users = vec![None; prepared.records.len()];
        let written = prepared.users.iter().map(|user| (user, "written as"));
        let dropped = "left out: the transforms' exclude matches the prepared user";
        for (user, fate) in written.chain(prepared.dropped_users.iter().map(|user| (user, dropped))) {
            if let Some(slot) = users.get_mut(user.position) {
                *slot = Some((user, fate));
            }
        }
        let groups = Groups::new(&prepared.records, &prepared.hierarchy, prepared.settings);
        Self { prepared, show, users, groups, finisher: Finisher::new(prepared.settings) }
    }

    fn facts(&mut self, position: usize, record: &'p Record<'a>) -> Vec<String> {
        let id = if record.is_known() { &record.external_id } else { "none" };
        let (name, address) = ((self.show)(names::base(record)), (self.show)(record.email.trim()));
        let mut facts = vec![format!("users[{}] {name} <{address}>, external id {id}", record.index)];
        if record.transformed == Transformed::Yes {
            facts.push("transforms: changed the source record".to_owned());
        }
        match self.users.get(position) {
            Some(Some((user, fate))) => self.written(position, record, (*user, *fate), &mut facts),
            Some(None) | None => facts.push(self.left_out(position)),
        }
        facts
    }

    fn left_out(&self, position: usize) -> String {
        match self.prepared.roll.of(position) {
            Standing::Written => "not written".to_owned(),
            Standing::Unknown => "left out: it has no external id; its account stays as it is".to_owned(),
            Standing::Replaced(by) => {
                format!("left out: {} has the same external id and stands later", self.place(by))
            }
            Standing::HierarchyOnly => "not written: serves the hierarchy only".to_owned(),
            Standing::NoAddress => "not written: it has no address".to_owned(),
            Standing::AddressTaken(by) => format!("not written: {} is written for the same address", self.place(by)),
            Standing::Excluded => "left out: TIMECAMP_EXCLUDE_REGEX matches a record with this address".to_owned(),
        }
    }

    fn place(&self, position: usize) -> String {
        self.prepared.records.get(position).map_or_else(String::new, |record| format!("users[{}]", record.index))
    }

    fn written(
        &mut self,
        position: usize,
        record: &'p Record<'a>,
        (user, fate): (&'p User<'a>, &str),
        facts: &mut Vec<String>,
    ) {
        facts.push(format!("{fate} {} <{}>", (self.show)(&user.name), (self.show)(&user.email)));
        if let Some(real) = &user.real_email {
            facts.push(format!("additional address: {}", (self.show)(real)));
        }
        facts.push(self.group(position, record, user));
        facts.push(format!("role: {}, {}", role_text(user.role), role_reason(user.role_why, record)));
        let why = match user.status {
            Status::Active => "",
            Status::Inactive => ", as everybody whose status is not `active`",
        };
        facts.push(format!("status: {}{why}", status_text(user.status)));
        if user.after == After::Changed {
            facts.push("transforms: changed the prepared user after all this".to_owned());
        }
    }

    fn group(&mut self, position: usize, record: &'p Record<'a>, user: &User<'_>) -> String {
        let path = if user.group.is_empty() { "the root group".to_owned() } else { self.path(&user.group) };
        let mut text = format!("group: {path}, {}", self.group_reason(user.group_why));
        if user.group_why == groups::Why::Administrator {
            return text;
        }
        if !record.department.is_empty() {
            text = format!("{text}; department `{}`", record.department);
        }
        let draft = self.groups.of(position, record);
        if let Ok(finished) = self.finisher.finish(&draft.path, draft.cleaning) {
            let rules: Vec<String> = finished.changed_by.iter().map(|rule| (rule + 1).to_string()).collect();
            if !rules.is_empty() {
                text = format!("{text}; changed by group rule {}", rules.join(", "));
            }
            if finished.depth == Depth::Cut {
                text.push_str("; cut to the depth allowed");
            }
        }
        text
    }

    /// A group path as it may be read: where supervisors give groups, its parts may be their names.
    fn path(&self, path: &str) -> String {
        match self.prepared.settings.grouping {
            Grouping::Departments => path.to_owned(),
            Grouping::Supervisors | Grouping::Both => path.split('/').map(self.show).collect::<Vec<_>>().join("/"),
        }
    }

    fn group_reason(&self, why: groups::Why) -> String {
        match why {
            groups::Why::Department => "by department".to_owned(),
            groups::Why::OwnGroup => "their own group as a supervisor".to_owned(),
            groups::Why::SupervisorsGroup(position) => {
                let supervisor = self.prepared.records.get(position).map_or("", |record| names::base(record));
                format!("the group of their supervisor {}", (self.show)(supervisor))
            }
            groups::Why::Alone => "no supervisor and no reports".to_owned(),
            groups::Why::SupervisorMissing => "their supervisor is not in the data".to_owned(),
            groups::Why::HierarchyStart => "their supervisor serves the hierarchy only".to_owned(),
            groups::Why::Administrator => "where administrators by force belong".to_owned(),
        }
    }
}

fn role_reason(why: roles::Why, record: &Record<'_>) -> String {
    match why {
        roles::Why::ForcedAdministrator => "forced by force_global_admin_role".to_owned(),
        roles::Why::ForcedSupervisor => "forced by force_supervisor_role".to_owned(),
        roles::Why::NotForced => "since force_supervisor_role names the supervisors, and not this one".to_owned(),
        roles::Why::IsSupervisor => "by is_supervisor".to_owned(),
        roles::Why::RoleId => format!("by role_id `{}`", record.role_id),
        roles::Why::HasReports => "has reports".to_owned(),
        roles::Why::NoReports => "has no reports".to_owned(),
    }
}
