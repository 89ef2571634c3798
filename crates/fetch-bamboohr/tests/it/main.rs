//! fetch-bamboohr as an administrator runs it, against BambooHR in memory.

#![expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")]
#![expect(clippy::unwrap_used, reason = "a test's own helpers are tests too")]

mod fields;
mod pages;
mod secrets;
mod settings;
mod supervisors;
mod trouble;
mod writing;

use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

/// A BambooHR with these employees.
fn office(employees: Value) -> Sandbox {
    quirky(employees, json!({}))
}

/// The same with `quirks`.
fn quirky(employees: Value, quirks: Value) -> Sandbox {
    Sandbox::start(world(employees, quirks))
}

fn world(employees: Value, quirks: Value) -> Value {
    json!({ "bamboohr": { "subdomain": "acme", "api_key": "key-of-acme", "employees": employees, "quirks": quirks } })
}

/// An employee who is taken, with `more` fields or others in their place.
fn employee(number: u64, more: Value) -> Value {
    let mut employee = json!({
        "employeeNumber": number.to_string(),
        "name": format!("Person {number}"),
        "email": format!("person{number}@x.test"),
        "jobInformationDepartment": "Works",
        "employmentStatus": "Full-Time",
        "hireDate": "2020-01-01",
        "status": "Active",
        "supervisorId": "",
    });
    employee.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    employee
}

/// So many employees, numbered from 1.
fn employees(count: u64) -> Value {
    (1..=count).map(|number| employee(number, json!({}))).collect()
}

/// The binary with the settings for this BambooHR.
fn fetch(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-bamboohr")).sandbox(sandbox)
}

/// The users in the file by their external ids.
fn ids(run: &Run) -> Vec<String> {
    run.users().iter().map(|user| user["external_id"].as_str().unwrap().to_owned()).collect()
}
