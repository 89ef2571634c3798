//! The file: with and without a manifest, edited, stale, missing, broken.

use crate::helpers::{account, days, leave, sent, stage};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Run, sha256_hex};

const DAY: &str = "2026-03-05";

fn leaves() -> Value {
    json!([leave(901, DAY, DAY, "Vacation")])
}

/// A manifest as the fetch writes it, for these bytes.
fn manifest(bytes: &[u8], written_at: &str) -> String {
    json!({
        "schema": 1, "run_id": "r", "stage": "fetch-factorial", "version": "0.1.0", "source": "factorial",
        "written_at": written_at, "users": 1, "active": 1, "bytes": bytes.len(), "sha256": sha256_hex(bytes),
        "unplaced": [], "made_from": null,
    })
    .to_string()
}

fn vouched(sandbox: &Sandbox, written_at: &str) -> Run {
    let run = stage(sandbox, leaves());
    run.write("var/vacation.json.manifest.json", manifest(&run.bytes("var/vacation.json"), written_at));
    run
}

#[test]
fn a_file_of_the_python_version_is_accepted_with_one_warning() {
    let sandbox = Sandbox::with_account(account(1));
    let text = r#"{"vacation": [{"email": "p901@x.test", "start_on": "2026-03-05", "finish_on": "2026-03-05", "tc_leave_type": "Vacation"}]}"#;
    let run = stage(&sandbox, json!([])).file("var/vacation.json", text);
    let done = run.go(&[]).expect(0).says("var/vacation.json has no manifest");
    assert_eq!(done.lines_with("manifest").len(), 1);
    assert_eq!(days(&sandbox), ["p901@x.test 2026-03-05 13 0/480"]);
}

#[test]
fn a_file_that_its_manifest_vouches_for_needs_no_warning() {
    let sandbox = Sandbox::with_account(account(1));
    vouched(&sandbox, "2026-03-01T00:00:00Z").go(&[]).expect(0).says_not("manifest");
    assert_eq!(days(&sandbox).len(), 1);
}

#[test]
fn an_edited_file_is_refused_unless_accepted() {
    let sandbox = Sandbox::with_account(account(1));
    let run = vouched(&sandbox, "2026-03-01T00:00:00Z");
    let edited = run.read("var/vacation.json").replace("Vacation", "Sick Leave");
    run.write("var/vacation.json", edited);
    run.go(&[]).expect(6).says("does not match its manifest");
    assert!(sandbox.journal().is_empty(), "nothing is asked for");
    run.go(&["--accept-edited"]).expect(0).says("accepted because of --accept-edited");
    assert_eq!(days(&sandbox), ["p901@x.test 2026-03-05 14 0/0"]);
}

#[test]
fn leaves_that_were_read_too_long_ago_are_refused() {
    let sandbox = Sandbox::with_account(account(1));
    let run = vouched(&sandbox, "2020-01-01T00:00:00Z").env("TIMECAMP_MAX_INPUT_AGE", "24h");
    for flags in [&[][..], &["--dry-run"]] {
        run.go(flags).expect(6).says("goes back to 2020-01-01").says("TIMECAMP_MAX_INPUT_AGE allows 24h");
    }
    assert!(sandbox.journal().is_empty());
    run.env("TIMECAMP_MAX_INPUT_AGE", "off").go(&[]).expect(0);
}

#[test]
fn another_file_can_be_named_and_a_missing_one_is_said() {
    let sandbox = Sandbox::with_account(account(1));
    let run = stage(&sandbox, leaves());
    let text = run.read("var/vacation.json");
    run.remove("var/vacation.json");
    run.go(&[]).expect(6).says("var/vacation.json does not exist").says("Run fetch-factorial first");
    run.write("elsewhere.json", text);
    run.go(&["--input", "elsewhere.json"]).expect(0);
    assert_eq!(days(&sandbox).len(), 1);
}

#[test]
fn what_is_no_list_of_leaves_is_refused() {
    let sandbox = Sandbox::with_account(account(1));
    let run = stage(&sandbox, leaves());
    let whole = run.read("var/vacation.json");
    let (half, _) = whole.split_at(whole.len() / 2);
    for wrong in ["", "{\"vacation\": [", half, "[]", "{}", "<html>", "{\"vacation\": [\"x\"]}"] {
        run.write("var/vacation.json", wrong);
        run.go(&[]).expect(6).says("Nothing was changed");
    }
    assert!(sandbox.journal().is_empty());
}

#[test]
fn no_leaves_are_nothing_to_do() {
    let sandbox = Sandbox::with_account(account(1));
    stage(&sandbox, json!([])).go(&[]).expect(0).prints("0 days to set for 0 users in 0 requests");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn settings_that_are_wrong_are_said_at_once_and_nothing_is_asked() {
    let sandbox = Sandbox::with_account(account(1));
    let run = stage(&sandbox, leaves()).without("TIMECAMP_API_KEY").envs([
        ("TIMECAMP_CONCURRENCY", "many"),
        ("TIMECAMP_IGNORED_USER_IDS", "901, ann"),
        ("TIMECAMP_MAX_INPUT_AGE", "old"),
    ]);
    run.go(&[])
        .expect(2)
        .says("TIMECAMP_API_KEY: is not set")
        .says("TIMECAMP_CONCURRENCY: `many`")
        .says("TIMECAMP_IGNORED_USER_IDS: `ann` is no user id")
        .says("TIMECAMP_MAX_INPUT_AGE: `old`");
    assert!(sandbox.journal().is_empty());
    let help = run.go(&["--help"]).expect(0);
    for name in ["TIMECAMP_API_KEY", "TIMECAMP_MAX_INPUT_AGE", "--accept-edited", "--input", "--dry-run"] {
        assert!(help.stdout.contains(name), "{name}");
    }
}
