//! The account as it will be when a plan was carried out: for previews, and to show that one run settles.

use super::{Field, Invitation, Kind, Place, Plan, UserPlan};
use crate::world::{Account, Origin, State, World};
use std::collections::BTreeMap;
use timecamp_scim_core::timecamp::{Group, GroupId, UserId};

impl World {
    /// This account after `plan`. New groups and users get the next free numbers.
    #[must_use]
    pub fn after(&self, plan: &Plan) -> Self {
        let mut world = self.clone();
        let mut made = BTreeMap::new();
        let free = world.groups.keys().last().map_or(1, |id| id.0 + 1);
        for (next, group) in (free..).zip(&plan.create_groups) {
            let parent = number(&group.parent, &made).unwrap_or(world.root);
            let id = GroupId(next);
            made.insert(group.path.clone(), id);
            world.groups.insert(id, Group { id, name: group.name.clone(), parent });
        }
        for user in &plan.users {
            if let Some(account) = world.users.get_mut(&user.user) {
                change(account, user, &made);
            }
        }
        let free = world.users.keys().last().map_or(1, |id| id.0 + 1);
        for (next, invitation) in (free..).zip(&plan.invitations) {
            let id = UserId(next);
            let group = number(&invitation.group, &made).unwrap_or(world.root);
            world.users.insert(id, invited(id, invitation, group));
        }
        for group in &plan.remove_groups {
            world.groups.remove(&group.id);
        }
        world
    }
}

fn number(place: &Place, made: &BTreeMap<String, GroupId>) -> Option<GroupId> {
    place.id.or_else(|| made.get(&place.path).copied())
}

fn change(account: &mut Account, user: &UserPlan, made: &BTreeMap<String, GroupId>) {
    for change in &user.changes {
        match change.field {
            Field::Name => account.name.clone_from(&change.new),
            Field::Email => account.email.clone_from(&change.new),
            Field::Group => account.group = number(&user.to, made).unwrap_or(account.group),
            Field::Role => account.role = user.role,
            Field::Disabled => {
                account.state = if user.kind == Kind::Reenable { State::Enabled } else { State::Disabled };
            }
            Field::ExternalId => account.external_id.clone_from(&change.new),
            Field::AdditionalEmail => account.additional_email.clone_from(&change.new),
            Field::AddedManually => {}
        }
    }
    account.origin = Origin::Synced;
}

fn invited(id: UserId, invitation: &Invitation, group: GroupId) -> Account {
    let local = invitation.email.split('@').next().unwrap_or_default();
    Account {
        id,
        email: invitation.email.clone(),
        name: if invitation.name.is_empty() { local.to_owned() } else { invitation.name.clone() },
        group,
        role: invitation.role,
        additional_email: invitation.additional_email.clone().unwrap_or_default(),
        external_id: invitation.external_id.clone().unwrap_or_default(),
        origin: Origin::Synced,
        state: State::Enabled,
    }
}
