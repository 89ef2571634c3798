//! Which groups of an account are shown, and where each stands.

use super::Preview;
use crate::view::build::Sprout;
use crate::view::{GroupKind, Guarded, What};
use std::collections::{BTreeMap, BTreeSet};
use sync::identity::Matches;
use sync::plan::Place;
use sync::world::{Tree, World};
use timecamp_scim_core::timecamp::{Group, GroupId};

/// The groups that are shown: the root group with all below it, those that are to come, and those elsewhere that hold
/// somebody who is concerned.
pub(super) struct Places<'a> {
    world: &'a World,
    disabled: Option<GroupId>,
    pub(super) sprouts: Vec<Sprout>,
    by_id: BTreeMap<GroupId, usize>,
    by_path: BTreeMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(preview: &'a Preview<'a>, matches: &Matches) -> Self {
        let world = preview.inputs.world;
        let disabled = preview.inputs.policy.leavers.group;
        let mut places =
            Self { world, disabled, sprouts: Vec::new(), by_id: BTreeMap::new(), by_path: BTreeMap::new() };
        // The root group comes first.
        places.grow(world.root);
        let ours = Tree::new(world).below(world.root);
        for group in ours.iter().copied().chain(concerned(preview, matches)) {
            places.grow(group);
        }
        places.sow(preview);
        places.mark_removed(preview);
        places
    }

    /// The place of a group, existing or planned.
    pub(super) fn of(&self, place: &Place) -> Option<usize> {
        match place.id {
            Some(id) => self.of_id(id),
            None => self.by_path.get(place.path.as_str()).copied(),
        }
    }

    /// The place of an existing group.
    pub(super) fn of_id(&self, group: GroupId) -> Option<usize> {
        self.by_id.get(&group).copied()
    }

    /// Shows an existing group with all above it.
    fn grow(&mut self, group: GroupId) {
        let mut above = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = self.world.groups.get(&group);
        while let Some(group) = at.filter(|group| !self.by_id.contains_key(&group.id) && seen.insert(group.id)) {
            above.push(group);
            // What stands above the root group is not shown.
            at = if group.id == self.world.root { None } else { self.world.groups.get(&group.parent) };
        }
        for group in above.into_iter().rev() {
            let sprout = self.sprout(group);
            self.by_id.insert(group.id, self.sprouts.len());
            self.sprouts.push(sprout);
        }
    }

    fn sprout(&self, group: &Group) -> Sprout {
        let is_root = group.id == self.world.root;
        let parent = if is_root { None } else { self.by_id.get(&group.parent).copied() };
        let above = parent.and_then(|parent| self.sprouts.get(parent)).map(|sprout| &sprout.group);
        let below_root = above.is_some_and(|above| matches!(above.kind, GroupKind::Root | GroupKind::Ordinary));
        let kind = match (is_root, self.disabled == Some(group.id), below_root) {
            (true, _, _) => GroupKind::Root,
            (false, true, _) => GroupKind::Disabled,
            (false, false, true) => GroupKind::Ordinary,
            (false, false, false) => GroupKind::Outside,
        };
        let level = above.map_or(usize::from(!is_root), |above| above.level + 1);
        Sprout::new(group.name.trim(), parent, level, kind)
    }

    /// Adds the groups that are to be created; they come from the top down.
    fn sow(&mut self, preview: &'a Preview<'a>) {
        let coming: BTreeSet<&str> = preview.guarded.create_groups.iter().map(|group| group.path.as_str()).collect();
        for group in &preview.whole.create_groups {
            let parent = self.of(&group.parent);
            let above = parent.and_then(|parent| self.sprouts.get(parent));
            let level = above.map_or(1, |above| above.group.level + 1);
            let mut sprout = Sprout::new(group.name.as_str(), parent, level, GroupKind::Ordinary);
            sprout.group.what = What::Add;
            sprout.group.guarded = Guarded::when(|| !coming.contains(group.path.as_str()));
            self.by_path.insert(&group.path, self.sprouts.len());
            self.sprouts.push(sprout);
        }
    }

    fn mark_removed(&mut self, preview: &Preview<'_>) {
        let going: BTreeSet<GroupId> = preview.guarded.remove_groups.iter().map(|group| group.id).collect();
        for group in &preview.whole.remove_groups {
            let Some(sprout) = self.of_id(group.id).and_then(|place| self.sprouts.get_mut(place)) else { continue };
            sprout.group.what = What::Remove;
            sprout.group.guarded = Guarded::when(|| !going.contains(&group.id));
        }
    }
}

/// Groups that hold somebody of the source, or that the plan names.
fn concerned<'a>(preview: &'a Preview<'a>, matches: &'a Matches) -> impl Iterator<Item = GroupId> + 'a {
    let world = preview.inputs.world;
    let of_source =
        matches.of_account.keys().filter_map(move |user| world.users.get(user)).map(|account| account.group);
    let users = preview.whole.users.iter().flat_map(|user| [user.from.id, user.to.id]);
    let invited = preview.whole.invitations.iter().map(|invitation| invitation.group.id);
    let parents = preview.whole.create_groups.iter().map(|group| group.parent.id);
    let disabled = std::iter::once(preview.inputs.policy.leavers.group);
    of_source.chain(users.chain(invited).chain(parents).chain(disabled).flatten())
}
