//! The account as it was observed: what a plan is made against.

use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::names::{address_key, loose_name_key, same_name_key};
use timecamp_scim_core::timecamp::{Group, GroupId, UserId};

/// The role of somebody whom the people picker does not list in their group: an ordinary user.
pub const UNLISTED_ROLE: u64 = 3;

/// A user of the account with everything that the plan looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The number.
    pub id: UserId,
    /// Primary address as TimeCamp writes it.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Their group.
    pub group: GroupId,
    /// TimeCamp's number of their role in that group.
    pub role: u64,
    /// The second address that finds them; empty when unset.
    pub additional_email: String,
    /// The identity in the source; empty when unset.
    pub external_id: String,
    /// What TimeCamp says about who added or edited them.
    pub origin: Origin,
    /// Whether they can work, and are paid for.
    pub state: State,
}

impl Account {
    /// The addresses that find this account: primary, then additional, as they compare.
    pub fn addresses(&self) -> impl Iterator<Item = String> + use<> {
        [address_key(&self.email), address_key(&self.additional_email)].into_iter().filter(|key| !key.is_empty())
    }
}

/// Whether a user can work in TimeCamp, and is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// `disabled_user` is not `1`.
    Enabled,
    /// `disabled_user` is `1`.
    Disabled,
}

/// What `added_manually` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `1`: an administrator added or edited them, or a run died before it could say otherwise.
    Manual,
    /// `0` or unset.
    Synced,
}

/// The account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The user who owns the API key, when TimeCamp says so.
    pub me: Option<UserId>,
    /// The group under which everything happens.
    pub root: GroupId,
    /// Everybody.
    pub users: BTreeMap<UserId, Account>,
    /// Every group.
    pub groups: BTreeMap<GroupId, Group>,
    /// Whom the people picker lists in a group that is not their own.
    pub guests: BTreeMap<GroupId, BTreeSet<UserId>>,
}

impl World {
    /// Users who can work.
    pub fn enabled(&self) -> impl Iterator<Item = &Account> {
        self.users.values().filter(|account| account.state == State::Enabled)
    }
}

/// The groups as a tree, by name: made once per plan.
#[derive(Debug)]
pub struct Tree<'a> {
    world: &'a World,
    children: BTreeMap<GroupId, Vec<GroupId>>,
    exact: BTreeMap<(GroupId, String), Vec<GroupId>>,
    loose: BTreeMap<(GroupId, String), Vec<GroupId>>,
}

/// The parent of the groups at the top.
pub const TOP: GroupId = GroupId(0);

impl<'a> Tree<'a> {
    /// The tree of `world`. A group whose parent does not exist counts as one at the top.
    pub fn new(world: &'a World) -> Self {
        let mut tree = Self { world, children: BTreeMap::new(), exact: BTreeMap::new(), loose: BTreeMap::new() };
        for group in world.groups.values() {
            let parent = if world.groups.contains_key(&group.parent) { group.parent } else { TOP };
            tree.children.entry(parent).or_default().push(group.id);
            tree.exact.entry((parent, same_name_key(&group.name))).or_default().push(group.id);
            tree.loose.entry((parent, loose_name_key(&group.name))).or_default().push(group.id);
        }
        tree
    }

    /// The groups directly below, by id.
    pub fn children(&self, parent: GroupId) -> &[GroupId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The group of that name directly below `parent`: exactly, else ignoring letter case; of several the lowest id.
    /// The others of that name come second.
    pub fn child(&self, parent: GroupId, name: &str) -> Option<(GroupId, &[GroupId])> {
        let found = self
            .exact
            .get(&(parent, same_name_key(name)))
            .or_else(|| self.loose.get(&(parent, loose_name_key(name))))?;
        found.split_first().map(|(first, rest)| (*first, rest))
    }

    /// Names from the top down to `group`, trimmed, joined by `/`.
    pub fn path(&self, group: GroupId) -> String {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = Some(group);
        while let Some(group) = at.and_then(|id| self.world.groups.get(&id)) {
            if !seen.insert(group.id) {
                break;
            }
            names.push(group.name.trim());
            at = Some(group.parent);
        }
        if names.is_empty() {
            return format!("group {group}");
        }
        names.reverse();
        names.join("/")
    }

    /// `top` and every group below it.
    pub fn below(&self, top: GroupId) -> BTreeSet<GroupId> {
        let mut found = BTreeSet::new();
        let mut open = vec![top];
        while let Some(group) = open.pop() {
            if found.insert(group) {
                open.extend(self.children(group));
            }
        }
        found
    }
}
