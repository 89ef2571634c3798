//! fetch-hibob as an administrator runs it, against HiBob in memory.

#![expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's own helpers are tests too")]

mod fields;
mod search;
mod secrets;
mod supervisors;
mod trouble;

use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

const USER: &str = "SERVICE-4711";
const TOKEN: &str = "token-of-acme";

/// A HiBob with these people.
fn company(employees: Value) -> Sandbox {
    quirky(employees, json!({}))
}

/// The same with quirks.
fn quirky(employees: Value, quirks: Value) -> Sandbox {
    Sandbox::start(world(employees, quirks))
}

fn world(employees: Value, quirks: Value) -> Value {
    json!({ "hibob": { "service_user_id": USER, "token": TOKEN, "employees": employees, "quirks": quirks } })
}

/// Somebody who is taken, with `more` fields at the top, or others in their place.
fn person(number: u64, more: Value) -> Value {
    let mut person = json!({
        "id": number.to_string(),
        "fullName": format!("Person {number}"),
        "email": format!("person{number}@x.test"),
        "work": { "department": "2211", "title": "77", "isManager": false, "reportsTo": null, "startDate": "2020-01-01" },
        "internal": { "status": "Active", "lifecycleStatus": "employed" },
        "humanReadable": { "work": { "department": "Ops", "title": "Clerk" } },
    });
    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person
}

/// Somebody who reports to another.
fn reporting(number: u64, to: Value) -> Value {
    let mut person = person(number, json!({}));
    *person.pointer_mut("/work/reportsTo").unwrap() = json!({ "id": to, "email": "boss@x.test" });
    person
}

/// So many people, numbered from 1.
fn people(count: u64) -> Value {
    (1..=count).map(|number| person(number, json!({}))).collect()
}

/// The binary with the settings for this HiBob.
fn fetch(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-hibob"))
        .env("HIBOB_API_URL", sandbox.hibob_url())
        .env("HIBOB_SERVICE_USER_ID", USER)
        .env("HIBOB_SERVICE_USER_TOKEN", TOKEN)
        .hasty()
}

/// Their external ids in the order of the file.
fn order(run: &Run) -> Vec<String> {
    column(run, "external_id").iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// One field of everybody in the file, in its order.
fn column(run: &Run, field: &str) -> Vec<Value> {
    run.users().iter().map(|user| user.get(field).cloned().unwrap_or_default()).collect()
}

/// A run that ends with this code, says this, and leaves a file that was there before and all else as it was.
#[track_caller]
fn fails(run: &Run, code: i32, words: &[&str]) {
    run.write("var/users.json", r#"{"users": [{"external_id": "before", "status": "active"}]}"#);
    let before = run.files();
    let done = words.iter().fold(run.go(&[]).expect(code), |done, words| done.says(words));
    assert_eq!(run.files(), before, "{done}");
}
