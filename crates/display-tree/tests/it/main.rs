//! display-tree as an administrator runs it.

#![expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test's own helpers are tests too")]

mod account;
mod bucket;
mod page;
mod table;
mod tree;

use serde_json::{Value, json};
use testkit::Run;

/// The file that is shown.
const FILE: &str = "var/timecamp_users.json";

/// display-tree in a fresh folder with these prepared users.
fn shown(people: Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_display-tree")).file(FILE, people.to_string())
}

/// A prepared user who is active, with `more` fields or others in their place.
fn person(local: &str, group: &str, more: Value) -> Value {
    let mut person = json!({
        "timecamp_external_id": format!("id-{local}"),
        "timecamp_user_name": format!("{local} Ex"),
        "timecamp_email": format!("{local}@x.test"),
        "timecamp_groups_breadcrumb": group,
        "timecamp_status": "active",
        "timecamp_role": "user",
    });
    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person
}

/// A small company: two levels, every role, somebody in the root group and somebody inactive.
fn office() -> Value {
    json!([
        person("Ann", "Sales", json!({ "timecamp_role": "supervisor" })),
        person("Ben", "Sales/EMEA", json!({ "timecamp_real_email": "ben@home.test" })),
        person("Cid", "Sales/EMEA", json!({})),
        person("Dee", "", json!({ "timecamp_role": "administrator" })),
        person("Eve", "Works", json!({ "timecamp_role": "guest" })),
        person("Fay", "Works", json!({ "timecamp_status": "inactive" })),
    ])
}
