//! What is said about settings, before anything is asked.

use crate::helpers::{employees, fetch, people};
use testkit::Run;

fn bare() -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-factorial"))
}

#[test]
fn without_a_key_it_is_named() {
    let run = bare();
    run.go(&[])
        .expect(2)
        .says("FACTORIAL_API_KEY: is not set")
        .says("A file named by FACTORIAL_API_KEY_FILE will do too");
    assert!(run.files().is_empty());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_nothing_is_asked() {
    let sandbox = people(employees(1));
    let run = fetch(&sandbox).envs([
        ("FACTORIAL_API_URL", "api.factorialhr.com"),
        ("FACTORIAL_EMAIL_FIELD", "mail"),
        ("FACTORIAL_INCLUDE_PENDING", "ture"),
        ("FACTORIAL_LEAVES_FROM", "last year"),
        ("FACTORIAL_LEAVES_TO", "31.12.2026"),
        ("FACTORIAL_LEAVE_TYPE_MAP", "vacation=Vacation"),
        ("LeaveTypeMap", "{\"a\": 3}"),
    ]);
    run.go(&[])
        .expect(2)
        .says("FACTORIAL_API_URL: `api.factorialhr.com` is not accepted; use a web address")
        .says("FACTORIAL_EMAIL_FIELD: `mail` is not accepted; use login_email or email")
        .says("FACTORIAL_INCLUDE_PENDING: `ture` is not accepted; use true/false")
        .says("FACTORIAL_LEAVES_FROM: `last year` is not accepted; use a date such as")
        .says("FACTORIAL_LEAVES_TO: `31.12.2026` is not accepted; use a date such as")
        .says("FACTORIAL_LEAVE_TYPE_MAP: `vacation=Vacation` is not accepted; use JSON")
        .says("LeaveTypeMap: `{\"a\": 3}` is not accepted; use JSON");
    assert!(sandbox.journal().is_empty());
}

#[test]
fn two_different_maps_are_refused_and_one_under_both_names_is_not() {
    let sandbox = people(employees(1));
    let run = fetch(&sandbox).env("LeaveTypeMap", r#"{"a": "A"}"#);
    let two = run.clone().env("FACTORIAL_LEAVE_TYPE_MAP", r#"{"a": "B"}"#);
    two.go(&[]).expect(2).says("FACTORIAL_LEAVE_TYPE_MAP: is set, and LeaveTypeMap too, to something else");
    assert!(sandbox.journal().is_empty());
    run.env("FACTORIAL_LEAVE_TYPE_MAP", r#"{ "a":"A" }"#).go(&["--dry-run"]).expect(0);
}

#[test]
fn the_usual_window_is_around_today() {
    let sandbox = people(employees(1));
    let run = fetch(&sandbox).without("FACTORIAL_LEAVES_FROM").without("FACTORIAL_LEAVES_TO");
    run.go(&["--dry-run"]).expect(0);
    let asked = sandbox.journal().into_iter().find(|entry| entry.path.contains("timeoff/leaves")).unwrap().path;
    let day = |name: &str| {
        let text = asked.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap();
        text.parse::<jiff::civil::Date>().unwrap()
    };
    let span = day("from=").until(day("to=")).unwrap();
    assert_eq!(span.get_days(), 455);
}

#[test]
fn a_misspelt_variable_is_answered_with_the_nearest_name() {
    let sandbox = people(employees(1));
    let run = fetch(&sandbox).env("FACTORIAL_LEAVE_FROM", "2026-01-01");
    run.go(&["--dry-run"]).expect(0).says("FACTORIAL_LEAVE_FROM is set, but no stage knows it. Did you mean");
}

#[test]
fn help_lists_the_variables() {
    let help = bare().go(&["--help"]).expect(0);
    for name in [
        "FACTORIAL_API_KEY",
        "FACTORIAL_API_URL",
        "FACTORIAL_LEAVE_TYPE_MAP",
        "LeaveTypeMap",
        "FACTORIAL_EMAIL_FIELD",
        "FACTORIAL_LEAVES_FROM",
        "FACTORIAL_INCLUDE_PENDING",
        "--allow-shrink",
    ] {
        assert!(help.stdout.contains(name), "{name}: {help}");
    }
}
