//! The ninety-six accounts whose end state is known: one run reaches it, a second run sends no write.

use crate::help::sync;
use sandbox::Sandbox;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// Runs one case; what differs, in words.
fn differs(path: &Path) -> Option<String> {
    let case: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let sandbox = Sandbox::with_account(case["account"].clone());
    let mut run = sync(&sandbox, &case["prepared"]);
    for (name, value) in case["env"].as_object().unwrap() {
        run = run.env(name, value.as_str().unwrap());
    }
    let first = run.go(&[]);
    if first.code != 0 {
        return Some(format!("exit {}\n{}", first.code, first.stderr));
    }
    let (view, expected) = (sandbox.view(), &case["expected"]);
    let mut wrong = Vec::new();
    if view["groups"] != expected["groups"] {
        wrong.push(format!("groups {} instead of {}", view["groups"], expected["groups"]));
    }
    let people = |of: &Value| of["users"].as_object().unwrap().clone();
    let (have, want) = (people(&view), people(expected));
    for email in have.keys().chain(want.keys()).collect::<BTreeSet<_>>() {
        if have.get(email) != want.get(email) {
            wrong.push(format!("{email}: {:?}\n   instead of {:?}", have.get(email), want.get(email)));
        }
    }
    sandbox.clear_journal();
    let second = run.go(&[]);
    for write in sandbox.writes() {
        wrong.push(format!("the second run wrote {} {}", write.method, write.path));
    }
    if second.code != 0 {
        wrong.push(format!("the second run ended with {}\n{}", second.code, second.stderr));
    }
    (!wrong.is_empty()).then(|| format!("{}\n{}", wrong.join("\n"), first.stdout))
}

#[test]
fn one_run_reaches_every_known_end_state_and_a_second_writes_nothing() {
    let cases = cases();
    assert_eq!(cases.len(), 96, "the cases are all there");
    let wrong: Vec<String> =
        cases.iter().filter_map(|case| differs(case).map(|wrong| format!("== {}\n{wrong}", case.display()))).collect();
    assert!(wrong.is_empty(), "{} cases differ\n{}", wrong.len(), wrong.join("\n"));
}
