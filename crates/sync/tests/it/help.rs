//! What the tests share.

use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

/// `sync` in a fresh folder against `sandbox`, with `rows` prepared.
pub fn sync(sandbox: &Sandbox, rows: &Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_sync")).sandbox(sandbox).hasty().file("var/timecamp_users.json", rows.to_string())
}

/// A prepared row.
pub fn row(email: &str, path: &str) -> Value {
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

/// A row with some of its fields replaced.
pub fn with(mut row: Value, fields: Value) -> Value {
    if let (Some(row), Value::Object(fields)) = (row.as_object_mut(), fields) {
        row.extend(fields);
    }
    row
}
