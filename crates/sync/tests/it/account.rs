//! An account that was only half seen: the run ends before any write.

use crate::help::{account, group, owner_row, row, sync, team};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

/// An account of 20 people and 6 groups that one run has seen whole; then it is replaced by `then`.
fn seen_before(then: &Value) -> (Sandbox, Run) {
    let (mut account, rows) = team(20);
    account["groups"].as_array_mut().unwrap().extend((0..5).map(|n| group(200 + n, &format!("G{n}"), 100)));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_MAX_DEACTIVATIONS", "off");
    run.go(&[]).expect(0);
    sandbox.load(json!({ "timecamp": then })).unwrap();
    sandbox.clear_journal();
    (sandbox, run)
}

#[test]
fn fewer_than_half_of_the_users_or_groups_of_the_last_run_stop_every_run_until_accepted() {
    let few_users = {
        let (mut account, _) = team(8);
        account["groups"].as_array_mut().unwrap().extend((0..5).map(|n| group(200 + n, &format!("G{n}"), 100)));
        account
    };
    let few_groups = team(20).0;
    for (then, what) in [(few_users, "users"), (few_groups, "groups")] {
        let (sandbox, run) = seen_before(&then);
        for time in ["first", "second", "third"] {
            let done = run.go(&[]).expect(1).says("half seen").says("--accept-shrunk-account").says(what);
            assert!(sandbox.writes().is_empty(), "the {time} run writes nothing: {done}");
            assert_eq!(run.json("var/sync_report.json")["exit_code"], 1);
        }
        run.go(&["--dry-run"]).expect(1).says("half seen");
        run.go(&["--accept-shrunk-account"]).expect(0);
        run.go(&[]).expect(0);
    }
}

/// What a failed run did not see it does not forget.
#[test]
fn a_run_that_fails_early_keeps_what_the_last_one_knew() {
    let (_sandbox, run) = seen_before(&team(8).0);
    let known = run.json("var/sync_report.json")["account"].clone();
    let rows = run.read("var/timecamp_users.json");
    run.write("var/timecamp_users.json", "[]");
    run.go(&[]).expect(6);
    run.write("var/timecamp_users.json", rows);
    let elsewhere = run.clone().env("TIMECAMP_DOMAIN", "http://127.0.0.1:1").env("HTTP_RETRY_BUDGET", "1s");
    elsewhere.go(&[]).expect(1);
    run.go(&["--apply-plan", "nowhere.json"]).expect(6);
    assert_eq!(run.json("var/sync_report.json")["account"], known);
    run.go(&[]).expect(1).says("half seen");
}

#[test]
fn a_last_report_that_cannot_be_read_stops_the_run_until_accepted_and_is_left_for_somebody_to_look_at() {
    let (sandbox, run) = seen_before(&team(8).0);
    for broken in ["{", "", r#"{"account":{"users":"many"}}"#] {
        run.write("var/sync_report.json", broken);
        for flags in [&[][..], &["--dry-run"], &["--check"]] {
            run.go(flags).expect(1).says("var/sync_report.json").says("--accept-shrunk-account");
        }
        assert_eq!(run.read("var/sync_report.json"), broken);
    }
    assert!(sandbox.writes().is_empty());
    run.go(&["--accept-shrunk-account"]).expect(0);
    assert_eq!(run.json("var/sync_report.json")["account"]["users"], 21);
    run.go(&[]).expect(0);
}

#[test]
fn unknown_groups_and_no_users_stop_the_run_before_any_write() {
    let start = |env: &str, value: &str| {
        let sandbox = Sandbox::with_account(team(3).0);
        let run = sync(&sandbox, &json!([owner_row(), row("new@x.test", "A")])).env(env, value);
        (sandbox, run)
    };
    for (env, value, says) in
        [("TIMECAMP_ROOT_GROUP_ID", "999", "root group 999"), ("TIMECAMP_DISABLED_USERS_GROUP_ID", "998", "group 998")]
    {
        let (sandbox, run) = start(env, value);
        run.go(&[]).expect(1).says(says).says("Nothing was changed");
        run.go(&["--dry-run"]).expect(1).says(says);
        assert!(sandbox.writes().is_empty());
    }
    let (sandbox, run) = start("TIMECAMP_ROOT_GROUP_ID", "100");
    sandbox.fault(Fault::new(On::timecamp("GET", "users"), Do::answer(200, json!([]))));
    run.go(&[]).expect(1).says("no users at all");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn without_a_root_group_in_the_settings_it_is_the_one_that_the_key_has() {
    let sandbox = Sandbox::with_account(team(3).0);
    let run = sync(&sandbox, &Value::Array(team(3).1)).without("TIMECAMP_ROOT_GROUP_ID");
    run.go(&["--check"]).expect(0);
    sandbox.fault(Fault::new(On::timecamp("GET", "me"), Do::status(404)));
    run.go(&[]).expect(1).says("TIMECAMP_ROOT_GROUP_ID");
    run.env("TIMECAMP_ROOT_GROUP_ID", "100").go(&["--check"]).expect(0);
}

#[test]
fn any_read_that_fails_ends_the_run_before_any_write() {
    for (route, what) in [
        ("users", "the users"),
        ("group", "the groups"),
        ("people_picker", "the roles"),
        ("user/*/setting", "settings"),
        ("me", "the key's own user"),
    ] {
        let (account, _) = team(3);
        let sandbox = Sandbox::with_account(account);
        sandbox.fault(Fault::new(On::timecamp("GET", route), Do::status(500)));
        let run = sync(&sandbox, &json!([owner_row(), row("new@x.test", "A")]));
        run.go(&[]).expect(1).says(what).says("nothing was changed");
        assert!(sandbox.writes().is_empty(), "{route}");
    }
}

#[test]
fn an_empty_settings_answer_for_several_users_is_asked_again() {
    let (mut account, rows) = team(20);
    for user in account["users"].as_array_mut().unwrap().iter_mut().skip(11) {
        user["settings"]["disabled_user"] = json!("1");
    }
    let rows: Vec<Value> = rows.into_iter().take(11).collect();
    let sandbox = Sandbox::with_account(account);
    sandbox.fault(Fault::once(On::timecamp("GET", "user/*/setting"), Do::answer(200, json!([]))));
    sync(&sandbox, &Value::Array(rows)).go(&["--check"]).expect(0);
    let asked = sandbox.journal().iter().filter(|entry| entry.is("GET", "user/*/setting")).count();
    assert_eq!(asked, 2);
    let empty = account_without_settings();
    sync(&empty, &json!([owner_row()])).go(&["--dry-run"]).expect(0);
    let asked = empty.journal().iter().filter(|entry| entry.is("GET", "user/*/setting")).count();
    assert_eq!(asked, 2, "once more, and then it counts");
}

fn account_without_settings() -> Sandbox {
    let mut account = account(vec![], vec![crate::help::user(2, "ann@x.test", 100)]);
    for user in account["users"].as_array_mut().unwrap() {
        user["settings"] = json!({});
    }
    Sandbox::with_account(account)
}
