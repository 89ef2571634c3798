//! The account's own tree with everything in it that a sync would change.

mod groups;

use super::build::ordered;
use super::file::{inactive_group, person};
use super::{Difference, Guarded, Notice, NoticeKind, Person, Standing, View, What};
use crate::people::Extra;
use groups::Places;
use std::collections::BTreeMap;
use sync::identity::{Matches, identify};
use sync::plan::{Change, Field, Inputs, Invitation, Kind, Plan, UserPlan};
use sync::show::Seats;
use sync::world::{Account, State};
use timecamp_scim_core::models::{Role, Status};
use timecamp_scim_core::timecamp::UserId;

/// What the tree of an account is made from.
#[derive(Debug, Clone, Copy)]
pub struct Preview<'a> {
    /// The account, the prepared users and the settings.
    pub inputs: Inputs<'a>,
    /// What the source says besides, by row.
    pub extras: &'a [Extra],
    /// The plan as if no guard withheld anything.
    pub whole: &'a Plan,
    /// The plan that a sync would carry out.
    pub guarded: &'a Plan,
}

/// The view of an account. Everything the plan means is marked; what a guard withholds of it is marked as held back.
pub fn of_account(preview: &Preview<'_>) -> View {
    let matches = identify(preview.inputs.world, preview.inputs.roster, preview.inputs.policy);
    let desk = Desk::new(preview, &matches);
    let mut places = Places::new(preview, &matches);
    let mut people: Vec<Person> =
        preview.inputs.world.users.values().filter_map(|account| desk.account(account, &places)).collect();
    people.extend(preview.whole.invitations.iter().filter_map(|invitation| desk.invited(invitation, &places)));
    let absent: Vec<usize> = desk.absent().collect();
    if !absent.is_empty() {
        places.sprouts.push(inactive_group());
        let group = places.sprouts.len() - 1;
        people.extend(absent.into_iter().filter_map(|row| Some(person(desk.row(row)?, desk.extra(row), group))));
    }
    let view = ordered(places.sprouts, people);
    View { notices: notices(preview), ..view }
}

struct Desk<'a> {
    preview: &'a Preview<'a>,
    matches: &'a Matches,
    whole: BTreeMap<UserId, &'a UserPlan>,
    guarded: BTreeMap<UserId, &'a UserPlan>,
    invited: BTreeMap<&'a str, &'a Invitation>,
    rows: BTreeMap<&'a str, usize>,
    nothing: Extra,
}

impl<'a> Desk<'a> {
    fn new(preview: &'a Preview<'a>, matches: &'a Matches) -> Self {
        let by_user = |plan: &'a Plan| plan.users.iter().map(|user| (user.user, user)).collect();
        let rows = preview.inputs.roster.rows.iter().enumerate().rev();
        Self {
            preview,
            matches,
            whole: by_user(preview.whole),
            guarded: by_user(preview.guarded),
            invited: preview.guarded.invitations.iter().map(|one| (one.email.as_str(), one)).collect(),
            rows: rows.map(|(number, row)| (row.email.as_str(), number)).collect(),
            nothing: Extra::default(),
        }
    }

    fn row(&self, number: usize) -> Option<&'a sync::roster::Row> {
        self.preview.inputs.roster.rows.get(number)
    }

    fn extra(&self, number: usize) -> &Extra {
        self.preview.extras.get(number).unwrap_or(&self.nothing)
    }

    /// Somebody who has an account, as they will be. `None` for people elsewhere whom nothing concerns.
    fn account(&self, account: &Account, places: &Places<'_>) -> Option<Person> {
        let plan = self.whole.get(&account.id).copied();
        let here = places.of_id(account.group);
        let group = plan.and_then(|plan| places.of(&plan.to)).or(here)?;
        let changed = |field, now: &str| {
            let change = plan.and_then(|plan| plan.change(field));
            change.map_or_else(|| now.to_owned(), |change| change.new.clone())
        };
        let before = standing(account.state);
        let row = self.matches.of_account.get(&account.id).map(|(row, _)| *row);
        Some(Person {
            group,
            name: changed(Field::Name, &account.name),
            email: changed(Field::Email, &account.email),
            second_email: changed(Field::AdditionalEmail, &account.additional_email),
            external_id: changed(Field::ExternalId, &account.external_id),
            job_title: row.map_or_else(String::new, |row| self.extra(row).job_title.clone()),
            role: role(plan.map_or(account.role, |plan| plan.role)),
            standing: plan.map_or(before, |plan| standing_after(plan, before)),
            before,
            what: plan.map_or(What::Nothing, what),
            guarded: Guarded::when(|| plan.is_some_and(|plan| self.holds(plan))),
            from: here.filter(|_| plan.is_some_and(UserPlan::moves)).filter(|here| *here != group),
            changes: plan.map_or_else(Vec::new, differences),
        })
    }

    /// Whether a guard withholds any change of somebody.
    fn holds(&self, whole: &UserPlan) -> bool {
        let kept = self.guarded.get(&whole.user);
        whole.changes.iter().any(|change| kept.is_none_or(|kept| kept.change(change.field).is_none()))
    }

    fn invited(&self, invitation: &Invitation, places: &Places<'_>) -> Option<Person> {
        let Invitation { email, name, group, role: role_id, additional_email, external_id, invited_before: _ } =
            invitation;
        let row = self.rows.get(email.as_str()).copied();
        Some(Person {
            group: places.of(group)?,
            name: name.clone(),
            email: email.clone(),
            second_email: additional_email.clone().unwrap_or_default(),
            external_id: external_id.clone().unwrap_or_default(),
            job_title: row.map_or_else(String::new, |row| self.extra(row).job_title.clone()),
            role: role(*role_id),
            standing: Standing::Active,
            before: Standing::Absent,
            what: What::Add,
            guarded: Guarded::when(|| !self.invited.contains_key(email.as_str())),
            from: None,
            changes: Vec::new(),
        })
    }

    /// Rows of inactive people who have no account.
    fn absent(&self) -> impl Iterator<Item = usize> {
        self.preview.inputs.roster.rows.iter().enumerate().filter_map(|(number, row)| {
            let known = self.matches.of_row.contains_key(&number) || self.matches.repeated.contains(&number);
            (row.status == Status::Inactive && !known).then_some(number)
        })
    }
}

fn role(id: u64) -> Role {
    // TimeCamp has roles that no source gives; they stay as they are and count as ordinary users here.
    Role::of_id(id).unwrap_or(Role::User)
}

fn standing(state: State) -> Standing {
    match state {
        State::Enabled => Standing::Active,
        State::Disabled => Standing::Disabled,
    }
}

fn standing_after(plan: &UserPlan, before: Standing) -> Standing {
    match (plan.change(Field::Disabled), plan.kind) {
        (None, _) => before,
        (Some(_), Kind::Reenable) => Standing::Active,
        (Some(_), Kind::Deactivate | Kind::Update) => Standing::Disabled,
    }
}

fn what(plan: &UserPlan) -> What {
    match (plan.change(Field::Disabled), plan.kind) {
        (Some(_), Kind::Reenable) => What::Enable,
        (Some(_), Kind::Deactivate | Kind::Update) => What::Disable,
        (None, _) if plan.moves() => What::Move,
        (None, _) => What::Change,
    }
}

fn differences(plan: &UserPlan) -> Vec<Difference> {
    let difference = |change: &Change| {
        let Change { field, old, new, reason } = change.clone();
        Difference { field: field.words(), old, new, reason }
    };
    plan.changes.iter().map(difference).collect()
}

fn notices(preview: &Preview<'_>) -> Vec<Notice> {
    let Plan { withheld, left_out, forgotten, .. } = preview.guarded;
    let mut notices: Vec<Notice> = withheld
        .iter()
        .map(|held| Notice { kind: NoticeKind::Held, title: held.message.clone(), lines: held.subjects.clone() })
        .collect();
    let seats = Seats::of(preview.guarded);
    let adds = seats.invited + seats.reenabled;
    if adds + seats.freed > 0 {
        let kind = if adds > 0 { NoticeKind::Seats } else { NoticeKind::Note };
        notices.push(Notice { kind, title: seats.to_string(), lines: Vec::new() });
    }
    if !left_out.is_empty() {
        let title = format!("Left as it is ({}), and why", left_out.len());
        let lines = left_out.iter().map(|left| format!("{}: {}", left.subject, left.reason)).collect();
        notices.push(Notice { kind: NoticeKind::Note, title, lines });
    }
    if !forgotten.is_empty() {
        let title = format!("Unfinished from an earlier run, but gone from TimeCamp ({})", forgotten.len());
        let lines = forgotten.iter().map(|one| one.email.clone()).collect();
        notices.push(Notice { kind: NoticeKind::Note, title, lines });
    }
    notices
}
