//! A tenant, the binary, and what both are asked.

use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

pub(crate) const TENANT: &str = "6a1c0000-0000-0000-0000-00000000face";
pub(crate) const CLIENT: &str = "c11e0000-0000-0000-0000-00000000cafe";
pub(crate) const SECRET: &str = "8Q~sandbox.client-secret_value";

/// A tenant with these users and groups.
pub(crate) fn tenant(users: Vec<Value>, groups: Vec<Value>) -> Value {
    let mut tenant = json!({ "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET });
    tenant["users"] = Value::Array(users);
    tenant["groups"] = Value::Array(groups);
    json!({ "entra": tenant })
}

/// The same tenant with quirks.
pub(crate) fn with_quirks(mut world: Value, quirks: Value) -> Value {
    world["entra"]["quirks"] = quirks;
    world
}

/// A user as Graph holds them.
pub(crate) fn user(id: &str, name: &str) -> Value {
    json!({
        "id": id, "displayName": name, "mail": format!("{id}@mail.test"), "userPrincipalName": format!("{id}@x.test"),
        "accountEnabled": true, "department": "Ops", "jobTitle": "Clerk",
    })
}

/// The same user with other values; null takes a value away.
pub(crate) fn but(mut user: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    user.as_object_mut().unwrap().extend(changes);
    user
}

pub(crate) fn people(count: usize) -> Vec<Value> {
    (0..count).map(|number| user(&format!("u{number:05}"), &format!("Person {number}"))).collect()
}

pub(crate) fn group(id: &str, name: &str, members: &[&str]) -> Value {
    json!({ "id": id, "displayName": name, "members": members })
}

/// The binary with what it needs to read this sandbox's tenant.
pub(crate) fn fetch(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-azuread")).hasty().envs([
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", CLIENT),
        ("AZURE_CLIENT_SECRET", SECRET),
        ("AZURE_AUTHORITY_HOST", &sandbox.entra_authority()),
        ("AZURE_SCIM_ENDPOINT", &sandbox.entra_users_url()),
    ])
}

/// Runs it over a previous file: it has to fail with this exit code, and the file has to stay as it was, byte for byte.
#[track_caller]
pub(crate) fn fails_and_keeps_the_file(run: &Run, code: i32) -> testkit::Done {
    let before = r#"{"users": [ {"external_id": "old", "name": "Old",   "email": "old@x.test", "status": "active"} ]}"#;
    run.write("var/users.json", before);
    let files = run.files();
    let done = run.go(&[]).expect(code);
    assert_eq!(run.files(), files);
    done
}

/// One person of the file, by id.
#[track_caller]
pub(crate) fn person(run: &Run, id: &str) -> Value {
    let mut users = run.users().into_iter().filter(|user| user["external_id"] == id);
    let user = users.next().unwrap_or_else(|| panic!("{id} is not in {:?}", run.users()));
    assert!(users.next().is_none(), "{id} stands twice");
    user
}

/// The ids in the file, in its order.
pub(crate) fn ids(run: &Run) -> Vec<String> {
    run.users().iter().map(|user| user["external_id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn requests(sandbox: &Sandbox, method: &str, route: &str) -> usize {
    sandbox.journal().iter().filter(|entry| entry.is(method, route)).count()
}
