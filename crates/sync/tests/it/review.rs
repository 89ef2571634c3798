//! Answers and moments in which a careless sync would demote, disable or tell too much.

use crate::help::{row, sync, with};
use sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;

/// The owner, and Ann in group A.
fn account(ann: Value) -> Value {
    json!({
        "api_key": "key-of-the-account", "me": "1", "root": "100",
        "groups": [
            {"group_id": "100", "name": "Acme", "parent_id": "0"},
            {"group_id": "101", "name": "A", "parent_id": "100"},
            {"group_id": "102", "name": "B", "parent_id": "100"},
        ],
        "users": [
            {"user_id": "1", "email": "owner@acme.example", "display_name": "owner", "group_id": "100", "role_id": "1", "settings": {}},
            with(json!({"user_id": "2", "email": "ann@acme.example", "display_name": "ann", "group_id": "101", "role_id": "3",
                        "settings": {"external_id": "id-ann@acme.example"}}), ann),
        ],
        "day_types": {},
    })
}

fn rows() -> Value {
    json!([
        row("ann@acme.example", "B"),
        with(row("owner@acme.example", ""), json!({"timecamp_role": "administrator"})),
    ])
}

fn fault(fault: Value) -> Fault {
    serde_json::from_value(fault).unwrap()
}

#[test]
fn an_answer_without_anybodys_role_is_a_half_seen_account() {
    let sandbox = Sandbox::with_account(account(json!({})));
    sandbox.fault(fault(json!({
        "on": {"service": "timecamp", "route": "people_picker"},
        "do": {"status": {"code": 200, "headers": {}, "body": {"groups": []}}},
    })));
    sync(&sandbox, &rows()).go(&[]).expect(1).says("lists nobody's role");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn a_stored_plan_does_not_undo_a_role_that_somebody_got_since() {
    let sandbox = Sandbox::with_account(account(json!({})));
    let run = sync(&sandbox, &rows());
    run.go(&["--plan-out", "plan.json"]).expect(0).prints("Acme/A → Acme/B");
    let mut world = sandbox.state();
    world["timecamp"]["users"][1]["role_id"] = json!("1");
    sandbox.load(world).unwrap();
    sandbox.clear_journal();
    run.go(&["--apply-plan", "plan.json"]).expect(6).says("role has changed");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn a_stored_plan_does_not_disable_who_owns_the_key_by_now() {
    let sandbox = Sandbox::with_account(account(json!({"role_id": "1"})));
    let run = sync(&sandbox, &json!([with(row("owner@acme.example", ""), json!({"timecamp_role": "administrator"}))]));
    run.go(&["--plan-out", "plan.json"]).expect(0).prints("not in the source");
    let mut world = sandbox.state();
    world["timecamp"]["me"] = json!("2");
    sandbox.load(world).unwrap();
    sandbox.clear_journal();
    run.go(&["--apply-plan", "plan.json"]).expect(6).says("key's own user");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn only_a_person_whom_nobody_knows_is_a_typo() {
    let sandbox = Sandbox::with_account(account(json!({})));
    sync(&sandbox, &rows()).go(&["--only", "anne@acme.example"]).expect(2).says("look for a typo");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn the_report_does_not_repeat_a_key_that_timecamp_repeats() {
    let sandbox = Sandbox::with_account(account(json!({})));
    sandbox.fault(fault(json!({
        "on": {"service": "timecamp", "method": "PUT"},
        "do": {"status": {"code": 400, "headers": {}, "body": {"message": "bad token Bearer key-of-the-account"}}},
    })));
    let run = sync(&sandbox, &rows());
    run.go(&[]).expect(5).says("bad token").shows_nowhere("key-of-the-account");
    let report = run.read("var/sync_report.json");
    assert!(report.contains("bad token Bearer ***"), "{report}");
    assert!(!report.contains("key-of-the-account"), "{report}");
}

#[test]
fn somebody_whose_group_timecamp_does_not_tell_is_not_taken_for_a_leaver() {
    let sandbox = Sandbox::with_account(account(json!({"settings": {}})));
    let users = json!([
        {"user_id": "1", "email": "owner@acme.example", "display_name": "owner", "group_id": "100"},
        {"user_id": "2", "email": "ann@acme.example", "display_name": "ann", "group_id": null},
    ]);
    sandbox.fault(fault(json!({
        "on": {"service": "timecamp", "method": "GET", "route": "users"},
        "do": {"status": {"code": 200, "headers": {}, "body": users}},
    })));
    let rows = json!([with(
        row("owner@acme.example", ""),
        json!({"timecamp_role": "administrator", "timecamp_external_id": ""})
    )]);
    sync(&sandbox, &rows).go(&[]).expect(0).prints("the account is in sync");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn settings_that_cannot_be_read_are_not_taken_for_unset() {
    let sandbox = Sandbox::with_account(account(json!({"settings": {"disabled_user": "1"}})));
    let odd = json!({"1": [], "2": [{"userId": "2", "name": {"disabled_user": 1}, "value": "1"}]});
    sandbox.fault(fault(json!({
        "on": {"service": "timecamp", "method": "GET", "route": "user/*/setting"},
        "do": {"status": {"code": 200, "headers": {}, "body": odd}},
    })));
    sync(&sandbox, &rows()).go(&[]).expect(1).says("settings");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn the_age_of_people_without_a_manifest_is_known_after_prepare_too() {
    let sandbox = Sandbox::with_account(account(json!({})));
    let people =
        json!({"users": [{"external_id": "1", "name": "Ann", "email": "ann@acme.example", "status": "active"}]});
    let run = sync(&sandbox, &json!([])).file("var/users.json", people.to_string());
    run.remove("var/timecamp_users.json");
    let two_hours_ago =
        std::fs::metadata(run.path("var/users.json")).unwrap().modified().unwrap() - Duration::from_hours(2);
    let file = std::fs::File::options().write(true).open(run.path("var/users.json")).unwrap();
    file.set_modified(two_hours_ago).unwrap();
    run.clone().stage(testkit::bin("prepare")).go(&[]).expect(0);
    run.clone().env("TIMECAMP_MAX_INPUT_AGE", "1h").go(&[]).expect(6).says("TIMECAMP_MAX_INPUT_AGE");
    assert!(sandbox.journal().is_empty(), "nothing was asked of TimeCamp");
    run.env("TIMECAMP_MAX_INPUT_AGE", "3h").go(&["--dry-run"]).expect(0);
}

#[test]
fn the_pending_file_that_cannot_be_read_is_named() {
    let sandbox = Sandbox::with_account(account(json!({})));
    for (broken, fine) in [
        ("var/pending_new_users.json", "var/pending_user_settings.json"),
        ("var/pending_user_settings.json", "var/pending_new_users.json"),
    ] {
        let run = sync(&sandbox, &rows()).file(broken, "");
        run.go(&[]).expect(1).says(broken).says_not(fine);
    }
    assert!(sandbox.writes().is_empty());
}
