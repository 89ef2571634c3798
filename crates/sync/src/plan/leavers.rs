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
        Verdict::Disable | Verdict::DisableThere | Verdict::Move => Kind::Deactivate,
    };
    if matches!(verdict, Verdict::Disable | Verdict::DisableThere) {
        let matched = desk.matches.of_account.contains_key(&account.id);
        let reason = if matched { "inactive in the source" } else { "not in the source" };
        draft.push(Field::Disabled, "no", "yes", reason);
    }
    if let (Verdict::Disable | Verdict::Move, Some(group)) = (&verdict, policy.leavers.group) {
        draft.group(desk.groups.existing(group), "disabled users go there");
    }
    owed(desk, account, &mut draft);
    match verdict {
        Verdict::Leave(Some(reason)) if draft.is_empty() => Err(LeftOut { subject: account.email.clone(), reason }),
        Verdict::Leave(_) | Verdict::Disable | Verdict::DisableThere | Verdict::Move => draft.finish(kind),
    }
}

enum Verdict {
    /// Nothing happens, and why when that is worth a line.
    Leave(Option<String>),
    /// Disabled, and moved if there is a group for that.
    Disable,
    /// Disabled where they are: an earlier run meant to.
    DisableThere,
    /// Only moved.
    Move,
}

fn judge(desk: &Desk<'_>, account: &Account) -> Verdict {
    let policy = desk.inputs.policy;
    let matched = desk.matches.of_account.contains_key(&account.id);
    let ours = matched || within(desk, account.group);
    let enabled = account.state == State::Enabled;
    if desk.inputs.world.me == Some(account.id) {
        let note = "the key's own user is never disabled or moved to the disabled-users group";
        return Verdict::Leave((ours && enabled).then(|| note.to_owned()));
    }
    let displaced = !matched && account.addresses().any(|key| desk.row_addresses.contains(key.as_str()));
    if enabled && !displaced && owes(desk, account, Setting::DisabledUser) == Some("1") {
        return if ours { Verdict::Disable } else { Verdict::DisableThere };
    }
    if !ours {
        return Verdict::Leave(None);
    }
    if !enabled {
        return Verdict::Move;
    }
    if displaced {
        return Verdict::Leave(Some("its address is in the source, but that row went to another account".to_owned()));
    }
    if account.origin == Origin::Manual && !desk.is_pending(account) && !policy.manual_users.on() {
        return Verdict::Leave(None);
    }
    if policy.leavers.disable.on() { Verdict::Disable } else { Verdict::Move }
}

/// What an earlier run left to be written.
fn owes<'d>(desk: &Desk<'d>, account: &Account, setting: Setting) -> Option<&'d str> {
    desk.inputs.pending.settings.get(&account.id)?.settings.get(setting.name()).map(String::as_str)
}

/// Whether prepare did not have to drop this account's person for a defect of the source.
fn is_ours(desk: &Desk<'_>, account: &Account) -> bool {
    !account.addresses().any(|key| desk.inputs.roster.unplaced.contains(&key))
}

/// Whether a group is the root group, below it, or the disabled-users group: people elsewhere are not ours.
fn within(desk: &Desk<'_>, group: GroupId) -> bool {
    desk.inputs.policy.leavers.group == Some(group) || desk.ours.contains(&group)
}

/// What an earlier run left for this account besides, unless a row of the source says whose it is.
fn owed(desk: &Desk<'_>, account: &Account, draft: &mut Draft<'_>) {
    let reason = "left over from an earlier run";
    let fresh = |value: &&str, now: &str, taken: bool| !taken && *value != now;
    if let Some(id) = owes(desk, account, Setting::ExternalId)
        .filter(|id| fresh(id, &account.external_id, desk.external_ids.contains(id)))
    {
        draft.push(Field::ExternalId, &account.external_id, id, reason);
    }
    // Nor is an address taken away by which a row, or somebody whom prepare had to drop, finds this account.
    let speaks = |address: &str| {
        let key = address_key(address);
        desk.row_addresses.contains(key.as_str()) || desk.inputs.roster.unplaced.contains(&key)
    };
    if let Some(address) = owes(desk, account, Setting::AdditionalEmail).filter(|address| {
        fresh(address, &account.additional_email, speaks(address) || speaks(&account.additional_email))
    }) {
        draft.push(Field::AdditionalEmail, &account.additional_email, address, reason);
    }
    if desk.is_pending(account) {
        draft.owe();
    }
}
