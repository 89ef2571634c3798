//! Small organisations, and what comes of them.

use prepare::{PrepareError, Settings, prepare};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::Run;
use timecamp_scim_core::Env;

pub(crate) const DEPARTMENTS: &[(&str, &str)] = &[];
pub(crate) const SUPERVISORS: &[(&str, &str)] =
    &[("TIMECAMP_USE_SUPERVISOR_GROUPS", "true"), ("TIMECAMP_USE_DEPARTMENT_GROUPS", "false")];
pub(crate) const BOTH: &[(&str, &str)] = &[("TIMECAMP_USE_SUPERVISOR_GROUPS", "true")];

/// What came of preparing some users.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) users: Vec<Value>,
    pub(crate) text: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) unplaced: Vec<String>,
    pub(crate) summary: String,
}

impl Outcome {
    /// A key of every user, by address.
    pub(crate) fn by_email(&self, key: &str) -> BTreeMap<String, Value> {
        let text = |user: &Value| user["timecamp_email"].as_str().unwrap().to_owned();
        self.users.iter().map(|user| (text(user), user[key].clone())).collect()
    }

    /// The group of every user, by what stands before the `@`.
    pub(crate) fn groups(&self) -> BTreeMap<String, String> {
        let short = |email: String| email.split('@').next().unwrap().to_owned();
        let groups = self.by_email("timecamp_groups_breadcrumb").into_iter();
        groups.map(|(email, group)| (short(email), group.as_str().unwrap().to_owned())).collect()
    }

    /// The role of every user, by what stands before the `@`.
    pub(crate) fn roles(&self) -> BTreeMap<String, String> {
        let short = |email: String| email.split('@').next().unwrap().to_owned();
        let roles = self.by_email("timecamp_role").into_iter();
        roles.map(|(email, role)| (short(email), role.as_str().unwrap().to_owned())).collect()
    }

    pub(crate) fn emails(&self) -> Vec<String> {
        self.users.iter().map(|user| user["timecamp_email"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(one, other)| (one.to_owned(), other.to_owned())).collect()
}

pub(crate) fn settings(pairs: &[(&str, &str)]) -> Settings {
    let leaked = |text: &str| -> &'static str { text.to_owned().leak() };
    let mut env: Env = pairs.iter().map(|(name, value)| (leaked(name), leaked(value))).collect();
    let settings = Settings::from_env(&mut env);
    env.check().unwrap();
    settings
}

pub(crate) fn try_bytes(input: &[u8], settings: &Settings) -> Result<Outcome, PrepareError> {
    let prepared = prepare(input, settings)?;
    let mut output = Vec::new();
    prepared.write(&mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    Ok(Outcome {
        users: serde_json::from_str(&text).unwrap(),
        text,
        warnings: prepared.warnings().iter().map(|warning| warning.text(&str::to_owned)).collect(),
        unplaced: prepared.unplaced().to_vec(),
        summary: prepared.summary().line(),
    })
}

pub(crate) fn try_outcome(users: &Value, env: &[(&str, &str)]) -> Result<Outcome, PrepareError> {
    try_bytes(&serde_json::to_vec(&json!({ "users": users })).unwrap(), &settings(env))
}

pub(crate) fn outcome(users: &Value, env: &[(&str, &str)]) -> Outcome {
    try_outcome(users, env).unwrap()
}

/// An active person in `department` with this id, name and (from the name) address, and a supervisor's id.
pub(crate) fn person(id: &str, name: &str, department: &str, supervisor: &str) -> Value {
    json!({
        "external_id": id,
        "name": name,
        "email": format!("{}@x.test", name.to_lowercase().replace([' ', '/'], ".")),
        "department": department,
        "status": "active",
        "supervisor_id": supervisor,
    })
}

/// `person` with other values in some fields.
pub(crate) fn with(mut person: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        person[key] = value.clone();
    }
    person
}

/// The binary in a fresh folder with these users.
pub(crate) fn run(users: &Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_prepare"))
        .env("DISABLE_FILE_LOGGING", "true")
        .hasty()
        .file("var/users.json", serde_json::to_vec_pretty(&json!({ "users": users })).unwrap())
}
