//! `--only ADDRESS`: what concerns one person, and the groups they need.

use super::build::Desk;
use super::{Place, Plan};
use std::collections::BTreeSet;
use timecamp_scim_core::names::address_key;

/// Leaves in `plan` what concerns the person of `address`, in the source or in TimeCamp.
pub(super) fn narrow(plan: &mut Plan, desk: &Desk<'_>, address: &str) {
    let key = address_key(address);
    let concerns = |user: &super::UserPlan| {
        let in_timecamp = desk
            .inputs
            .world
            .users
            .get(&user.user)
            .is_some_and(|account| account.addresses().any(|found| found == key));
        in_timecamp || desk.row_address(user.user) == Some(key.as_str())
    };
    plan.users.retain(concerns);
    plan.invitations.retain(|invitation| address_key(&invitation.email) == key);
    let paths = paths(desk, &key);
    plan.left_out.retain(|left| address_key(&left.subject) == key || paths.contains(&left.subject));
    plan.forgotten.retain(|forgotten| address_key(&forgotten.email) == key);
    let places =
        plan.users.iter().map(|user| &user.to).chain(plan.invitations.iter().map(|invitation| &invitation.group));
    let mut needed: BTreeSet<String> =
        places.filter(|place| place.id.is_none()).map(|place| place.path.clone()).collect();
    for group in plan.create_groups.iter().rev() {
        let Place { id, path } = &group.parent;
        if needed.contains(&group.path) && id.is_none() {
            needed.insert(path.clone());
        }
    }
    plan.create_groups.retain(|group| needed.contains(&group.path));
    // How many need each group is how many of this plan do: guards let go of groups that nobody is left for.
    let below = |group: &str, place: &Place| place.id.is_none() && is_at_or_below(&place.path, group);
    for group in &mut plan.create_groups {
        let users = plan.users.iter().filter(|user| below(&group.path, &user.to)).count();
        group.people = users + plan.invitations.iter().filter(|one| below(&group.path, &one.group)).count();
    }
}

/// Where the source has this person.
fn paths(desk: &Desk<'_>, key: &str) -> BTreeSet<String> {
    let (world, matches) = (desk.inputs.world, &desk.matches);
    let is_theirs = |number: &usize| {
        let account = matches.of_row.get(number).and_then(|id| world.users.get(id));
        account.is_some_and(|account| account.addresses().any(|found| found == key))
    };
    let rows = desk.inputs.roster.rows.iter().enumerate();
    rows.filter(|(number, row)| row.key == key || is_theirs(number)).map(|(_, row)| row.path.to_string()).collect()
}

fn is_at_or_below(path: &str, group: &str) -> bool {
    path.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
