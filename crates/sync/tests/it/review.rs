//! Answers and moments in which a careless sync would demote, disable or tell too much.

use crate::help::{row, sync, with};
use sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

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
