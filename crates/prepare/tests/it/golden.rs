//! Organisations with what the Python original made of them. Equal as JSON values.

use prepare::{Settings, prepare};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use testkit::Run;
use timecamp_scim_core::Env;

#[derive(Debug, Deserialize)]
struct Case {
    env: BTreeMap<String, String>,
    users: Value,
    expected: Value,
}

fn cases() -> Vec<(PathBuf, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/prepare");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 74, "only {} cases", paths.len());
    let read = |path: PathBuf| {
        let case = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path, case)
    };
    paths.into_iter().map(read).collect()
}

/// What differs, user by user.
fn difference(actual: &Value, expected: &Value) -> Option<String> {
    if actual == expected {
        return None;
    }
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (actual, expected) = (list(actual), list(expected));
    let only = |these: &[Value], those: &[Value]| -> Vec<String> {
        these.iter().filter(|user| !those.contains(user)).map(ToString::to_string).collect()
    };
    let (extra, missing) = (only(&actual, &expected), only(&expected, &actual));
    Some(format!("got {}\nexpected {}", extra.join("\n    "), missing.join("\n         ")))
}

#[test]
fn the_library_agrees_with_every_case() {
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        let leaked = |text: &str| -> &'static str { text.to_owned().leak() };
        let mut env: Env = case.env.iter().map(|(name, value)| (leaked(name), leaked(value))).collect();
        let settings = Settings::from_env(&mut env);
        env.check().unwrap();
        let input = serde_json::to_vec(&case.users).unwrap();
        let mut output = Vec::new();
        prepare(&input, &settings).unwrap().write(&mut output).unwrap();
        let actual = serde_json::from_slice(&output).unwrap();
        if let Some(difference) = difference(&actual, &case.expected) {
            wrong.push(format!("{}\n{:?}\n{difference}\n", path.display(), case.env));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_binary_agrees_with_every_case() {
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        let run = Run::new(env!("CARGO_BIN_EXE_prepare"))
            .env("DISABLE_FILE_LOGGING", "true")
            .envs(case.env.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .file("var/users.json", serde_json::to_vec_pretty(&case.users).unwrap());
        run.go(&[]).expect(0);
        let text = run.read("var/timecamp_users.json");
        let actual: Value = serde_json::from_str(&text).unwrap();
        if let Some(difference) = difference(&actual, &case.expected) {
            wrong.push(format!("{}\n{difference}\n", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}
