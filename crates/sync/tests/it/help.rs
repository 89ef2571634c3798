//! What the tests share.

use sandbox::{Entry, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::{Done, Run};

/// The key's own user, who is in the root group as its administrator.
pub(crate) const OWNER: &str = "owner@acme.example";

/// `sync` in a fresh folder against `sandbox`, with `rows` prepared.
pub(crate) fn sync(sandbox: &Sandbox, rows: &Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_sync")).sandbox(sandbox).hasty().file("var/timecamp_users.json", rows.to_string())
}

/// A prepared row.
pub(crate) fn row(email: &str, path: &str) -> Value {
    json!({
        "timecamp_external_id": format!("id-{email}"),
        "timecamp_user_name": email.split('@').next().unwrap_or_default(),
        "timecamp_email": email,
        "timecamp_groups_breadcrumb": path,
        "timecamp_status": "active",
        "timecamp_role": "user",
        "raw_data": {},
    })
}

/// A JSON object with some of its fields replaced.
pub(crate) fn with(mut object: Value, fields: Value) -> Value {
    if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
        object.extend(fields);
    }
    object
}

/// The owner's row.
pub(crate) fn owner_row() -> Value {
    with(row(OWNER, ""), json!({ "timecamp_role": "administrator" }))
}

/// A group of an account.
pub(crate) fn group(id: u64, name: &str, parent: u64) -> Value {
    json!({ "group_id": id, "name": name, "parent_id": parent })
}

/// A user of an account who is as [`row`] wants them.
pub(crate) fn user(id: u64, email: &str, group: u64) -> Value {
    json!({
        "user_id": id, "email": email, "display_name": email.split('@').next().unwrap_or_default(),
        "group_id": group, "role_id": "3", "settings": { "external_id": format!("id-{email}") },
    })
}

/// The owner's account, user 1.
pub(crate) fn owner() -> Value {
    with(user(1, OWNER, 100), json!({ "role_id": "1" }))
}

/// An account with the root group 100 `Acme` and the owner, these groups and these users besides.
pub(crate) fn account(groups: Vec<Value>, users: Vec<Value>) -> Value {
    let groups: Vec<Value> = std::iter::once(group(100, "Acme", 0)).chain(groups).collect();
    let users: Vec<Value> = std::iter::once(owner()).chain(users).collect();
    json!({ "api_key": "test-key-of-acme", "me": "1", "root": "100", "groups": groups, "users": users })
}

/// The account with these quirks.
pub(crate) fn quirky(account: Value, quirks: &Value) -> Value {
    with(account, json!({ "quirks": quirks }))
}

/// `person-007@x.test`
pub(crate) fn person(number: usize) -> String {
    format!("person-{number:03}@x.test")
}

/// `count` people in group 101 `Team`, and their rows: in sync.
pub(crate) fn team(count: usize) -> (Value, Vec<Value>) {
    let people = (1..=count).map(|number| user(1000 + number as u64, &person(number), 101)).collect();
    let rows = std::iter::once(owner_row()).chain((1..=count).map(|number| row(&person(number), "Team"))).collect();
    (account(vec![group(101, "Team", 100)], people), rows)
}

/// One user of the sandbox's view, by address.
#[track_caller]
pub(crate) fn seen(sandbox: &Sandbox, email: &str) -> Value {
    let view = sandbox.view();
    view["users"].get(email).cloned().unwrap_or_else(|| panic!("{email} is not in TimeCamp: {}", view["users"]))
}

/// Whether the sandbox's account has a group of this path.
pub(crate) fn has_group(sandbox: &Sandbox, path: &str) -> bool {
    sandbox.view()["groups"].as_array().unwrap().iter().any(|group| group == path)
}

/// How many are disabled.
pub(crate) fn disabled(sandbox: &Sandbox) -> usize {
    sandbox.view()["users"].as_object().unwrap().values().filter(|user| user["disabled"] == true).count()
}

/// How often each address was in an invitation that TimeCamp carried out.
pub(crate) fn invitations(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in sandbox.journal().iter().filter(|entry| entry.is("POST", "group/*/user") && carried_out(entry)) {
        for email in entry.body["email"].as_array().unwrap() {
            *counts.entry(email.as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Whether the service did what it was asked; a status of 0 is an answer that was lost.
pub(crate) fn carried_out(entry: &Entry) -> bool {
    matches!(entry.status, 0 | 200..=299) && entry.note.as_deref() != Some("fault: dropped before")
}

/// What can be compared of writes: method, path, body.
pub(crate) fn asked(writes: &[Entry]) -> Vec<(String, String, Value)> {
    let mut asked: Vec<_> =
        writes.iter().map(|entry| (entry.method.clone(), entry.path.clone(), entry.body.clone())).collect();
    asked.sort_by_key(|(method, path, body)| (method.clone(), path.clone(), body.to_string()));
    asked
}

/// Runs `case` for every item, a few at once; the failures in words.
pub(crate) fn in_parallel<T: Sync>(items: &[T], case: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Some(failure) = case(item) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

/// `Err` with the whole run unless it ended with this code.
pub(crate) fn ended(done: Done, code: i32) -> Result<Done, String> {
    if done.code == code { Ok(done) } else { Err(format!("expected exit {code}, got {done}")) }
}

/// `Err` with what differs between two views.
pub(crate) fn same_view(have: &Value, want: &Value) -> Result<(), String> {
    let mut wrong = Vec::new();
    if have["groups"] != want["groups"] {
        wrong.push(format!("groups {} instead of {}", have["groups"], want["groups"]));
    }
    let (have, want) = (have["users"].as_object().unwrap(), want["users"].as_object().unwrap());
    for email in have.keys().chain(want.keys()).collect::<std::collections::BTreeSet<_>>() {
        if have.get(email) != want.get(email) {
            wrong.push(format!("{email}: {:?}\n   instead of {:?}", have.get(email), want.get(email)));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// `Err` unless nothing is pending in the folder and the account is in sync.
pub(crate) fn settled(run: &Run) -> Result<(), String> {
    for (file, empty) in [("var/pending_new_users.json", json!([])), ("var/pending_user_settings.json", json!({}))] {
        if run.exists(file) && run.json(file) != empty {
            return Err(format!("{file} is not empty: {}", run.json(file)));
        }
    }
    ended(run.go(&["--check"]), 0).map(drop)
}
