//! What is said about settings, before anything is asked.

use crate::{employees, fetch, office};
use testkit::Run;

fn bare() -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-bamboohr"))
}

#[test]
fn without_settings_both_variables_are_named() {
    let run = bare();
    run.go(&[])
        .expect(2)
        .says("BAMBOOHR_SUBDOMAIN: is not set")
        .says("BAMBOOHR_API_KEY: is not set")
        .says("A file named by BAMBOOHR_API_KEY_FILE will do too");
    assert!(run.files().is_empty());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_nothing_is_asked() {
    let sandbox = office(employees(1));
    let run = fetch(&sandbox).envs([
        ("BAMBOOHR_EXCLUDE_FILTER", "{\"field\":"),
        ("BAMBOOHR_SUPERVISOR_RULE", "isSupervisor=Yes"),
        ("DISABLE_FILE_LOGGING", "ture"),
        ("HTTP_TIMEOUT", "soon"),
        ("BAMBOOHR_API_URL", "api.bamboohr.com"),
        ("BAMBOOHR_SUBDOMAIN", "acme.bamboohr.com"),
    ]);
    run.go(&[])
        .expect(2)
        .says("BAMBOOHR_EXCLUDE_FILTER: `{\"field\":` is not accepted; use one JSON filter")
        .says("BAMBOOHR_SUPERVISOR_RULE: `isSupervisor=Yes` is not accepted; use field:value")
        .says("DISABLE_FILE_LOGGING: `ture` is not accepted; use true/false")
        .says("HTTP_TIMEOUT: `soon` is not accepted")
        .says("BAMBOOHR_API_URL: `api.bamboohr.com` is not accepted; use a web address")
        .says("BAMBOOHR_SUBDOMAIN: `acme.bamboohr.com` is not accepted; use the first part alone");
    assert!(sandbox.journal().is_empty());
}

#[test]
fn an_exclude_filter_is_one_json_filter_or_an_error() {
    let sandbox = office(employees(1));
    for wrong in [
        "not_checked",
        "[{\"field\":\"a\",\"operator\":\"empty\"}]",
        "{\"field\":\"a\"}",
        "{\"field\":\"\",\"operator\":\"empty\"}",
        "{\"match\":\"all\",\"filters\":[]}",
    ] {
        fetch(&sandbox).env("BAMBOOHR_EXCLUDE_FILTER", wrong).go(&[]).expect(2).says("BAMBOOHR_EXCLUDE_FILTER: `");
    }
    assert!(sandbox.journal().is_empty());
    fetch(&sandbox).env("BAMBOOHR_EXCLUDE_FILTER", "").go(&["--dry-run"]).expect(0);
}

#[test]
fn an_unknown_variable_is_answered_with_the_nearest_name() {
    let sandbox = office(employees(1));
    let run = fetch(&sandbox).env("BAMBOOHR_EXCLUDED_DEPARTMENT", "Board");
    let done = run.go(&["--dry-run"]).expect(0);
    done.says(
        "BAMBOOHR_EXCLUDED_DEPARTMENT is set, but no stage knows it. Did you mean BAMBOOHR_EXCLUDED_DEPARTMENTS?",
    );
}

#[test]
fn the_key_can_come_from_a_file_but_not_twice() {
    let sandbox = office(employees(1));
    let run = fetch(&sandbox).without("BAMBOOHR_API_KEY").file("run/secrets/key", "key-of-acme\n");
    let run = run.clone().env("BAMBOOHR_API_KEY_FILE", run.path("run/secrets/key"));
    run.go(&["--dry-run"]).expect(0).shows_nowhere("key-of-acme");
    let twice = run.clone().env("BAMBOOHR_API_KEY", "key-of-acme");
    twice
        .go(&[])
        .expect(2)
        .says("BAMBOOHR_API_KEY: is set, and BAMBOOHR_API_KEY_FILE too")
        .shows_nowhere("key-of-acme");
    run.env("BAMBOOHR_API_KEY_FILE", "nowhere")
        .go(&[])
        .expect(2)
        .says("BAMBOOHR_API_KEY_FILE: names a file that cannot");
}

#[test]
fn settings_come_from_a_file_in_the_folder_or_above_it() {
    let sandbox = office(employees(2));
    let text = format!(
        "BAMBOOHR_SUBDOMAIN=acme\nBAMBOOHR_API_KEY='key-of-acme' # the key\nBAMBOOHR_API_URL={}\n",
        sandbox.bamboohr_url()
    );
    let above = bare().file(".env", text).file("work/deep/.keep", "");
    above.go(&["--dry-run"]).expect(0).prints("2 users");
    let below = above.clone().in_folder(above.path("work/deep"));
    below.go(&["--dry-run"]).expect(0).prints("2 users");
    below.env("BAMBOOHR_SUBDOMAIN", "a b").go(&[]).expect(2).says("BAMBOOHR_SUBDOMAIN: `a b`");
}

#[test]
fn help_lists_the_variables_and_a_wrong_flag_is_exit_2() {
    let help = bare().go(&["--help"]).expect(0);
    for name in [
        "BAMBOOHR_SUBDOMAIN",
        "BAMBOOHR_API_KEY",
        "BAMBOOHR_EXCLUDE_FILTER",
        "BAMBOOHR_API_URL",
        "LOG_FORMAT",
        "--dry-run",
        "--allow-shrink",
    ] {
        assert!(help.stdout.contains(name), "{name}: {help}");
    }
    bare().go(&["--version"]).expect(0).prints(env!("CARGO_PKG_VERSION"));
    bare().go(&["--dry-rum"]).expect(2).says("--dry-rum");
}

#[test]
fn effective_settings_are_logged_with_the_key_masked() {
    let sandbox = office(employees(1));
    let run = fetch(&sandbox).env("BAMBOOHR_EXCLUDED_DEPARTMENTS", "Board");
    run.go(&["--dry-run"])
        .expect(0)
        .says("BAMBOOHR_API_KEY=***")
        .says("BAMBOOHR_EXCLUDED_DEPARTMENTS=Board")
        .says("BAMBOOHR_SUBDOMAIN=acme");
}
