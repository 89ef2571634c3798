//! An account with attendance, the binary, and what is in both.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sandbox::{Entry, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

pub(crate) const KEY: &str = "tc-key-0123456789";

/// An account with so many people besides its owner (user 1): users 901, 902 …, `p901@x.test` …, external id `e901` ….
pub(crate) fn account(people: u64) -> Value {
    let owner = json!({ "user_id": "1", "email": "owner@x.test", "display_name": "Owner", "group_id": "100",
        "role_id": "1", "settings": {} });
    let person = |id: u64| {
        json!({
            "user_id": id.to_string(),
            "email": format!("p{id}@x.test"),
            "display_name": format!("Person {id}"),
            "group_id": "100",
            "role_id": "3",
            "settings": { "external_id": format!("e{id}"), "additional_email": format!("second{id}@y.test") },
        })
    };
    let users: Vec<Value> = std::iter::once(owner).chain((901..901 + people).map(person)).collect();
    let kind = |id: u64, name: &str, day_off: bool| {
        json!({ "id": id, "slug": name, "name": name, "isDayOff": day_off, "isDefault": id == 12, "isActive": true,
            "options": { "color": "eeeeee" } })
    };
    json!({
        "api_key": KEY,
        "me": "1",
        "root": "100",
        "groups": [{ "group_id": "100", "name": "Acme", "parent_id": "0" }],
        "users": users,
        "day_types": {
            "12": kind(12, "Working Day", false),
            "13": kind(13, "Vacation", true),
            "14": kind(14, "Sick Leave", true),
            "15": kind(15, "Home office", false),
        },
    })
}

/// The same with something else at its top.
pub(crate) fn with(mut account: Value, name: &str, value: Value) -> Value {
    account[name] = value;
    account
}

/// A whole-day leave of a person.
pub(crate) fn leave(person: u64, start: &str, finish: &str, day_type: &str) -> Value {
    json!({ "email": format!("p{person}@x.test"), "external_id": format!("e{person}"), "start_on": start,
        "finish_on": finish, "tc_leave_type": day_type, "half_day": null })
}

/// The same entry with other values.
pub(crate) fn but(mut entry: Value, more: Value) -> Value {
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

/// The binary with the settings for this account and a file of these leaves, as the Python version writes it.
pub(crate) fn stage(sandbox: &Sandbox, leaves: Value) -> Run {
    let file = format!("{:#}", json!({ "vacation": leaves }));
    Run::new(env!("CARGO_BIN_EXE_sync-time-off")).sandbox(sandbox).file("var/vacation.json", file)
}

/// The days in TimeCamp, as `p901@x.test 2026-03-02 13 0/480`: day type, minutes of work and of vacation.
pub(crate) fn days(sandbox: &Sandbox) -> Vec<String> {
    let view = sandbox.view();
    let rows = view["attendance"].as_array().unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter()
        .map(|row| {
            let [email, day, kind, work, vacation] =
                ["email", "day", "day_type", "should_be", "vacation"].map(|name| text(&row[name]));
            format!("{email} {day} {kind} {work}/{vacation}")
        })
        .collect()
}

/// What was written, as `901: 2026-03-02 2026-03-03`: user and days.
pub(crate) fn sent(sandbox: &Sandbox) -> Vec<String> {
    let writes = sandbox.writes();
    writes
        .iter()
        .map(|entry| {
            assert!(entry.is("POST", "attendance/*/user"), "{entry:?}");
            let days: Vec<&str> =
                entry.body.as_array().unwrap().iter().map(|item| item["day"].as_str().unwrap()).collect();
            format!("{}: {}", user_of(entry), days.join(" "))
        })
        .collect()
}

/// Whose attendance a request is about.
pub(crate) fn user_of(entry: &Entry) -> String {
    entry.route.split('/').nth(1).unwrap().to_owned()
}

/// The day so many days after another.
pub(crate) fn after(day: &str, days: i64) -> String {
    day.parse::<Date>().unwrap().saturating_add(days.days()).to_string()
}
