//! What is shown: groups, the people in them, and what a sync would do to either. Made by pure functions from the
//! prepared users alone ([`of_file`]) or from the account and a plan ([`of_account`]); drawn by others.

mod account;
mod build;
mod file;
mod totals;

pub use account::{Preview, of_account};
pub use file::of_file;
pub use totals::Totals;

use serde::{Serialize, Serializer};
use timecamp_scim_core::models::Role;

/// Levels below the root group that TimeCamp documents; deeper paths are marked.
pub const LEVELS: usize = 4;

/// Everything that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Groups, each after the one above it, siblings by name.
    pub groups: Vec<Group>,
    /// People by group, in the order in which they are shown.
    pub people: Vec<Person>,
    /// What has to be said besides.
    pub notices: Vec<Notice>,
}

/// A group of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// The group above, by place in the list; none at the top.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// Levels below the root group, which is level 0.
    #[serde(rename = "l")]
    pub level: usize,
    /// What it is.
    #[serde(rename = "k", skip_serializing_if = "usual")]
    pub kind: GroupKind,
    /// What happens to it.
    #[serde(rename = "w", skip_serializing_if = "usual")]
    pub what: What,
    /// Whether a guard holds that back.
    #[serde(rename = "h", skip_serializing_if = "usual")]
    pub guarded: Guarded,
}

/// What a group is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// One below the root group.
    #[default]
    Ordinary,
    /// The root group: everything that a sync creates stands below it.
    Root,
    /// Where disabled users go.
    Disabled,
    /// One elsewhere in the account, shown because somebody in it is concerned.
    Outside,
    /// No group: people who are inactive in the source and have no account.
    Inactive,
}

/// What a sync would do to somebody or something. Of several things the first counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Disabled.
    Disable,
    /// A group is removed.
    Remove,
    /// Invited, or a group is created.
    Add,
    /// Enabled again.
    Enable,
    /// Moved to another group.
    Move,
    /// Changed otherwise: name, role, address, external id.
    Change,
    /// Nothing.
    #[default]
    Nothing,
}

impl What {
    /// All but nothing, in the order in which they are counted and explained.
    pub const CHANGES: [Self; 6] = [Self::Add, Self::Enable, Self::Move, Self::Change, Self::Disable, Self::Remove];
}

/// Whether a guard withholds a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Guarded {
    /// It would be carried out.
    #[default]
    Free,
    /// A guard holds it back.
    HeldBack,
}

impl Guarded {
    fn when(held: impl FnOnce() -> bool) -> Self {
        if held() { Self::HeldBack } else { Self::Free }
    }
}

/// Written only when something is held back.
impl Serialize for Guarded {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(u8::from(*self == Self::HeldBack))
    }
}

/// What is left out of the data because it goes without saying.
fn usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Somebody, as they will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Their group, by place in the list.
    #[serde(rename = "g")]
    pub group: usize,
    /// Display name; empty when there is none.
    #[serde(rename = "n")]
    pub name: String,
    /// Primary address.
    #[serde(rename = "e")]
    pub email: String,
    /// Second address; empty when there is none.
    #[serde(rename = "s", skip_serializing_if = "String::is_empty")]
    pub second_email: String,
    /// Identity in the source; empty when there is none.
    #[serde(rename = "x", skip_serializing_if = "String::is_empty")]
    pub external_id: String,
    /// Job title in the source; empty when there is none.
    #[serde(rename = "j", skip_serializing_if = "String::is_empty")]
    pub job_title: String,
    /// Role.
    #[serde(rename = "r")]
    pub role: Role,
    /// Whether they can work.
    #[serde(rename = "a", skip_serializing_if = "usual")]
    pub standing: Standing,
    /// Whether they can work now, before the sync.
    #[serde(skip)]
    pub before: Standing,
    /// What happens to them.
    #[serde(rename = "w", skip_serializing_if = "usual")]
    pub what: What,
    /// Whether a guard holds some of that back.
    #[serde(rename = "h", skip_serializing_if = "usual")]
    pub guarded: Guarded,
    /// The group they leave, by place in the list.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    pub from: Option<usize>,
    /// What changes about them.
    #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Difference>,
}

/// Whether somebody can work in TimeCamp.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Yes.
    #[default]
    Active,
    /// They have an account that is disabled.
    Disabled,
    /// They have no account.
    Absent,
}

/// One field of a person: what it is and what it will be, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The field's name.
    #[serde(rename = "f")]
    pub field: &'static str,
    /// Now; empty when unset.
    #[serde(rename = "o")]
    pub old: String,
    /// Afterwards.
    #[serde(rename = "n")]
    pub new: String,
    /// Why.
    #[serde(rename = "y")]
    pub reason: String,
}

/// Something that has to be said besides the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How it is meant.
    pub kind: NoticeKind,
    /// In one sentence.
    pub title: String,
    /// Whom or what it is about; may be empty.
    pub lines: Vec<String>,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// A guard holds something back: somebody should look.
    Held,
    /// What the run costs: it adds paid seats.
    Seats,
    /// Good to know.
    Note,
}
