//! Dry runs, real runs, refusals and guards.

use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Run;

/// Root 100 with: A > A1 > A2 (all empty), B (a disabled person), C (empty, needed by the source), D (disabled-users
/// group, empty), and E at the top, outside the root group, empty.
fn account() -> Value {
    let group = |id: u64, name: &str, parent: u64| json!({"group_id": id.to_string(), "name": name, "parent_id": parent.to_string()});
    json!({
        "api_key": "key", "me": "1", "root": "100",
        "groups": [
            group(100, "Acme", 0), group(101, "A", 100), group(102, "A1", 101), group(103, "A2", 102),
            group(104, "B", 100), group(105, "C", 100), group(106, "D", 100), group(107, "E", 0),
        ],
        "users": [
            {"user_id": "1", "email": "owner@acme.example", "display_name": "Owner", "group_id": "100", "role_id": "1", "settings": {}},
            {"user_id": "2", "email": "gone@acme.example", "display_name": "Gone", "group_id": "104", "role_id": "3", "settings": {"disabled_user": "1"}},
        ],
        "day_types": {},
    })
}

fn prepared() -> String {
    json!([{
        "timecamp_external_id": "7", "timecamp_user_name": "New", "timecamp_email": "new@acme.example",
        "timecamp_groups_breadcrumb": "C", "timecamp_status": "active", "timecamp_role": "user", "raw_data": {},
    }])
    .to_string()
}

fn clean(sandbox: &Sandbox) -> Run {
    Run::new(env!("CARGO_BIN_EXE_remove-empty-groups"))
        .sandbox(sandbox)
        .hasty()
        .env("TIMECAMP_DISABLED_USERS_GROUP_ID", "106")
        .env("TIMECAMP_MAX_DEACTIVATIONS", "off")
        .file("var/timecamp_users.json", prepared())
}

fn groups(sandbox: &Sandbox) -> Vec<String> {
    let view = sandbox.view();
    view["groups"].as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect()
}

/// Somebody else makes a group below this one.
fn late_group(sandbox: &Sandbox, parent: &str) {
    let mut world = sandbox.state();
    let late = json!({"group_id": "300", "name": "Late", "parent_id": parent});
    world["timecamp"]["groups"].as_array_mut().unwrap().push(late);
    sandbox.load(world).unwrap();
}

#[test]
fn a_dry_run_lists_the_paths_and_writes_nothing() {
    let sandbox = Sandbox::with_account(account());
    let done = clean(&sandbox).go(&["--dry-run"]).expect(0);
    for path in ["Acme/A/A1/A2", "Acme/A/A1", "Acme/A"] {
        assert!(done.stdout.contains(&format!("- {path}\n")), "{path} is not listed in {}", done.stdout);
    }
    for path in ["Acme/B", "Acme/C", "Acme/D", "- E"] {
        assert!(!done.stdout.contains(path), "{path} is listed in {}", done.stdout);
    }
    assert!(sandbox.writes().is_empty());
}

#[test]
fn nested_empty_groups_go_in_one_run_and_the_others_stay() {
    let sandbox = Sandbox::with_account(account());
    let run = clean(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(groups(&sandbox), ["Acme", "Acme/B", "Acme/C", "Acme/D", "E"]);
    let report = run.json("var/sync_report.json");
    assert_eq!(report["stage"], "remove-empty-groups");
    assert_eq!(report["counts"]["group_removed"], 3);
    sandbox.clear_journal();
    run.go(&[]).expect(0);
    assert!(sandbox.writes().is_empty(), "a second run writes nothing");
}

#[test]
fn a_refusal_is_reported_keeps_the_groups_above_and_the_rest_goes_on() {
    let mut account = account();
    let more = json!({"group_id": "108", "name": "F", "parent_id": "100"});
    account["groups"].as_array_mut().unwrap().push(more);
    let sandbox = Sandbox::with_account(account);
    let fault = json!({
        "on": {"service": "timecamp", "method": "DELETE", "body_contains": "103"},
        "do": {"status": {"code": 403, "headers": {}, "body": {"message": "You can not remove this group"}}},
    });
    sandbox.fault(serde_json::from_value::<Fault>(fault).unwrap());
    let done = clean(&sandbox).go(&[]).expect(5);
    assert_eq!(groups(&sandbox), ["Acme", "Acme/A", "Acme/A/A1", "Acme/A/A1/A2", "Acme/B", "Acme/C", "Acme/D", "E"]);
    done.says("Acme/A/A1/A2").says("You can not remove this group").says("a group below it could not be removed");
}

#[test]
fn without_the_file_of_prepared_users_it_wants_to_be_told_so() {
    let sandbox = Sandbox::with_account(account());
    let run = clean(&sandbox);
    run.remove("var/timecamp_users.json");
    run.go(&[]).expect(6).says("--without-source");
    assert!(sandbox.writes().is_empty());
    run.go(&["--without-source"]).expect(0).says("removed too");
    assert_eq!(groups(&sandbox), ["Acme", "Acme/B", "Acme/D", "E"]);
}

#[test]
fn many_removals_at_once_are_withheld_until_they_are_allowed() {
    let mut account = account();
    for id in 200..220 {
        let group = json!({"group_id": id.to_string(), "name": format!("Old {id}"), "parent_id": "100"});
        account["groups"].as_array_mut().unwrap().push(group);
    }
    let sandbox = Sandbox::with_account(account);
    let run = clean(&sandbox).without("TIMECAMP_MAX_DEACTIVATIONS");
    run.go(&[]).expect(3).prints("--allow-sweep group-removals=23");
    assert!(sandbox.writes().is_empty());
    run.go(&["--allow-sweep", "group-removals=22"]).expect(3);
    run.go(&["--allow-sweep", "group-removals=23"]).expect(0);
    assert_eq!(groups(&sandbox), ["Acme", "Acme/B", "Acme/C", "Acme/D", "E"]);
}

#[test]
fn an_account_that_shrank_is_left_alone_until_that_is_accepted() {
    let sandbox = Sandbox::with_account(account());
    let run = clean(&sandbox);
    run.write("var/sync_report.json", json!({"account": {"users": 50, "groups": 8}}).to_string());
    run.go(&[]).expect(1).says("--accept-shrunk-account");
    assert!(sandbox.writes().is_empty());
    run.go(&["--accept-shrunk-account"]).expect(0);
    assert_eq!(groups(&sandbox), ["Acme", "Acme/B", "Acme/C", "Acme/D", "E"]);
}

#[test]
fn a_group_that_gets_a_group_below_it_meanwhile_stays() {
    let sandbox = Sandbox::with_account(account());
    // Everything that a plan is made from is read by five requests.
    let pause = sandbox.on_answered(5);
    let run = clean(&sandbox);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_mins(1)), "the account was not read");
    late_group(&sandbox, "103");
    pause.release();
    running.wait().expect(5).says("a group is below it now");
    assert_eq!(
        groups(&sandbox),
        ["Acme", "Acme/A", "Acme/A/A1", "Acme/A/A1/A2", "Acme/A/A1/A2/Late", "Acme/B", "Acme/C", "Acme/D", "E"]
    );
}

#[test]
fn a_group_that_gets_a_group_below_it_just_before_its_turn_stays() {
    let sandbox = Sandbox::with_account(account());
    let pause = sandbox.pause(On::service("timecamp").method("DELETE"), 1);
    let run = clean(&sandbox);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_mins(1)), "no group was removed");
    late_group(&sandbox, "102");
    pause.release();
    running.wait().expect(5).says("a group is below it now").says("a group below it could not be removed");
    assert_eq!(groups(&sandbox), ["Acme", "Acme/A", "Acme/A/A1", "Acme/A/A1/Late", "Acme/B", "Acme/C", "Acme/D", "E"]);
}

#[test]
fn somebody_who_comes_into_an_empty_group_meanwhile_keeps_it() {
    let sandbox = Sandbox::with_account(account());
    let pause = sandbox.on_answered(5);
    let run = clean(&sandbox);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_mins(1)), "the account was not read");
    let mut world = sandbox.state();
    world["timecamp"]["users"][1]["group_id"] = json!("103");
    sandbox.load(world).unwrap();
    pause.release();
    running.wait().expect(5).says("1 people are in it now");
    assert!(groups(&sandbox).contains(&"Acme/A/A1/A2".to_owned()));
}

#[test]
fn somebody_of_whom_timecamp_tells_no_number_keeps_a_group() {
    let sandbox = Sandbox::with_account(account());
    let members = Do::answer(200, json!([{"email": "new@acme.example"}]));
    sandbox.fault(Fault::new(On::timecamp("GET", "group/103/user"), members));
    clean(&sandbox).go(&[]).expect(5).says("Acme/A/A1/A2: whether it is empty is not known");
    assert!(groups(&sandbox).contains(&"Acme/A/A1/A2".to_owned()));
}

#[test]
fn a_key_or_a_timecamp_that_is_gone_ends_the_run_while_looking() {
    for gone in [Do::status(401), Do::DropBefore] {
        let sandbox = Sandbox::with_account(account());
        let looks = On::timecamp("GET", "group/*/user");
        sandbox.fault(Fault::new(looks, gone));
        let done = clean(&sandbox).env("HTTP_RETRY_BUDGET", "1s").go(&[]).expect(1);
        let done = done.says("Acme/A/A1/A2: whether it is empty is not known");
        assert_eq!(done.lines_with("whether it is empty").len(), 1, "the other groups were looked at too: {done}");
        assert!(sandbox.writes().is_empty());
    }
}

#[test]
fn a_file_without_any_active_person_is_refused() {
    let sandbox = Sandbox::with_account(account());
    let run = clean(&sandbox);
    for empty in ["[]".to_owned(), prepared().replace("\"active\"", "\"inactive\"")] {
        run.write("var/timecamp_users.json", empty);
        run.go(&[]).expect(6).says("no active user");
        run.go(&["--dry-run"]).expect(6);
    }
    assert!(sandbox.writes().is_empty());
}

#[test]
fn the_last_line_says_what_was_or_would_be_done() {
    let sandbox = Sandbox::with_account(account());
    let run = clean(&sandbox);
    run.go(&["--dry-run"]).expect(0).says("dry run: Total: 3 groups to remove");
    run.go(&[]).expect(0).says("remove-empty-groups: 3 groups removed");
}
