//! Puts a plan together: who is who, which groups, what happens to each person, which groups go.

use super::groups::{Groups, Missing};
use super::guard::{self, Guards, Releases};
use super::{Forgotten, Invitation, InvitedBefore, LeftOut, Plan, empty, leavers, people};
use crate::identity::{Matches, identify};
use crate::pending::Pending;
use crate::roster::{Roster, Row};
use crate::settings::{Limits, Policy};
use crate::world::{Tree, World};
use std::collections::BTreeSet;
use timecamp_scim_core::models::Status;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// Everything that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The account as observed.
    pub world: &'a World,
    /// The people that TimeCamp should have.
    pub roster: &'a Roster,
    /// The settings.
    pub policy: &'a Policy,
    /// What earlier runs left.
    pub pending: &'a Pending,
}

/// What the parts of the plan share.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) matches: Matches,
    pub(super) groups: Groups<'a>,
    /// Every row's address.
    pub(super) row_addresses: BTreeSet<&'a str>,
    /// Every row's external id.
    pub(super) external_ids: BTreeSet<&'a str>,
    /// The root group and everything below it.
    pub(super) ours: BTreeSet<GroupId>,
}

/// Whom a plan is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everybody.
    Everybody,
    /// One person, by address as it compares, and the groups they need; nothing is removed.
    Only(&'a str),
}

/// Makes the plan. No clock, no client, no environment, no log: what was decided against or withheld is part of it.
pub fn plan(inputs: &Inputs<'_>, limits: Limits, releases: Releases, scope: Scope<'_>) -> Plan {
    let tree = Tree::new(inputs.world);
    let desk = Desk::new(*inputs, &tree);
    let mut plan = Plan { left_out: desk.left_out(&tree), forgotten: desk.forgotten(), ..Plan::default() };
    desk.decide_people(&mut plan);
    plan.invitations = desk.invitations();
    plan.create_groups = desk.groups.planned().to_vec();
    let guards = Guards { world: inputs.world, policy: inputs.policy, limits, releases };
    if let Scope::Only(address) = scope {
        super::only::narrow(&mut plan, &desk, address);
        guards.hold_people(&mut plan);
        return plan;
    }
    guards.hold_people(&mut plan);
    if inputs.policy.empty_group_removal.on() {
        plan.remove_groups = empty::removals(inputs, &tree, desk.groups.needed(), &plan);
        guards.hold_removals(&mut plan, guard::below_root(&desk.ours));
    }
    plan
}

/// The plan that only removes empty groups: what `remove-empty-groups` carries out.
pub fn removals(inputs: &Inputs<'_>, limits: Limits, releases: Releases) -> Plan {
    let tree = Tree::new(inputs.world);
    let desk = Desk::new(*inputs, &tree);
    let mut plan = Plan::default();
    plan.remove_groups = empty::removals(inputs, &tree, desk.groups.needed(), &plan);
    let guards = Guards { world: inputs.world, policy: inputs.policy, limits, releases };
    guards.hold_removals(&mut plan, guard::below_root(&desk.ours));
    plan
}

impl<'a> Desk<'a> {
    fn new(inputs: Inputs<'a>, tree: &'a Tree<'a>) -> Self {
        let matches = identify(inputs.world, inputs.roster, inputs.policy);
        let missing = if inputs.policy.group_creation.on() { Missing::Create } else { Missing::Leave };
        let mut groups = Groups::new(inputs.world, tree, inputs.policy.depth);
        for (number, row) in inputs.roster.rows.iter().enumerate() {
            let exists = matches.of_row.contains_key(&number);
            let comes = inputs.policy.invitations.on() || exists;
            if row.status == Status::Active && matches.counts(number) && comes {
                groups.need(&row.path, missing);
            }
        }
        let row_addresses = inputs.roster.rows.iter().map(|row| row.key.as_str()).collect();
        let external_ids = inputs.roster.rows.iter().map(|row| row.external_id.as_str()).collect();
        Self { inputs, matches, groups, row_addresses, external_ids, ours: tree.below(inputs.world.root) }
    }

    fn decide_people(&self, plan: &mut Plan) {
        for account in self.inputs.world.users.values() {
            let decided = match self.active_row(account.id) {
                Some((row, pass)) => people::existing(self, account, row, pass),
                None => leavers::leaver(self, account),
            };
            match decided {
                Ok(Some(user)) => plan.users.push(user),
                Ok(None) => {}
                Err(left_out) => plan.left_out.push(left_out),
            }
        }
    }

    /// The row of an account, active or not.
    pub(super) fn row_address(&self, account: UserId) -> Option<&'a str> {
        let (number, _) = self.matches.of_account.get(&account)?;
        self.inputs.roster.rows.get(*number).map(|row| row.key.as_str())
    }

    /// The active row of an account.
    fn active_row(&self, account: UserId) -> Option<(&'a Row, crate::identity::Pass)> {
        let (number, pass) = self.matches.of_account.get(&account)?;
        let row = self.inputs.roster.rows.get(*number)?;
        (row.status == Status::Active).then_some((row, *pass))
    }

    /// Where a row belongs.
    pub(super) fn place(&self, row: &Row) -> super::Place {
        self.groups.place(&row.path)
    }

    /// The additional address to write for a row, given the primary address its account will have. Another row's
    /// address is never written: it would take that person's account from them at the next run.
    pub(super) fn additional_email(&self, row: &Row, primary: &str) -> Option<String> {
        let key = address_key(&row.real_email);
        let of_another = key != row.key && self.row_addresses.contains(key.as_str());
        let wanted = !key.is_empty() && key != address_key(primary) && !of_another;
        (wanted && self.inputs.policy.additional_emails.on()).then(|| row.real_email.clone())
    }

    fn invitations(&self) -> Vec<Invitation> {
        if !self.inputs.policy.invitations.on() {
            return Vec::new();
        }
        let rows = self.inputs.roster.rows.iter().enumerate().filter(|(number, row)| {
            row.status == Status::Active && self.matches.counts(*number) && !self.matches.of_row.contains_key(number)
        });
        rows.map(|(_, row)| self.invitation(row)).collect()
    }

    fn invitation(&self, row: &Row) -> Invitation {
        let before = self.inputs.pending.new_users.contains_key(&row.key);
        let synced = self.inputs.policy.external_ids.on() && !row.external_id.is_empty();
        Invitation {
            email: row.email.clone(),
            name: row.name.clone(),
            group: self.place(row),
            role: row.role.id(),
            additional_email: self.additional_email(row, &row.email),
            external_id: synced.then(|| row.external_id.clone()),
            invited_before: if before { InvitedBefore::Perhaps } else { InvitedBefore::No },
        }
    }

    fn left_out(&self, tree: &Tree<'_>) -> Vec<LeftOut> {
        let row =
            |number: &usize| self.inputs.roster.rows.get(*number).map(|row| row.email.clone()).unwrap_or_default();
        let repeated = self.matches.repeated.iter().map(|number| LeftOut {
            subject: row(number),
            reason: "the file has this address more than once; the first active row counts".to_owned(),
        });
        let displaced = self.matches.displaced.iter().map(|number| LeftOut {
            subject: row(number),
            reason: "this address belongs to an account that another row of the file got; nobody is invited".to_owned(),
        });
        let address = |id: &UserId| self.inputs.world.users.get(id).map(|user| user.email.clone()).unwrap_or_default();
        let rivals = self.matches.rivals.iter().map(|(rival, winner, key)| LeftOut {
            subject: address(rival),
            reason: format!("user {rival} shares its {key} with user {winner}, which is the older one and counts"),
        });
        let names = self.groups.rivals.iter().map(|(rival, winner)| LeftOut {
            subject: tree.path(*rival),
            reason: format!(
                "group {rival} has the name of group {winner} beside it, which is the older one and serves"
            ),
        });
        let levels = self.inputs.policy.depth.unwrap_or_default();
        let cut = self.groups.cut().map(|(path, place)| LeftOut {
            subject: path.to_string(),
            reason: format!(
                "TimeCamp allowed only {levels} levels of groups when this was last tried; the people belong in {}. \
                 Run once with --try-deeper-groups to try again",
                place.path
            ),
        });
        repeated.chain(displaced).chain(rivals).chain(names).chain(cut).collect()
    }

    fn forgotten(&self) -> Vec<Forgotten> {
        let Inputs { world, roster, pending, .. } = self.inputs;
        let gone = pending.settings.iter().filter(|(id, _)| !world.users.contains_key(id));
        let gone = gone.map(|(id, entry)| Forgotten { email: entry.email.clone(), user: Some(*id) });
        if pending.new_users.is_empty() {
            return gone.collect();
        }
        let known: BTreeSet<String> = world.users.values().map(|user| address_key(&user.email)).collect();
        let active: BTreeSet<&str> =
            roster.rows.iter().filter(|row| row.status == Status::Active).map(|row| row.key.as_str()).collect();
        let left = pending.new_users.iter().filter(|(key, _)| !known.contains(*key) && !active.contains(key.as_str()));
        gone.chain(left.map(|(_, entry)| Forgotten { email: entry.email.clone(), user: None })).collect()
    }

    /// Whether an earlier run was changing this account when it ended.
    pub(super) fn is_pending(&self, account: &crate::world::Account) -> bool {
        let pending = self.inputs.pending;
        pending.settings.contains_key(&account.id) || self.is_new(account)
    }

    /// Whether an earlier run was inviting this account when it ended.
    pub(super) fn is_new(&self, account: &crate::world::Account) -> bool {
        self.inputs.pending.new_users.contains_key(&address_key(&account.email))
    }
}
