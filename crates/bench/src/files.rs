//! Files as the stages exchange them.

use sandbox::Company;
use serde_json::{Value, json};
use std::io::{self, Write};

/// `var/users.json` of an invented company with this many people on its staff.
pub fn source(people: usize, to: &mut dyn Write) -> io::Result<()> {
    // Of a company's people about one in twenty is not on its staff.
    let company = Company::new(people + people / 18 + 10);
    to.write_all(b"{\"users\":[")?;
    for (number, record) in company.source_records().take(people).enumerate() {
        to.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *to, &record)?;
    }
    to.write_all(b"\n]}\n")
}

/// `var/timecamp_users.json` of the same company, which an account that is in sync has nothing to do with.
pub fn prepared(people: usize) -> Value {
    Company::new(people).prepared()
}

/// The same with one of a hundred people changed: their name, group, role or external id, in turn.
pub fn changed(people: usize) -> Value {
    let mut rows = prepared(people);
    let group = rows.pointer("/0/timecamp_groups_breadcrumb").cloned().unwrap_or_default();
    let few = rows.as_array_mut().into_iter().flatten().skip(50).step_by(100);
    for (number, row) in few.enumerate() {
        let (field, value) = match number % 4 {
            0 => ("timecamp_user_name", json!(format!("New Name {number}"))),
            1 => ("timecamp_groups_breadcrumb", group.clone()),
            2 => ("timecamp_role", json!("supervisor")),
            _ => ("timecamp_external_id", json!(format!("new-{number}"))),
        };
        if let Some(slot) = row.get_mut(field) {
            *slot = value;
        }
    }
    rows
}

/// People whom no account has yet, in 40 groups (8 divisions with 4 departments each): everybody with name and external
/// id, every tenth with a second address, every twentieth a supervisor.
pub fn newcomers(people: usize) -> Value {
    let row = |number: usize| {
        let department = number % 32;
        let mut row = json!({
            "timecamp_external_id": format!("e{number}"),
            "timecamp_user_name": format!("Person {number}"),
            "timecamp_email": format!("person.{number}@lumen.example"),
            "timecamp_groups_breadcrumb": format!("Division {}/Department {department}", department / 4),
            "timecamp_status": "active",
            "timecamp_role": if number.is_multiple_of(20) { "supervisor" } else { "user" },
            "raw_data": {},
        });
        if let (Some(row), 0) = (row.as_object_mut(), number % 10) {
            row.insert("timecamp_real_email".to_owned(), json!(format!("p{number}@private.example")));
        }
        row
    };
    (0..people).map(row).collect()
}
