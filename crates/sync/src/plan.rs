//! The plan: what a run would do, as a value. Made by a pure function of the account, the roster, the policy and
//! what is pending; shown, stored or carried out by others.

mod after;
mod build;
mod empty;
mod groups;
mod guard;
mod leavers;
mod only;
mod people;

pub use build::{Inputs, Scope, plan, removals};
pub use guard::{Guards, Releases};
pub use people::finishing;

use serde::{Deserialize, Serialize};
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// A group that is there, or will be: one without a number is among the plan's new groups, by its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The number, when it exists.
    pub id: Option<GroupId>,
    /// Names from the top, joined by `/`.
    pub path: String,
}

/// A group to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroup {
    /// Names from the top, joined by `/`.
    pub path: String,
    /// Its own name.
    pub name: String,
    /// The group above, which may itself be new.
    pub parent: Place,
    /// How many parts of the source's path lead to it: 1 is directly below the root group (or beside it).
    pub level: usize,
    /// How many people need it or a group below.
    pub people: usize,
}

/// What is changed of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Display name.
    Name,
    /// Primary address.
    Email,
    /// The group they are in.
    Group,
    /// Role, by name.
    Role,
    /// `disabled_user`.
    Disabled,
    /// `external_id`.
    ExternalId,
    /// `additional_email`.
    AdditionalEmail,
    /// `added_manually`, alone: owed from an earlier run.
    AddedManually,
}

impl Field {
    /// How it reads in a plan.
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "primary address",
            Self::Group => "group",
            Self::Role => "role",
            Self::Disabled => "disabled",
            Self::ExternalId => "external id",
            Self::AdditionalEmail => "additional address",
            Self::AddedManually => "added_manually",
        }
    }
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What is changed.
    pub field: Field,
    /// What it is now, as shown.
    pub old: String,
    /// What it will be, as shown.
    pub new: String,
    /// Why.
    pub reason: String,
}

/// Which part of the run a user belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Disabled, or moved to the disabled-users group: first, so that seats are free before they are needed.
    Deactivate,
    /// Changed.
    Update,
    /// Enabled again.
    Reenable,
}

/// Everything that happens to one user of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPlan {
    /// The user.
    pub user: UserId,
    /// Their primary address now.
    pub email: String,
    /// Their name now.
    pub name: String,
    /// Which part of the run this is.
    pub kind: Kind,
    /// The group they are in now.
    pub from: Place,
    /// The group they will be in; the same when they stay.
    pub to: Place,
    /// TimeCamp's number of the role they must have afterwards; a move always carries it.
    pub role: u64,
    /// TimeCamp's number of the role they have now.
    pub role_before: u64,
    /// The changes, in the order they are made. `added_manually` = 0 follows by itself.
    pub changes: Vec<Change>,
}

impl UserPlan {
    /// The change of a field, if there is one.
    pub fn change(&self, field: Field) -> Option<&Change> {
        self.changes.iter().find(|change| change.field == field)
    }

    /// Name and address, for lists of people.
    pub fn called(&self) -> String {
        if self.name.is_empty() { self.email.clone() } else { format!("{} <{}>", self.name, self.email) }
    }

    /// Whether they change their group.
    pub fn moves(&self) -> bool {
        self.change(Field::Group).is_some()
    }
}

/// Somebody to be invited and finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The address.
    pub email: String,
    /// Display name; empty when the file has none.
    pub name: String,
    /// The group.
    pub group: Place,
    /// TimeCamp's number of the role.
    pub role: u64,
    /// Additional address, when one is written.
    pub additional_email: Option<String>,
    /// External id, when one is written.
    pub external_id: Option<String>,
    /// Whether an earlier run may have invited them already: they are looked for first.
    pub invited_before: InvitedBefore,
}

/// Whether an earlier run may have sent an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitedBefore {
    /// No.
    No,
    /// It wrote the address into the pending file and died.
    Perhaps,
}

/// A group to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldGroup {
    /// The number.
    pub id: GroupId,
    /// Names from the top, joined by `/`.
    pub path: String,
    /// The group above.
    pub parent: GroupId,
}

/// Something that was decided against, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The address or path it is about.
    pub subject: String,
    /// Why nothing happens.
    pub reason: String,
}

/// Part of the plan that a guard withholds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// Which guard.
    pub guard: String,
    /// What it would have been, and the flag that lets it through.
    pub message: String,
    /// The people or groups it is about.
    pub subjects: Vec<String>,
}

/// What a run would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Groups to create, from the top down.
    pub create_groups: Vec<NewGroup>,
    /// Users to change, by id.
    pub users: Vec<UserPlan>,
    /// People to invite, in the roster's order.
    pub invitations: Vec<Invitation>,
    /// Groups to remove, leaves first.
    pub remove_groups: Vec<OldGroup>,
    /// What guards withhold.
    pub withheld: Vec<Withheld>,
    /// What was decided against.
    pub left_out: Vec<LeftOut>,
    /// Pending entries whose user is gone.
    pub forgotten: Vec<Forgotten>,
}

/// A pending entry that nobody can finish any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// The address in the entry.
    pub email: String,
    /// The user that TimeCamp no longer lists; none for somebody who was being invited.
    pub user: Option<UserId>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.create_groups.is_empty()
            && self.users.is_empty()
            && self.invitations.is_empty()
            && self.remove_groups.is_empty()
    }

    /// What this guard withheld, if it did.
    pub fn withheld_by(&self, guard: &str) -> Option<&Withheld> {
        self.withheld.iter().find(|part| part.guard == guard)
    }

    /// The users of one part of the run.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &UserPlan> {
        self.users.iter().filter(move |user| user.kind == kind)
    }
}
