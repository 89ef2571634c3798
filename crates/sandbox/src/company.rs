//! Invented companies.
use serde_json::{Value, json};
/// An invented company.
#[derive(Debug)]
pub struct Company;
/// A world.
pub fn company(_people: usize) -> Value {
    json!({ "timecamp": { "api_key": "sandbox-key", "me": "1", "root": "100",
        "groups": [{ "group_id": "100", "name": "Acme", "parent_id": "0" }],
        "users": [{ "user_id": "1", "email": "owner@acme.example", "display_name": "Owner", "group_id": "100", "role_id": "1" }],
        "day_types": {} } })
}
