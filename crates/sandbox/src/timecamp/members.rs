//! `group/{id}/user`: who is in a group, invitations, moves and roles.

use serde_json::{Map, Value, json};

use super::account::{Account, PLAIN_USER, User};
use super::quirks::{Batch, NewName, Shape};
use super::shape::{Pen, collect};
use crate::call::{Answer, Call, id_of, text_of};

/// The wide rows of the real thing, with secrets that nobody may log.
pub(super) fn list(account: &Account, call: &Call, group: &str) -> Answer {
    let Some(group) = known_group(account, group) else { return Answer::json(404, &json!([])) };
    let pen = Pen::new(&account.quirks);
    let shape = account.quirks.group_users;
    let visible = account.members(group).filter(|(_, user)| user.visible_at <= call.now);
    let rows = visible.map(|(id, user)| {
        let mut row = json!({
            "id": pen.id(id),
            "email": pen.email(&user.email),
            "additional_email": user.setting("additional_email"),
            "display_name": user.display_name,
            "role_id": pen.id(user.role_in(group)),
            "group_id": pen.id(group),
            "root_group_id": pen.id(account.root),
            "activated": "1",
            "login_time": "2026-01-02 08:00:00",
            "pass_hash": format!("secret-hash-of-{id}"),
            "forgotten_password_code": format!("secret-code-of-{id}"),
            "admin_pass": format!("secret-pass-of-{id}"),
            "activation_code": format!("secret-activation-of-{id}"),
        });
        if let (Shape::List, Some(row)) = (shape, row.as_object_mut()) {
            row.insert("user_id".to_owned(), pen.id(id));
        }
        (id, row)
    });
    Answer::ok(&collect(shape, rows))
}

fn known_group(account: &Account, group: &str) -> Option<u64> {
    group.parse().ok().filter(|id| account.groups.contains_key(id))
}

/// Without an id in the answer, and without a name: both have to be asked for afterwards.
pub(super) fn invite(account: &mut Account, call: &Call, group: &str) -> Answer {
    let Some(group) = known_group(account, group) else {
        return Answer::message(403, "You cannot invite people to this group");
    };
    let addresses: Vec<String> = match call.field("email") {
        Some(Value::Array(list)) => list.iter().map(text_of).collect(),
        Some(one) => vec![text_of(one)],
        None => Vec::new(),
    };
    if let Some(wrong) = addresses.iter().find(|address| !address.contains('@')) {
        return Answer::message(400, &format!("invalid email {wrong}"));
    }
    if addresses.is_empty() {
        return Answer::message(400, "invalid email ");
    }
    let refused = addresses.iter().position(|address| account.quirks.refuse.email(address));
    let invited = match (refused, account.quirks.refuse.batch) {
        (Some(first), _) if addresses.len() == 1 => Err((first, 0)),
        (Some(first), Batch::Whole) => Err((first, 0)),
        (Some(first), Batch::Partly) => Err((first, first)),
        (Some(_), Batch::Status) | (None, _) => Ok(()),
    };
    let dry = call.field("dry_run").map(text_of).is_some_and(|value| value == "1");
    let statuses: Map<String, Value> = addresses
        .iter()
        .take(invited.map_or_else(|(_, before)| before, |()| addresses.len()))
        .map(|address| {
            let status = if account.quirks.refuse.email(address) {
                "Error: this address cannot be invited"
            } else {
                invite_one(account, call, group, Guest { address, dry })
            };
            (Pen::new(&account.quirks).email(address), json!({ "status": status }))
        })
        .collect();
    match invited {
        Ok(()) => Answer::ok(&json!({ "statuses": statuses })),
        Err((first, _)) => {
            let address = addresses.get(first).map(String::as_str).unwrap_or_default();
            Answer::message(400, &format!("invalid email {address}"))
        }
    }
}

#[derive(Clone, Copy)]
struct Guest<'call> {
    address: &'call str,
    /// Only says what would happen.
    dry: bool,
}

fn invite_one(account: &mut Account, call: &Call, group: u64, guest: Guest<'_>) -> &'static str {
    let Guest { address, dry } = guest;
    let stranger = account.known.iter().find(|(known, _)| known.eq_ignore_ascii_case(address));
    let stranger = stranger.map(|(_, name)| name.clone());
    let member = account.id_by_email(address);
    let status = if member.is_some() || stranger.is_some() { "Add to group" } else { "Invite" };
    if dry {
        return status;
    }
    if let Some(id) = member {
        account.change(id, |user| move_to(user, group, None));
        return status;
    }
    let id = account.next_user();
    let mut user = User::new(address, group);
    user.display_name = stranger.or_else(|| match account.quirks.new_display_name {
        NewName::LocalPart => address.split('@').next().map(ToOwned::to_owned),
        NewName::Null => None,
        NewName::Empty => Some(String::new()),
    });
    user.visible_at = call.now + account.quirks.visible_after_ms;
    user.mark_manual();
    account.add(id, user);
    status
}

/// Somebody who changes groups without a role being named is a plain user there.
fn move_to(user: &mut User, group: u64, role: Option<u64>) {
    if user.group != group {
        user.elsewhere.remove(&group);
        user.group = group;
        user.role = PLAIN_USER;
    }
    user.role = role.unwrap_or(user.role);
    user.mark_manual();
}

/// `{"user_id": 901 or [901, 902], "group_id": 78, "role_id": 2}`: move, set a role, or both.
pub(super) fn place(account: &mut Account, call: &Call, group: &str) -> Answer {
    let Some(group) = known_group(account, group) else {
        return Answer::message(403, "You cannot change roles in this group");
    };
    let ids: Vec<u64> = match call.field("user_id") {
        Some(Value::Array(list)) => list.iter().filter_map(id_of).collect(),
        Some(one) => id_of(one).into_iter().collect(),
        None => Vec::new(),
    };
    let target = call.field("group_id").and_then(id_of);
    let role = call.field("role_id").and_then(id_of).filter(|role| *role != 0);
    if ids.is_empty() || (target.is_none() && role.is_none()) {
        return Answer::message(400, "You must send user_id and role_id or group_id");
    }
    if role.is_some_and(|role| ![1, 2, 3, 5].contains(&role)) {
        return Answer::message(400, "Invalid role_id");
    }
    if target.is_some_and(|target| !account.groups.contains_key(&target)) {
        return Answer::message(403, "You cannot move people to this group");
    }
    for id in &ids {
        // Who already is in the target group was moved by a request whose answer was lost.
        let here =
            |user: &User| user.group == group || user.elsewhere.contains_key(&group) || Some(user.group) == target;
        let found = account.visible(*id, call.now).is_some_and(here);
        if !found || account.quirks.refuse.user(*id) {
            return Answer::message(403, &format!("You cannot change roles of this user: [{id}]"));
        }
    }
    for id in &ids {
        account.change(*id, |user| match target {
            Some(target) => move_to(user, target, role),
            None => set_role(user, group, role),
        });
    }
    Answer::ok(&json!({ "user_id": ids, "role_id": role.unwrap_or(0), "group_id": target.unwrap_or(group) }))
}

fn set_role(user: &mut User, group: u64, role: Option<u64>) {
    let role = role.unwrap_or(PLAIN_USER);
    if user.group == group {
        user.role = role;
    } else {
        user.elsewhere.insert(group, role);
    }
    user.mark_manual();
}

pub(super) fn remove(account: &mut Account, call: &Call, group: &str) -> Answer {
    let Some(group) = known_group(account, group) else {
        return Answer::message(403, "You cannot remove users from this group");
    };
    let id = call.field("user_id").and_then(id_of).unwrap_or_default();
    let Some(user) = account.visible(id, call.now) else {
        return Answer::message(403, "User with specified ID wasn't found");
    };
    if account.quirks.refuse.user(id) || id == account.me {
        return Answer::message(403, "You cannot remove users from this group");
    }
    let wiped = user.group == group;
    if !wiped && !user.elsewhere.contains_key(&group) {
        return Answer::message(403, "User does not belong to this group");
    }
    if wiped {
        drop(account.take(id));
    } else {
        account.change(id, |user| {
            user.elsewhere.remove(&group);
        });
    }
    Answer::ok(&json!({ "status": "ok", "wiped": wiped }))
}
