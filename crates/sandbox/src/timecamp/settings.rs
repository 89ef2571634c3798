//! `user/{ids}/setting`.

use serde_json::{Map, Value, json};

use super::account::{Account, User};
use super::quirks::{AllUnset, Shape};
use super::shape::Pen;
use crate::call::{Answer, Call, text_of};

/// Names that are not settings, though they look like ones.
const NOT_SETTINGS: [&str; 5] = ["user_id", "role_id", "group_id", "email", "pass_hash"];

/// One setting of one user as documented (`?name=`), or several of several users (`?name[]=`).
pub(super) fn read(account: &Account, call: &Call, ids: &str) -> Answer {
    let ids: Vec<u64> = ids.split(',').filter_map(|id| id.trim().parse().ok()).collect();
    if let ([id], Some(name)) = (ids.as_slice(), call.param("name")) {
        return read_one(account, call, *id, name);
    }
    let wanted = |key: &str| key == "name" || (key.starts_with("name[") && key.ends_with(']'));
    let names: Vec<&str> = call.query.iter().filter(|(key, _)| wanted(key)).map(|(_, name)| name.as_str()).collect();
    if names.is_empty() {
        return Answer::message(400, "Missing required parameter: name");
    }
    let pen = Pen::new(&account.quirks);
    let found: Vec<(u64, Vec<Value>)> = ids
        .iter()
        .filter_map(|id| account.visible(*id, call.now).map(|user| (*id, user)))
        .map(|(id, user)| (id, names.iter().filter_map(|name| row(&pen, id, user, name)).collect()))
        .collect();
    if found.iter().all(|(_, rows)| rows.is_empty()) {
        match account.quirks.all_unset {
            AllUnset::Bare => return Answer::ok(&json!([])),
            AllUnset::NotFound => return Answer::json(404, &json!([])),
            AllUnset::Usual => {}
        }
    }
    Answer::ok(&match account.quirks.settings {
        Shape::List => found.into_iter().flat_map(|(_, rows)| rows).collect(),
        Shape::Map => {
            let users = found.into_iter().map(|(id, rows)| (id.to_string(), Value::Array(rows)));
            Value::Object(users.collect::<Map<_, _>>())
        }
    })
}

fn read_one(account: &Account, call: &Call, id: u64, name: &str) -> Answer {
    let pen = Pen::new(&account.quirks);
    let found = account.visible(id, call.now).and_then(|user| row(&pen, id, user, name));
    found.map_or_else(|| Answer::json(404, &json!([])), |found| Answer::ok(&found))
}

fn row(pen: &Pen<'_>, id: u64, user: &User, name: &str) -> Option<Value> {
    let value = user.settings.get(name)?;
    Some(json!({ "userId": pen.id(id), "name": name, "value": pen.setting(value) }))
}

pub(super) fn write(account: &mut Account, call: &Call, id: &str) -> Answer {
    let value = call.field("value").map(text_of).unwrap_or_default();
    put(account, call, id, Some(value))
}

pub(super) fn clear(account: &mut Account, call: &Call, id: &str) -> Answer {
    put(account, call, id, None)
}

fn put(account: &mut Account, call: &Call, id: &str, value: Option<String>) -> Answer {
    let name = call.field("name").map(text_of).unwrap_or_default();
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let settable = plain && !name.is_empty() && !NOT_SETTINGS.contains(&name.as_str());
    let id = id.parse().unwrap_or_default();
    let allowed = account.visible(id, call.now).is_some() && !account.quirks.refuse.user(id);
    if !settable || !allowed {
        return Answer::message(403, &format!("Setting {name} cannot be changed"));
    }
    let pen = Pen::new(&account.quirks);
    let shown = value.as_deref().map_or(json!(""), |value| pen.setting(value));
    let answer = Answer::ok(&json!({ "userId": pen.id(id), "name": name, "value": shown }));
    account.change(id, |user| {
        if name != "added_manually" {
            user.mark_manual();
        }
        match value {
            Some(value) => user.settings.insert(name, value),
            None => user.settings.remove(&name),
        };
    });
    answer
}
