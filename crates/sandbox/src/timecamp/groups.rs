//! `group`.

use serde_json::{Value, json};

use super::account::{Account, Group};
use super::quirks::Order;
use super::shape::Pen;
use crate::call::{Answer, Call, id_of, text_of};

const NOT_ALLOWED: &str = "You can not change this group";

pub(super) fn list(account: &Account) -> Answer {
    let pen = Pen::new(&account.quirks);
    let row = |(id, group): (&u64, &Group)| json!({ "group_id": pen.id(*id), "name": group.name, "parent_id": pen.id(group.parent) });
    let mut rows: Vec<Value> = account.groups.iter().map(row).collect();
    if account.quirks.order == Order::Reverse {
        rows.reverse();
    }
    Answer::ok(&Value::Array(rows))
}

/// Makes a group whether or not its parent has one of that name: the real one does not look either.
pub(super) fn create(account: &mut Account, call: &Call) -> Answer {
    let name = call.field("name").map(text_of).unwrap_or_default();
    if name.trim().is_empty() {
        return Answer::message(400, "You must send valid group fields to change: name, parent_id");
    }
    let parent = match call.field("parent_id") {
        None | Some(Value::Null) => account.root,
        Some(value) => id_of(value).unwrap_or_default(),
    };
    let usable = account.groups.get(&parent).is_some_and(|group| group.usable_at <= call.now);
    if !usable {
        return Answer::message(403, NOT_ALLOWED);
    }
    if account.quirks.refuse.group(&name) {
        return Answer::message(403, "You can not create this group");
    }
    let line = account.line(parent);
    if account.quirks.max_depth_below_root.is_some_and(|levels| line.len() > levels) {
        return Answer::message(404, "You can create groups only up to level 4");
    }
    let id = account.next_group();
    let usable_at = call.now + account.quirks.group_usable_after_ms;
    account.groups.insert(id, Group { name: name.clone(), parent, usable_at });
    let pen = Pen::new(&account.quirks);
    Answer::ok(&json!({
        "group_id": pen.id(id),
        "name": name,
        "admin_id": pen.id(account.me),
        "parent_id": pen.id(parent),
        "root_group_id": pen.id(line.last().copied().unwrap_or(account.root)),
    }))
}

pub(super) fn change(account: &mut Account, call: &Call) -> Answer {
    let id = call.field("group_id").and_then(id_of).unwrap_or_default();
    let name = call.field("name").map(text_of);
    let parent = call.field("parent_id").and_then(id_of);
    if name.is_none() && parent.is_none() {
        return Answer::message(400, "You must send valid group fields to change: name, parent_id");
    }
    let circle =
        parent.is_some_and(|parent| !account.groups.contains_key(&parent) || account.line(parent).contains(&id));
    match account.groups.get_mut(&id) {
        Some(group) if !circle => {
            group.name = name.unwrap_or_else(|| std::mem::take(&mut group.name));
            group.parent = parent.unwrap_or(group.parent);
            Answer::empty()
        }
        Some(_) | None => Answer::message(403, NOT_ALLOWED),
    }
}

/// Children are not removed but move below the root, as the specification says; people go there too.
pub(super) fn remove(account: &mut Account, call: &Call) -> Answer {
    let id = call.field("group_id").and_then(id_of).unwrap_or_default();
    if account.groups.get(&id).is_none_or(|group| group.parent == 0) {
        return Answer::message(403, "You can not remove this group");
    }
    let top = account.line(id).last().copied().unwrap_or(account.root);
    account.groups.remove(&id);
    for child in account.groups.values_mut().filter(|group| group.parent == id) {
        child.parent = top;
    }
    let members: Vec<u64> = account.members(id).map(|(user, _)| user).collect();
    for member in members {
        account.change(member, |user| {
            user.elsewhere.remove(&id);
            if user.group == id {
                user.group = top;
            }
        });
    }
    Answer::empty()
}
