//! Groups that nobody will be in.

use super::{Inputs, OldGroup, Plan};
use crate::world::{Tree, World};
use std::collections::BTreeSet;
use timecamp_scim_core::timecamp::GroupId;

/// The groups below the root group that nobody will be in after `plan`, with nothing but such groups below, leaves
/// first. Never a needed group, never the disabled-users group.
pub(super) fn removals(inputs: &Inputs<'_>, tree: &Tree<'_>, needed: &BTreeSet<GroupId>, plan: &Plan) -> Vec<OldGroup> {
    let world = inputs.world;
    let mut kept: BTreeSet<GroupId> = occupied(world, plan);
    kept.extend(needed);
    kept.extend(inputs.policy.leavers.group);
    kept.extend(plan.invitations.iter().filter_map(|invitation| invitation.group.id));
    let mut removals = Vec::new();
    for child in tree.children(world.root) {
        collect(*child, world, tree, &kept, &mut removals);
    }
    removals
}

/// Where people will be, or are listed besides.
pub(super) fn occupied(world: &World, plan: &Plan) -> BTreeSet<GroupId> {
    let mut groups: BTreeSet<GroupId> =
        world.guests.iter().filter(|(_, users)| !users.is_empty()).map(|(id, _)| *id).collect();
    let mut moved = plan.users.iter().peekable();
    for account in world.users.values() {
        while moved.next_if(|user| user.user < account.id).is_some() {}
        let to = moved.peek().filter(|user| user.user == account.id).and_then(|user| user.to.id.or(Some(GroupId(0))));
        groups.insert(to.unwrap_or(account.group));
    }
    groups
}

/// Whether the whole branch goes; adds what goes, children before parents.
fn collect(
    group: GroupId,
    world: &World,
    tree: &Tree<'_>,
    kept: &BTreeSet<GroupId>,
    removals: &mut Vec<OldGroup>,
) -> bool {
    let mut all_below = true;
    // A parent link that leads in a circle comes back to the root group.
    for child in tree.children(group).iter().filter(|child| **child != world.root) {
        all_below &= collect(*child, world, tree, kept, removals);
    }
    let goes = all_below && !kept.contains(&group);
    if goes && let Some(found) = world.groups.get(&group) {
        removals.push(OldGroup { id: group, path: tree.path(group), parent: found.parent });
    }
    goes
}
