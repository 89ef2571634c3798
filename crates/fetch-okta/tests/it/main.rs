//! fetch-okta as an administrator runs it, against Okta in memory.

#![expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's own helpers are tests too")]

mod checks;
mod fields;
mod groups;
mod pages;
mod secrets;
mod statuses;
mod supervisors;
mod trouble;

use sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::Run;

const TOKEN: &str = "00-token-of-acme";

/// An Okta with these users and no groups.
fn org(users: Value) -> Sandbox {
    quirky(users, json!([]), json!({}))
}

/// The same with groups.
fn org_with(users: Value, groups: Value) -> Sandbox {
    quirky(users, groups, json!({}))
}

/// The same with quirks.
fn quirky(users: Value, groups: Value, quirks: Value) -> Sandbox {
    Sandbox::start(json!({ "okta": { "api_token": TOKEN, "users": users, "groups": groups, "quirks": quirks } }))
}

/// An active user with the id `00u{number}` and `more` in the profile, or in its fields' place.
fn user(number: u64, more: Value) -> Value {
    let mut profile = json!({
        "login": format!("login{number}@x.test"),
        "email": format!("person{number}@x.test"),
        "displayName": format!("Person {number}"),
        "department": "Works",
        "employeeNumber": (1000 + number).to_string(),
        "managerId": null,
    });
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "id": id(number), "status": "ACTIVE", "profile": profile })
}

/// The user in another status.
fn in_status(status: &str, mut user: Value) -> Value {
    user["status"] = json!(status);
    user
}

/// So many users, numbered from 1; each but the first has the one before as supervisor.
fn users(count: u64) -> Value {
    (1..=count)
        .map(|number| user(number, if number > 1 { json!({ "managerId": id(number - 1) }) } else { json!({}) }))
        .collect()
}

fn id(number: u64) -> String {
    format!("00u{number:05}")
}

fn ids(numbers: &[u64]) -> Value {
    numbers.iter().map(|number| id(*number)).collect()
}

/// The binary with the settings for this Okta.
fn fetch(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-okta"))
        .env("OKTA_ORG_URL", sandbox.okta_url())
        .env("OKTA_API_TOKEN", TOKEN)
        .hasty()
}

/// The users in the file by their external ids.
fn written(run: &Run) -> BTreeMap<String, Value> {
    run.users().into_iter().map(|user| (user["external_id"].as_str().unwrap().to_owned(), user)).collect()
}

/// Their external ids in the order of the file.
fn order(run: &Run) -> Vec<String> {
    run.users().iter().map(|user| user["external_id"].as_str().unwrap().to_owned()).collect()
}

/// One field of everybody in the file, by external id.
fn column(run: &Run, field: &str) -> BTreeMap<String, Value> {
    written(run).into_iter().map(|(id, user)| (id, user[field].clone())).collect()
}

/// A run that ends with this code, says this, and leaves a file that was there before and all else as it was.
#[track_caller]
fn fails(run: &Run, code: i32, words: &[&str]) {
    run.write("var/users.json", r#"{"users": [{"external_id": "before", "status": "active"}]}"#);
    let before = run.files();
    let done = words.iter().fold(run.go(&[]).expect(code), |done, words| done.says(words));
    assert_eq!(run.files(), before, "{done}");
}
