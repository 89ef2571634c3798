//! `me`, `users`, `user`, `people_picker`.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::quirks::Order;
use super::shape::{Pen, collect, php_map};
use crate::call::{Answer, Call, id_of, text_of};

/// What `POST user` can change; of the rest TimeCamp only knows the names.
const FIELDS: [&str; 8] = [
    "language",
    "display_name",
    "email",
    "time_zone",
    "current_password",
    "new_password",
    "confirm_new_password",
    "summary",
];

pub(super) fn me(account: &Account) -> Answer {
    let pen = Pen::new(&account.quirks);
    let Some(user) = account.users().get(&account.me) else { return Answer::message(403, "User not found") };
    Answer::ok(&json!({
        "user_id": pen.id(account.me),
        "email": pen.email(&user.email),
        "register_time": "2021-03-25 11:35:52",
        "display_name": user.display_name,
        "synch_time": null,
        "root_group_id": pen.id(account.root),
        "permissions": { "time_tracking_admin": true, "create_projects": true, "can_view_rates": true },
    }))
}

pub(super) fn list(account: &Account, call: &Call) -> Answer {
    let pen = Pen::new(&account.quirks);
    let visible = account.users().iter().filter(|(_, user)| user.visible_at <= call.now);
    let active_only = call.param("active_only").is_some_and(|value| value == "true" || value == "1");
    let wanted = visible.filter(|(_, user)| !active_only || user.setting("disabled_user") != Some("1"));
    let mut rows: Vec<(u64, Value)> = wanted
        .map(|(id, user)| {
            let row = json!({
                "group_id": pen.id(user.group),
                "user_id": pen.id(*id),
                "email": pen.email(&user.email),
                "display_name": user.display_name,
                "login_count": "3",
                "login_time": "2026-01-02 08:00:00",
                "synch_time": null,
            });
            (*id, row)
        })
        .collect();
    if account.quirks.order == Order::Reverse {
        rows.reverse();
    }
    Answer::ok(&collect(account.quirks.users, rows.into_iter()))
}

pub(super) fn edit(account: &mut Account, call: &Call) -> Answer {
    let not_allowed = Answer::message(403, "You can not change this user");
    let id = match call.field("user_id") {
        // Without an id it is the owner of the key who is changed.
        None | Some(Value::Null) => account.me,
        Some(value) if text_of(value).contains(',') || value.is_array() => {
            return Answer::message(403, "You can change one user at time");
        }
        Some(value) => match id_of(value) {
            Some(id) => id,
            None => return not_allowed,
        },
    };
    if account.visible(id, call.now).is_none() || account.quirks.refuse.user(id) {
        return not_allowed;
    }
    if !FIELDS.iter().any(|field| call.field(field).is_some()) {
        let message = format!("You must send valid group fields to change: {}", FIELDS.join(", "));
        return Answer::message(400, &message);
    }
    let name = call.field("display_name").map(text_of);
    let email = call.field("email").map(text_of);
    if let Some(address) = &email {
        if !address.contains('@') {
            return Answer::message(400, &format!("invalid email {address}"));
        }
        if account.id_by_email(address).is_some_and(|owner| owner != id) {
            return Answer::message(400, "This email is already in use");
        }
    }
    account.change(id, |user| {
        user.display_name = name.or_else(|| user.display_name.take());
        user.email = email.unwrap_or_else(|| std::mem::take(&mut user.email));
        user.mark_manual();
    });
    Answer::empty()
}

pub(super) fn picker(account: &Account, call: &Call) -> Answer {
    if call.param("context").is_none() {
        return Answer::message(400, "Missing required parameter: context");
    }
    let pen = Pen::new(&account.quirks);
    let groups: Map<String, Value> = account
        .groups
        .keys()
        .map(|group| {
            let visible = account.members(*group).filter(|(_, user)| user.visible_at <= call.now);
            let users = visible.map(|(id, user)| (id.to_string(), json!({ "role_id": pen.id(user.role_in(*group)) })));
            let row = json!({ "group_id": pen.id(*group), "users": php_map(users.collect()) });
            (group.to_string(), row)
        })
        .collect();
    Answer::ok(&json!({ "groups": php_map(groups) }))
}
