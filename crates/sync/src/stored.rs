//! A plan that is stored, looked at, and then carried out exactly as it was stored.

use crate::plan::{Change, Field, Kind, OldGroup, Place, Plan, Releases, UserPlan};
use crate::settings::Policy;
use crate::world::{Account, State, Tree, World};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::Refusal;
use timecamp_scim_core::models::Role;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::storage::sha256_hex;
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// Version of the stored plan's shape; docs/schema/plan.schema.json describes it.
const SCHEMA: u32 = 1;
/// How long a stored plan may be carried out.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A plan with what it was based on. Also what `--json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPlan {
    /// Version of this shape.
    pub schema: u32,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// What it was based on.
    pub basis: Basis,
    /// The plan.
    pub plan: Plan,
    /// SHA-256 over basis, time and plan: a plan that was edited is refused.
    pub digest: String,
}

/// What a plan was based on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// TimeCamp's host.
    pub domain: String,
    /// The root group.
    pub root_group: GroupId,
    /// SHA-256 of the input.
    pub input_sha256: String,
    /// SHA-256 of the settings that shape a plan.
    pub settings_sha256: String,
    /// The one person it is about, with `--only`.
    pub only: Option<String>,
}

impl Basis {
    /// The basis of a plan made now.
    pub fn new(domain: &str, world: &World, input_sha256: &str, policy: &Policy, only: Option<&str>) -> Self {
        Self {
            domain: domain.to_owned(),
            root_group: world.root,
            input_sha256: input_sha256.to_owned(),
            // What was learned about TimeCamp is no setting.
            settings_sha256: sha256_hex(format!("{:?}", Policy { depth: None, ..policy.clone() }).as_bytes()),
            only: only.map(str::to_owned),
        }
    }
}

impl StoredPlan {
    /// Puts a plan and its basis together.
    pub fn new(basis: Basis, plan: Plan, made_at: Timestamp) -> Result<Self, serde_json::Error> {
        let digest = digest(&basis, &plan, made_at)?;
        Ok(Self { schema: SCHEMA, made_at, basis, plan, digest })
    }

    /// Reads a stored plan; what is not whole, or was edited, is refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let stored: Self = serde_json::from_slice(bytes).map_err(|error| {
            Refusal::Input(format!("the stored plan is not readable ({error}). Make it again with --plan-out"))
        })?;
        let same = digest(&stored.basis, &stored.plan, stored.made_at).is_ok_and(|digest| digest == stored.digest);
        if same && stored.schema == SCHEMA {
            Ok(stored)
        } else {
            Err(refused("was edited, or was made by another version"))
        }
    }

    /// A release lets through what is in the plan; what the plan withholds is not in it, and nobody has looked at it.
    pub fn check_releases(&self, releases: Releases) -> Result<(), Refusal> {
        let useless = releases.flags().find_map(|(guard, flag)| Some((flag, self.plan.withheld_by(guard)?)));
        let Some((flag, withheld)) = useless else { return Ok(()) };
        Err(Refusal::Usage(format!(
            "{flag} cannot let through what the stored plan already withholds: that is not part of it. Nothing was \
             changed. Make the plan again with --plan-out and the flag that is named here, look at it, and apply it with \
             the same flag: {}",
            withheld.message
        )))
    }

    /// Whether it may be carried out on this account now.
    pub fn check(&self, basis: &Basis, world: &World, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
        let Basis { domain, root_group, input_sha256, settings_sha256, only: _ } = &self.basis;
        if *domain != basis.domain || *root_group != basis.root_group {
            return Err(refused(&format!("is for {domain}, root group {root_group}, and not for this account")));
        }
        if *input_sha256 != basis.input_sha256 {
            return Err(refused("was made from another file of prepared users"));
        }
        if *settings_sha256 != basis.settings_sha256 {
            return Err(refused("was made with other settings"));
        }
        let age = now.duration_since(self.made_at);
        if age > LIFE || age < SignedDuration::from_mins(-5) {
            return Err(refused(&format!("was made at {:.0}, more than 24 hours away", self.made_at)));
        }
        let mut moved = moved(&self.plan, world);
        moved.extend(enabled_since(&self.plan, world, policy));
        if moved.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = moved.iter().take(10).map(String::as_str).collect();
        Err(refused(&format!("no longer fits the account, which has changed in what it touches: {}", shown.join("; "))))
    }
}

fn refused(what: &str) -> Refusal {
    Refusal::Input(format!(
        "the stored plan {what}. Nothing was changed. Make it again with --plan-out, look at it, and apply it"
    ))
}

fn digest(basis: &Basis, plan: &Plan, made_at: Timestamp) -> Result<String, serde_json::Error> {
    Ok(sha256_hex(&serde_json::to_vec(&(SCHEMA, basis, plan, made_at))?))
}

/// Where the account is not as the plan found it.
fn moved(plan: &Plan, world: &World) -> Vec<String> {
    let tree = Tree::new(world);
    let mut moved = Vec::new();
    for user in plan.users.iter().filter(|user| world.me == Some(user.user)) {
        let loses = user.role_before == Role::Administrator.id() && user.role != user.role_before;
        if user.kind == Kind::Deactivate || loses {
            moved.push(format!("{} is the key's own user now, who is never disabled or demoted", user.email));
        }
    }
    for user in &plan.users {
        match world.users.get(&user.user) {
            Some(account) => moved.extend(user_moved(user, account, &tree)),
            None => moved.push(format!("{} is gone", user.email)),
        }
    }
    for invitation in &plan.invitations {
        let key = address_key(&invitation.email);
        if world.users.values().any(|account| account.addresses().any(|address| address == key)) {
            moved.push(format!("{} exists", invitation.email));
        }
    }
    for group in &plan.create_groups {
        let exists = group.parent.id.is_some_and(|parent| tree.child(parent, &group.name).is_some());
        moved.extend(exists.then(|| format!("the group {} exists", group.path)));
    }
    let targets = plan.users.iter().map(|user| &user.to);
    let targets = targets.chain(plan.invitations.iter().map(|invitation| &invitation.group));
    let targets: BTreeMap<GroupId, &str> = targets
        .chain(plan.create_groups.iter().map(|group| &group.parent))
        .filter_map(|Place { id, path }| Some(((*id)?, path.as_str())))
        .collect();
    let gone = targets.iter().filter(|(id, _)| !world.groups.contains_key(id));
    moved.extend(gone.map(|(_, path)| format!("the group {path} is gone")));
    moved.extend(no_longer_empty(plan, world, &tree));
    moved
}

/// Who goes to the disabled-users group because they were disabled, and no longer are.
fn enabled_since(plan: &Plan, world: &World, policy: &Policy) -> Vec<String> {
    if !policy.leavers.disable.on() {
        return Vec::new(); // Enabled people go there, too.
    }
    let only_moved = plan.of_kind(Kind::Deactivate).filter(|user| user.change(Field::Disabled).is_none());
    let enabled =
        only_moved.filter(|user| world.users.get(&user.user).is_some_and(|account| account.state == State::Enabled));
    enabled.map(|user| format!("{} was enabled again", user.email)).collect()
}

/// Groups to be removed that are gone, or that would not be empty when their turn comes.
fn no_longer_empty(plan: &Plan, world: &World, tree: &Tree<'_>) -> Vec<String> {
    let going: BTreeSet<GroupId> = plan.remove_groups.iter().map(|group| group.id).collect();
    let leaving: BTreeSet<UserId> = plan.users.iter().filter(|user| user.moves()).map(|user| user.user).collect();
    let stays = |account: &&Account| going.contains(&account.group) && !leaving.contains(&account.id);
    let occupied: BTreeSet<GroupId> = world.users.values().filter(stays).map(|account| account.group).collect();
    let trouble = plan.remove_groups.iter().filter_map(|OldGroup { id, path, parent: _ }| {
        if !world.groups.contains_key(id) {
            Some(format!("{path} is gone"))
        } else if occupied.contains(id) {
            Some(format!("{path} has people"))
        } else if tree.children(*id).iter().any(|child| !going.contains(child)) {
            Some(format!("there is a group below {path}"))
        } else {
            None
        }
    });
    trouble.collect()
}

fn user_moved(user: &UserPlan, account: &Account, tree: &Tree<'_>) -> Vec<String> {
    let mut moved = Vec::new();
    for Change { field, old, new: _, reason: _ } in &user.changes {
        let now = match field {
            Field::Name => account.name.clone(),
            Field::Email => account.email.clone(),
            // Elsewhere under the same name is elsewhere, too: that is said below.
            Field::Group if user.from.id != Some(account.group) => old.clone(),
            Field::Group => tree.path(account.group),
            Field::Role if account.role == user.role_before => old.clone(),
            Field::Role => format!("role {}", account.role),
            Field::Disabled => if account.state == State::Disabled { "yes" } else { "no" }.to_owned(),
            Field::ExternalId => account.external_id.clone(),
            Field::AdditionalEmail => account.additional_email.clone(),
            Field::AddedManually => old.clone(),
        };
        if now != *old {
            moved.push(format!("{}'s {} is `{now}`, not `{old}`", user.email, field.words()));
        }
    }
    if user.moves() && user.change(Field::Role).is_none() && account.role != user.role_before {
        // A move carries the role: with the one the plan knew it would undo what somebody has changed since.
        moved.push(format!("{}'s role has changed", user.email));
    }
    if user.from.id != Some(account.group) {
        let (group, path) = (account.group, tree.path(account.group));
        moved.push(format!("{} is in another group ({path}, group {group})", user.email));
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use timecamp_scim_core::timecamp::Group;

    #[test]
    fn a_plan_lives_for_a_day_and_is_not_from_the_future() {
        let root = Group { id: GroupId(1), name: "Acme".to_owned(), parent: GroupId(0) };
        let world = World {
            me: None,
            root: root.id,
            users: BTreeMap::new(),
            groups: BTreeMap::from([(root.id, root)]),
            guests: BTreeMap::new(),
        };
        let basis = Basis {
            domain: "app.timecamp.com".to_owned(),
            root_group: GroupId(1),
            input_sha256: "a".to_owned(),
            settings_sha256: "b".to_owned(),
            only: None,
        };
        let policy = Policy::from_env(&mut [].into_iter().collect());
        let made = Timestamp::from_second(1_800_000_000).unwrap();
        let stored = StoredPlan::new(basis.clone(), Plan::default(), made).unwrap();
        let after = |seconds| made.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        for (seconds, holds) in [(0, true), (24 * 3600, true), (24 * 3600 + 1, false), (-60, true), (-600, false)] {
            assert_eq!(stored.check(&basis, &world, &policy, after(seconds)).is_ok(), holds, "{seconds} s later");
        }
    }
}
