//! What happens to an account that no active row matches.

use super::build::Desk;
use super::people::Draft;
use super::{Field, Kind, LeftOut, UserPlan};
use crate::world::{Account, Origin, State};
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::{GroupId, Setting};

/// Everything that happens to an account that is not active in the source.
pub(super) fn leaver(desk: &Desk<'_>, account: &Account) -> Result<Option<UserPlan>, LeftOut> {
    let policy = desk.inputs.policy;
    if policy.ignored.contains(&account.id) {
        return Ok(None);
    }
    let mut draft = Draft::new(account, desk.groups.existing(account.group));
    let verdict = if is_ours(desk, account) { judge(desk, account) } else { Verdict::Leave(None) };
    let kind = match &verdict {
        Verdict::Leave(_) => Kind::Update,
        Verdict::Disable | Verdict::Move => Kind::Deactivate,
    };
    if matches!(verdict, Verdict::Disable) {
        let matched = desk.matches.of_account.contains_key(&account.id);
        let reason = if matched { "inactive in the source" } else { "not in the source" };
        draft.push(Field::Disabled, "no", "yes", reason);
    }
    if let (Verdict::Disable | Verdict::Move, Some(group)) = (&verdict, policy.leavers.group) {
        draft.group(desk.groups.existing(group), "disabled users go there");
    }
    owed(desk, account, &mut draft);
    match (draft.is_empty(), verdict) {
        (true, Verdict::Leave(Some(reason))) => Err(LeftOut { subject: account.email.clone(), reason }),
        (true, Verdict::Leave(None) | Verdict::Disable | Verdict::Move) => Ok(None),
        (false, Verdict::Leave(_) | Verdict::Disable | Verdict::Move) => draft.finish(kind),
    }
}

enum Verdict {
    /// Nothing happens, and why when that is worth a line.
    Leave(Option<String>),
    /// Disabled, and moved if there is a group for that.
    Disable,
    /// Only moved.
    Move,
}

fn judge(desk: &Desk<'_>, account: &Account) -> Verdict {
    let policy = desk.inputs.policy;
    let matched = desk.matches.of_account.contains_key(&account.id);
    if !matched && !within(desk, account.group) {
        return Verdict::Leave(None);
    }
    if desk.inputs.world.me == Some(account.id) {
        return Verdict::Leave(
            (account.state == State::Enabled)
                .then(|| "the key's own user is never disabled or moved to the disabled-users group".to_owned()),
        );
    }
    if account.state == State::Disabled {
        return Verdict::Move;
    }
    let found_by_address = account.addresses().any(|key| desk.row_addresses.contains(key.as_str()));
    if !matched && found_by_address {
        return Verdict::Leave(Some("its address is in the source, but that row went to another account".to_owned()));
    }
    if account.origin == Origin::Manual && !desk.is_pending(account) && !policy.manual_users.on() {
        return Verdict::Leave(None);
    }
    if policy.leavers.disable.on() { Verdict::Disable } else { Verdict::Move }
}

/// Whether prepare did not have to drop this account's person for a defect of the source.
fn is_ours(desk: &Desk<'_>, account: &Account) -> bool {
    !account.addresses().any(|key| desk.inputs.roster.unplaced.contains(&key))
}

/// Whether a group is the root group, below it, or the disabled-users group: people elsewhere are not ours.
fn within(desk: &Desk<'_>, group: GroupId) -> bool {
    desk.inputs.policy.leavers.group == Some(group) || desk.ours.contains(&group)
}

/// What an earlier run left for this account; the source, which does not have it as active, does not say otherwise.
fn owed(desk: &Desk<'_>, account: &Account, draft: &mut Draft<'_>) {
    let reason = "left over from an earlier run";
    let is_me = desk.inputs.world.me == Some(account.id);
    if let Some(entry) = desk.inputs.pending.settings.get(&account.id) {
        for (name, value) in &entry.settings {
            let (field, old) = match Setting::of_name(name) {
                Some(Setting::DisabledUser) => {
                    let wanted = value == "1" && account.state == State::Enabled && !is_me;
                    if wanted && !draft.has(Field::Disabled) {
                        draft.push(Field::Disabled, "no", "yes", reason);
                    }
                    continue;
                }
                Some(Setting::ExternalId) => (Field::ExternalId, &account.external_id),
                Some(Setting::AdditionalEmail) if desk.row_addresses.contains(address_key(value).as_str()) => continue,
                Some(Setting::AdditionalEmail) => (Field::AdditionalEmail, &account.additional_email),
                Some(Setting::AddedManually) | None => continue,
            };
            if old != value {
                draft.push(field, old, value, reason);
            }
        }
    }
    if desk.is_pending(account) {
        draft.owe();
    }
}
