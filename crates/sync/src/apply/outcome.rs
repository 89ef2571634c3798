//! What came of each part of a plan.

use crate::plan::{Field, Plan};
use serde::Serialize;
use std::collections::BTreeMap;
use timecamp_scim_core::Code;
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// What came of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum Outcome {
    /// Carried out.
    Done,
    /// Refused or failed; what TimeCamp said.
    Failed(String),
    /// Not tried, because of something before it.
    Skipped(String),
    /// Not reached before the run ended.
    NotReached,
}

/// What came of a plan.
#[derive(Debug, Default)]
pub struct Results {
    /// By path.
    pub groups: BTreeMap<String, Outcome>,
    /// By user and field.
    pub users: BTreeMap<UserId, BTreeMap<Field, Outcome>>,
    /// By address as planned.
    pub invitations: BTreeMap<String, Outcome>,
    /// By number.
    pub removals: BTreeMap<GroupId, Outcome>,
    /// Why the run ended before its end, if it did.
    pub halted: Option<String>,
    /// How many levels below the root group TimeCamp turned out to allow.
    pub depth: Option<usize>,
}

impl Results {
    /// Marks what the run did not reach.
    pub(super) fn complete(mut self, plan: &Plan) -> Self {
        for group in &plan.create_groups {
            self.groups.entry(group.path.clone()).or_insert(Outcome::NotReached);
        }
        for user in &plan.users {
            let fields = self.users.entry(user.user).or_default();
            for change in &user.changes {
                fields.entry(change.field).or_insert(Outcome::NotReached);
            }
        }
        for invitation in &plan.invitations {
            self.invitations.entry(invitation.email.clone()).or_insert(Outcome::NotReached);
        }
        for group in &plan.remove_groups {
            self.removals.entry(group.id).or_insert(Outcome::NotReached);
        }
        self
    }

    /// How a run ends that carried out `plan` with these results.
    pub fn code(&self, plan: &Plan) -> Code {
        let codes = [
            (self.halted.is_some(), Code::Failed),
            (self.any_failed(), Code::Partial),
            (!plan.withheld.is_empty(), Code::Withheld),
        ];
        codes.into_iter().filter(|(holds, _)| *holds).fold(Code::Done, |worst, (_, code)| worst.or(code))
    }

    /// Every outcome.
    pub fn all(&self) -> impl Iterator<Item = &Outcome> {
        let Self { groups, users, invitations, removals, halted: _, depth: _ } = self;
        let users = users.values().flat_map(BTreeMap::values);
        groups.values().chain(users).chain(invitations.values()).chain(removals.values())
    }

    /// How many people there are of whom something failed, and groups that could not be removed.
    pub(super) fn failed_subjects(&self) -> usize {
        let failed = |outcome: &&Outcome| matches!(outcome, Outcome::Failed(_));
        let users = self.users.values().filter(|fields| fields.values().any(|outcome| failed(&outcome))).count();
        users + self.invitations.values().chain(self.removals.values()).filter(failed).count()
    }

    /// Whether anything failed or was skipped for it.
    pub fn any_failed(&self) -> bool {
        self.all().any(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::Skipped(_)))
    }
}
