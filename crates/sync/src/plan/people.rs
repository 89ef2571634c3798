//! What happens to an account that an active row matches.

use super::build::Desk;
use super::{Change, Field, Invitation, Kind, LeftOut, Place, UserPlan};
use crate::identity::Pass;
use crate::roster::Row;
use crate::world::{Account, Origin, State};
use timecamp_scim_core::models::Role;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// Everything that happens to an account whose row is active.
pub(super) fn existing(desk: &Desk<'_>, account: &Account, row: &Row, pass: Pass) -> Result<Option<UserPlan>, LeftOut> {
    let policy = desk.inputs.policy;
    if policy.ignored.contains(&account.id) {
        return Ok(None);
    }
    let new = desk.is_new(account);
    if account.origin == Origin::Manual && !desk.is_pending(account) && !policy.manual_users.on() {
        return Ok(None);
    }
    let mut draft = Draft::new(account, desk.groups.existing(account.group));
    draft.name(&row.name);
    if follows(desk, row, pass) {
        draft.email(row, pass);
    }
    let comes_back = account.state == State::Disabled;
    let leaves_disabled = comes_back && policy.leavers.group == Some(account.group);
    if new || policy.moves.on() || leaves_disabled {
        draft.group(desk.place(row), "the source's department");
    }
    if new || policy.roles.on() {
        let is_me = desk.inputs.world.me == Some(account.id);
        if is_me && account.role == Role::Administrator.id() && row.role != Role::Administrator {
            draft.kept = Some("the key's own user keeps the administrator role".to_owned());
        } else {
            draft.role(row.role.id(), "the source's role");
        }
    }
    if comes_back {
        draft.push(Field::Disabled, "yes", "no", &format!("active in the source; found by {}", pass.words()));
    }
    if policy.external_ids.on() && !row.external_id.is_empty() {
        draft.differing(Field::ExternalId, &account.external_id, &row.external_id, "the source's identity");
    }
    // An additional address that is some row's own is how that row is found: it is never overwritten.
    if !desk.row_addresses.contains(address_key(&account.additional_email).as_str())
        && let Some(address) = desk.additional_email(row, &draft.primary)
        && address_key(&address) != address_key(&account.additional_email)
    {
        draft.push(Field::AdditionalEmail, &account.additional_email, &address, "the source's second address");
    }
    if desk.is_pending(account) {
        draft.owe();
    }
    draft.finish(if comes_back { Kind::Reenable } else { Kind::Update })
}

fn follows(desk: &Desk<'_>, row: &Row, pass: Pass) -> bool {
    let policy = desk.inputs.policy;
    let synced = policy.external_ids.on() && !row.external_id.is_empty();
    let by_id = match pass {
        Pass::ExternalId => true,
        Pass::SecondAddress => synced,
        Pass::Primary | Pass::Additional => false,
    };
    policy.primary_follows.on() && by_id
}

/// What is left to do for somebody who was just invited, once TimeCamp shows them. `group` is where they were invited.
pub fn finishing(invitation: &Invitation, user: UserId, name: &str, at: GroupId, group: GroupId) -> UserPlan {
    let why = "a new user is finished";
    let change = |field, old: &str, new: &str| Change {
        field,
        old: old.to_owned(),
        new: new.to_owned(),
        reason: why.to_owned(),
    };
    let place = |id| Place { id: Some(id), path: invitation.group.path.clone() };
    let named = !invitation.name.is_empty() && invitation.name != name;
    let mut changes = Vec::new();
    changes.extend(named.then(|| change(Field::Name, name, &invitation.name)));
    changes.extend((at != group).then(|| change(Field::Group, &at.to_string(), &invitation.group.path)));
    let ordinary = invitation.role == Role::User.id();
    changes.extend((!ordinary).then(|| change(Field::Role, &role_name(Role::User.id()), &role_name(invitation.role))));
    changes.extend(invitation.external_id.as_ref().map(|id| change(Field::ExternalId, "", id)));
    changes.extend(invitation.additional_email.as_ref().map(|email| change(Field::AdditionalEmail, "", email)));
    if changes.is_empty() {
        changes.push(change(Field::AddedManually, "1", "0"));
    }
    UserPlan {
        user,
        email: invitation.email.clone(),
        name: name.to_owned(),
        kind: Kind::Update,
        from: place(at),
        to: place(group),
        role: invitation.role,
        role_before: Role::User.id(),
        changes,
    }
}

/// A user's changes as they come together.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    account: &'a Account,
    from: Place,
    to: Place,
    role: u64,
    primary: String,
    changes: Vec<Change>,
    kept: Option<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(account: &'a Account, from: Place) -> Self {
        let to = from.clone();
        let primary = account.email.clone();
        Self { account, from, to, role: account.role, primary, changes: Vec::new(), kept: None }
    }

    pub(super) fn push(&mut self, field: Field, old: &str, new: &str, reason: &str) {
        let change = Change { field, old: old.to_owned(), new: new.to_owned(), reason: reason.to_owned() };
        self.changes.push(change);
    }

    fn differing(&mut self, field: Field, old: &str, new: &str, reason: &str) {
        if old != new {
            self.push(field, old, new, reason);
        }
    }

    fn name(&mut self, name: &str) {
        if !name.is_empty() {
            let old = self.account.name.clone();
            self.differing(Field::Name, &old, name, "the source's name");
        }
    }

    fn email(&mut self, row: &Row, pass: Pass) {
        if address_key(&self.account.email) != row.key {
            let old = self.account.email.clone();
            self.push(Field::Email, &old, &row.email, &format!("found by {}", pass.words()));
            self.primary.clone_from(&row.email);
        }
    }

    pub(super) fn group(&mut self, to: Place, reason: &str) {
        if to.id != Some(self.account.group) {
            let (old, new) = (self.from.path.clone(), to.path.clone());
            self.push(Field::Group, &old, &new, reason);
            self.to = to;
        }
    }

    fn role(&mut self, role: u64, reason: &str) {
        if role != self.account.role {
            self.push(Field::Role, &role_name(self.account.role), &role_name(role), reason);
            self.role = role;
        }
    }

    /// Notes that `added_manually` is owed from an earlier run, when nothing else would bring it back to 0.
    pub(super) fn owe(&mut self) {
        if self.changes.is_empty() {
            self.push(Field::AddedManually, "1", "0", "an earlier run ended before it could write this");
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(super) fn finish(self, kind: Kind) -> Result<Option<UserPlan>, LeftOut> {
        if self.is_empty() {
            return match self.kept {
                Some(reason) => Err(LeftOut { subject: self.account.email.clone(), reason }),
                None => Ok(None),
            };
        }
        Ok(Some(UserPlan {
            user: self.account.id,
            email: self.account.email.clone(),
            name: self.account.name.clone(),
            kind,
            from: self.from,
            to: self.to,
            role: self.role,
            role_before: self.account.role,
            changes: self.changes,
        }))
    }
}

/// TimeCamp's role number in words.
pub(super) fn role_name(role: u64) -> String {
    Role::of_id(role).map_or_else(|| format!("role {role}"), |role| role.to_string())
}
