//! The plan for people: what would happen, to whom, why, and what is left out.

use crate::plan::{Change, Invitation, Kind, Plan, UserPlan};
use std::fmt::{self, Write as _};
use timecamp_scim_core::models::Role;

/// How many names of a withheld part are listed; the rest is in `--json`.
const NAMED: usize = 50;

/// What a plan costs: said before anything is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// People invited.
    pub invited: usize,
    /// People enabled again.
    pub reenabled: usize,
    /// People disabled.
    pub freed: usize,
}

impl Seats {
    /// The seats of a plan.
    pub fn of(plan: &Plan) -> Self {
        let freed = plan.of_kind(Kind::Deactivate).filter(|user| user.change(crate::plan::Field::Disabled).is_some());
        Self { invited: plan.invitations.len(), reenabled: plan.of_kind(Kind::Reenable).count(), freed: freed.count() }
    }
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invited, reenabled, freed } = self;
        let adds = invited + reenabled;
        if adds == 0 {
            return write!(f, "Seats: this run adds none and frees {freed}.");
        }
        write!(
            f,
            "Seats: this run adds {adds} ({invited} invited, {reenabled} enabled again) and frees {freed}.\n\
             BILLING WARNING: if the account has fewer free paid seats than that, TimeCamp adds seats by itself and charges them."
        )
    }
}

/// The whole plan as text.
pub fn plan_text(plan: &Plan) -> String {
    let mut text = String::new();
    section(&mut text, "Groups to create", &plan.create_groups, |group| {
        format!("  + {} ({})", group.path, count(group.people, "person", "people"))
    });
    for (title, kind, mark) in [
        ("People to disable or move away", Kind::Deactivate, '-'),
        ("People to change", Kind::Update, '~'),
        ("People to enable again", Kind::Reenable, '+'),
    ] {
        let users: Vec<&UserPlan> = plan.of_kind(kind).collect();
        section(&mut text, title, &users, |user| user_text(user, mark));
    }
    section(&mut text, "People to invite", &plan.invitations, invitation_text);
    section(&mut text, "Groups to remove", &plan.remove_groups, |group| format!("  - {}", group.path));
    section(&mut text, "Withheld by a guard", &plan.withheld, |withheld| {
        let mut lines = format!("  ! {}: {}", withheld.guard, withheld.message);
        for subject in withheld.subjects.iter().take(NAMED) {
            let _ = write!(lines, "\n      {subject}");
        }
        let more = withheld.subjects.len().saturating_sub(NAMED);
        if more > 0 {
            let _ = write!(lines, "\n      and {more} more");
        }
        lines
    });
    section(&mut text, "Left as it is", &plan.left_out, |left| format!("  · {}: {}", left.subject, left.reason));
    let _ = writeln!(text, "{}", Seats::of(plan));
    let _ = writeln!(text, "{}", totals(plan));
    text
}

fn section<T>(text: &mut String, title: &str, items: &[T], line: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title} ({})", items.len());
    for item in items {
        let _ = writeln!(text, "{}", line(item));
    }
    text.push('\n');
}

fn user_text(user: &UserPlan, mark: char) -> String {
    let mut lines = format!("  {mark} {}", user.called());
    for Change { field, old, new, reason } in &user.changes {
        let old = if old.is_empty() { "nothing" } else { old };
        let _ = write!(lines, "\n      {}: {old} → {new} ({reason})", field.words());
    }
    lines
}

fn invitation_text(invitation: &Invitation) -> String {
    let Invitation { email, name, group, role, additional_email, external_id, invited_before: _ } = invitation;
    let role = Role::of_id(*role).map_or_else(|| format!("role {role}"), |role| role.to_string());
    let mut line = format!("  + {name} <{email}> into {} as {role}", group.path);
    if let Some(id) = external_id {
        let _ = write!(line, ", external id {id}");
    }
    if let Some(address) = additional_email {
        let _ = write!(line, ", additional address {address}");
    }
    line
}

/// One line of totals.
pub fn totals(plan: &Plan) -> String {
    let of = |kind| plan.of_kind(kind).count();
    let parts = [
        (plan.create_groups.len(), "groups to create"),
        (of(Kind::Deactivate), "people to disable or move away"),
        (of(Kind::Update), "to change"),
        (of(Kind::Reenable), "to enable again"),
        (plan.invitations.len(), "to invite"),
        (plan.remove_groups.len(), "groups to remove"),
        (plan.withheld.iter().map(|withheld| withheld.subjects.len()).sum(), "withheld"),
        (plan.left_out.len(), "left as they are"),
    ];
    if plan.is_empty() && plan.withheld.is_empty() {
        return "Nothing to do: the account is in sync.".to_owned();
    }
    let shown: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    format!("Total: {}.", shown.join(", "))
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
