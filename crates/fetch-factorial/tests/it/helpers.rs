//! A Factorial, the binary, and what both are asked.

use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

pub(crate) const KEY: &str = "7f3a-key-of-the-firm";

/// A Factorial with these employees, teams and leaves.
pub(crate) fn firm(employees: Value, teams: Value, leaves: Value) -> Value {
    json!({ "factorial": { "api_key": KEY, "employees": employees, "teams": teams, "leaves": leaves } })
}

/// The same with something more at the top of Factorial's part.
pub(crate) fn with(mut world: Value, name: &str, value: Value) -> Value {
    world["factorial"][name] = value;
    world
}

/// Only people.
pub(crate) fn people(employees: Value) -> Sandbox {
    Sandbox::start(firm(employees, json!([]), json!([])))
}

/// An employee who works there, with `more` fields or others in their place.
pub(crate) fn employee(id: u64, more: Value) -> Value {
    but(
        json!({
            "id": id,
            "access_id": 9000 + id,
            "first_name": "Person",
            "last_name": id.to_string(),
            "full_name": format!("Person {id}"),
            "email": format!("home{id}@y.test"),
            "login_email": format!("person{id}@x.test"),
            "manager_id": null,
            "active": true,
            "is_terminating": false,
            "terminated_on": null,
        }),
        more,
    )
}

/// So many employees, numbered from 1.
pub(crate) fn employees(count: u64) -> Value {
    (1..=count).map(|id| employee(id, json!({}))).collect()
}

pub(crate) fn team(id: u64, name: &str, members: &[u64]) -> Value {
    json!({ "id": id, "name": name, "employee_ids": members, "lead_ids": [], "company_id": 1 })
}

/// An approved leave of one day.
pub(crate) fn leave(id: u64, employee: u64, more: Value) -> Value {
    but(
        json!({
            "id": id,
            "employee_id": employee,
            "start_on": "2026-03-02",
            "finish_on": "2026-03-02",
            "half_day": null,
            "leave_type_id": 4,
            "leave_type_name": "Holidays",
            "approved": true,
            "deleted_at": null,
        }),
        more,
    )
}

pub(crate) fn but(mut record: Value, more: Value) -> Value {
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record
}

/// The binary with the settings for this Factorial; leaves of the year 2026.
pub(crate) fn fetch(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-factorial")).hasty().envs([
        ("FACTORIAL_API_KEY", KEY),
        ("FACTORIAL_API_URL", &sandbox.factorial_url()),
        ("FACTORIAL_LEAVES_FROM", "2026-01-01"),
        ("FACTORIAL_LEAVES_TO", "2026-12-31"),
    ])
}

/// The users in the file by their external ids.
pub(crate) fn ids(run: &Run) -> Vec<String> {
    run.users().iter().map(|user| user["external_id"].as_str().unwrap().to_owned()).collect()
}

/// The leaves in the file.
pub(crate) fn vacation(run: &Run) -> Vec<Value> {
    run.json("var/vacation.json")["vacation"].as_array().unwrap().clone()
}

/// How often a list was asked for.
pub(crate) fn asked(sandbox: &Sandbox, list: &str) -> usize {
    sandbox.journal().iter().filter(|entry| entry.is("GET", &format!("*/resources/{list}"))).count()
}
