//! TimeCamp refuses some of it: everybody else is done, and every failure is named.

use crate::help::{
    account, ended, group, has_group, invitations, owner_row, quirky, row, same_view, seen, settled, sync, team, user,
    with,
};
use crate::scene::{scene, start, undisturbed};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

/// What the report says of one subject: `field or kind` and outcome.
fn outcomes(run: &Run, subject: &str) -> Vec<(String, String, String)> {
    let report = run.json("var/sync_report.json");
    let entries = report["changes"].as_array().unwrap().iter().filter(|entry| entry["subject"] == subject);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries
        .map(|entry| {
            let what = if entry["field"].is_null() { text(&entry["kind"]) } else { text(&entry["field"]) };
            (what, text(&entry["outcome"]), text(&entry["detail"]))
        })
        .collect()
}

/// Everybody but these is as after an undisturbed run.
fn others_are_done(sandbox: &Sandbox, but: &[&str]) {
    let (mut want, mut have) = (undisturbed().0, sandbox.view());
    for view in [&mut want, &mut have] {
        for email in but {
            drop(view["users"].as_object_mut().unwrap().remove(*email));
        }
    }
    same_view(&have, &want).unwrap();
}

#[test]
fn a_user_whom_timecamp_refuses_to_change_is_named_and_the_others_are_done() {
    let quirks = json!({ "visible_after_ms": 30, "refuse": { "users": [12] } });
    let (sandbox, run) = start(quirky(scene(), &quirks));
    let done = run.go(&[]).expect(5);
    assert!(done.lines_with("ERROR").iter().any(|line| line.contains("kim@x.test") && line.contains("403")), "{done}");
    let kim = outcomes(&run, "kim@x.test");
    assert!(kim.iter().any(|(what, outcome, why)| what == "name" && outcome == "failed" && why.contains("403")));
    assert!(kim.iter().any(|(what, outcome, _)| what == "group" && outcome == "skipped"), "{kim:?}");
    // Kim stays in Old/Older, so that these stay, too.
    assert!(has_group(&sandbox, "Acme/Old/Older"));
    let mut view = sandbox.view();
    view["groups"] = undisturbed().0["groups"].clone();
    drop(view["users"].as_object_mut().unwrap().remove("kim@x.test"));
    let mut want = undisturbed().0;
    drop(want["users"].as_object_mut().unwrap().remove("kim@x.test"));
    same_view(&view, &want).unwrap();
    // Once TimeCamp allows it, the next run does what is left.
    let state = sandbox.state();
    sandbox
        .load(with(state.clone(), json!({ "timecamp": with(state["timecamp"].clone(), json!({ "quirks": {} })) })))
        .unwrap();
    run.go(&[]).expect(0);
    same_view(&sandbox.view(), &undisturbed().0).unwrap();
    settled(&run).unwrap();
}

#[test]
fn a_group_that_cannot_be_made_takes_its_branch_and_its_people_with_it() {
    let quirks = json!({ "visible_after_ms": 30, "refuse": { "groups": ["Engineering"] } });
    let (sandbox, run) = start(quirky(scene(), &quirks));
    run.go(&[]).expect(5).says("You can not create this group");
    let of = |subject: &str| outcomes(&run, subject);
    assert_eq!(of("Acme/Engineering")[0].1, "failed");
    assert_eq!(of("Acme/Engineering/Platform")[0].1, "skipped");
    assert_eq!(of("new1@x.test")[0].1, "skipped");
    assert!(of("new3@x.test")[0].2.contains("Acme/Engineering"), "{:?}", of("new3@x.test"));
    let kim = of("kim@x.test");
    assert!(kim.iter().any(|(what, outcome, _)| what == "group" && outcome == "skipped"), "{kim:?}");
    assert!(kim.iter().any(|(what, outcome, _)| what == "name" && outcome == "done"), "{kim:?}");
    assert_eq!(seen(&sandbox, "kim@x.test")["role"], "5", "the role is set where they are");
    assert_eq!(seen(&sandbox, "kim@x.test")["manual"], false);
    assert_eq!(invitations(&sandbox).keys().collect::<Vec<_>>(), ["new4@x.test"]);
    assert_eq!(seen(&sandbox, "new4@x.test")["manual"], false);
}

#[test]
fn an_address_that_cannot_be_invited_is_named_and_the_others_of_its_request_come() {
    for batch in ["status", "whole", "partly"] {
        let refuse = json!({ "emails": ["new2@x.test"], "batch": batch });
        let (sandbox, run) = start(quirky(scene(), &json!({ "visible_after_ms": 30, "refuse": refuse })));
        let done = run.go(&[]).expect(5);
        assert!(done.lines_with("ERROR").iter().any(|line| line.contains("new2@x.test")), "{batch}: {done}");
        assert_eq!(outcomes(&run, "new2@x.test")[0].1, "failed", "{batch}");
        others_are_done(&sandbox, &["new2@x.test"]);
        let twice = invitations(&sandbox).into_iter().find(|(email, count)| *count > 1 && email != "new2@x.test");
        assert_eq!(twice, None, "{batch}");
        let pending = run.json("var/pending_new_users.json");
        assert_eq!(pending, json!([]), "{batch}: who was refused is not pending");
    }
}

#[test]
fn a_new_group_that_timecamp_cannot_use_yet_is_waited_for() {
    let quirks = json!({ "visible_after_ms": 30, "group_usable_after_ms": 200 });
    let (sandbox, run) = start(quirky(scene(), &quirks));
    run.go(&[]).expect(0);
    let tries = sandbox.journal().iter().filter(|entry| entry.is("PUT", "group")).count();
    assert!(tries > 2, "{tries} requests for two groups");
    same_view(&sandbox.view(), &undisturbed().0).unwrap();
}

/// Ann is in `Deep/B` and should go further down; Zoe is invited; the account allows two levels below its top.
fn deep(root: u64) -> (Sandbox, Run) {
    let groups = vec![group(200, "Branch", 100), group(101, "Deep", root), group(102, "B", 101)];
    let levels = if root == 100 { 2 } else { 3 };
    let account = account(groups, vec![user(2, "ann@x.test", 101), user(3, "bob@x.test", 102)]);
    let quirks = json!({ "max_depth_below_root": levels });
    let sandbox = Sandbox::with_account(with(quirky(account, &quirks), json!({ "root": root })));
    let rows = json!([
        with(owner_row(), json!({})),
        row("ann@x.test", "Deep/B/C/D"),
        row("bob@x.test", "Deep/B"),
        row("zoe@x.test", "Deep/B/C"),
    ]);
    let run = sync(&sandbox, &rows).env("TIMECAMP_DISABLE_GROUP_UPDATES", "false");
    (sandbox, run)
}

#[test]
fn where_timecamp_allows_no_more_levels_people_stay_or_go_to_the_deepest_and_the_next_plan_cuts_there() {
    for root in [100, 200] {
        let (sandbox, run) = deep(root);
        let top = if root == 100 { "Acme/Deep" } else { "Acme/Branch/Deep" };
        run.go(&[]).expect(5).says("TIMECAMP_MAX_GROUP_DEPTH=2").says("up to level 4");
        assert_eq!(seen(&sandbox, "ann@x.test")["group"], top, "root {root}");
        assert_eq!(seen(&sandbox, "zoe@x.test")["group"], format!("{top}/B"), "root {root}");
        let known = json!({ "levels": 2, "domain": "127.0.0.1", "root_group": root });
        assert_eq!(run.json("var/sync_report.json")["group_depth"], known, "root {root}");
        run.go(&[])
            .expect(0)
            .prints("Deep/B/C/D: TimeCamp allowed only 2 levels")
            .prints(&format!("belong in {top}/B"))
            .prints("--try-deeper-groups");
        assert_eq!(seen(&sandbox, "ann@x.test")["group"], format!("{top}/B"), "root {root}");
        settled(&run).unwrap();
        run.go(&["--explain", "ann@x.test"]).expect(0).prints("Deep/B/C/D: TimeCamp allowed only 2 levels");
        run.go(&["--explain", "bob@x.test"]).expect(0).says_not("--try-deeper-groups");
        assert_eq!(run.json("var/sync_report.json")["group_depth"], known, "it is remembered");
    }
}

#[test]
fn a_depth_that_was_found_is_tried_again_when_asked_and_forgotten_when_it_holds_no_more() {
    let (sandbox, run) = deep(100);
    run.go(&[]).expect(5);
    let depth = || run.json("var/sync_report.json")["group_depth"].clone();
    run.go(&["--try-deeper-groups"]).expect(5).says("up to level 4");
    assert_eq!(depth()["levels"], 2, "it is as it was");
    run.go(&["--try-deeper-groups", "--only", "bob@x.test"]).expect(0);
    assert_eq!(depth()["levels"], 2, "nothing deeper was tried");
    let mut state = sandbox.state();
    state["timecamp"]["quirks"] = json!({});
    sandbox.load(state).unwrap();
    run.go(&["--dry-run"]).expect(0).prints("only 2 levels");
    run.go(&["--try-deeper-groups"]).expect(0);
    assert_eq!(depth(), Value::Null);
    assert_eq!(seen(&sandbox, "ann@x.test")["group"], "Acme/Deep/B/C/D");
    settled(&run).unwrap();
}

#[test]
fn a_depth_that_was_found_holds_for_one_account_and_its_root_group_only() {
    let (sandbox, run) = deep(100);
    run.go(&[]).expect(5);
    let other = run.clone().env("TIMECAMP_DOMAIN", sandbox.url().replace("127.0.0.1", "localhost"));
    other.go(&["--dry-run"]).expect(0).prints("+ Acme/Deep/B/C (").says_not("only 2 levels");
    let below = run.clone().env("TIMECAMP_ROOT_GROUP_ID", "200");
    below.go(&["--dry-run"]).expect(0).prints("+ Acme/Branch/Deep/B/C (").says_not("only 2 levels");
    run.clone().env("TIMECAMP_API_KEY", "another-key").go(&[]).expect(1);
    run.go(&["--dry-run"]).expect(0).prints("only 2 levels");
}

#[test]
fn a_group_that_is_there_is_used_however_deep_it_is() {
    let (sandbox, run) = deep(100);
    run.go(&[]).expect(5);
    let mut state = sandbox.state();
    let by_hand = [group(300, "C", 102), group(301, "D", 300)];
    state["timecamp"]["groups"].as_array_mut().unwrap().extend(by_hand);
    sandbox.load(state).unwrap();
    run.go(&[]).expect(0).says_not("only 2 levels");
    assert_eq!(seen(&sandbox, "ann@x.test")["group"], "Acme/Deep/B/C/D");
}

#[test]
fn a_key_that_stops_working_in_the_middle_ends_the_run() {
    let (want, _) = undisturbed();
    for k in [1, 4, 9, 20] {
        let (sandbox, run) = start(scene());
        // From the k-th write on.
        let pause = sandbox.pause(On::service("timecamp").method("PUT"), k);
        let running = run.spawn(&[]);
        assert!(pause.wait(std::time::Duration::from_mins(1)));
        sandbox.fault(Fault::new(On::service("timecamp"), Do::status(401)));
        pause.release();
        let done = ended(running.wait(), 1).unwrap().says("no longer accepts TIMECAMP_API_KEY");
        let report = run.json("var/sync_report.json");
        assert_eq!(report["exit_code"], 1, "{done}");
        assert!(report["counts"]["not_reached"].as_u64().unwrap() > 0, "{report}");
        let refused = sandbox.journal().iter().filter(|entry| entry.status == 401).count();
        assert!(refused <= 4, "{refused} requests after the key was refused");
        sandbox.clear_faults();
        run.go(&[]).expect(0);
        same_view(&sandbox.view(), &want).unwrap();
        settled(&run).unwrap();
    }
}

#[test]
fn a_key_without_rights_ends_the_run() {
    let (account, mut rows) = team(30);
    for row in rows.iter_mut().skip(1) {
        row["timecamp_user_name"] = json!("Renamed");
    }
    let sandbox = Sandbox::with_account(account);
    for method in ["PUT", "POST", "DELETE"] {
        sandbox.fault(Fault::new(On::service("timecamp").method(method), Do::status(403)));
    }
    let run = sync(&sandbox, &Value::Array(rows));
    run.go(&[]).expect(1).says("must be an administrator");
    assert!(sandbox.writes().len() < 20, "{} writes", sandbox.writes().len());
    assert_eq!(run.json("var/sync_report.json")["exit_code"], 1);
}

#[test]
fn few_changes_that_are_all_refused_end_the_run_as_many_do_but_one_or_two_are_failures() {
    for (people, code) in [(5, 1), (3, 1), (2, 5), (1, 5)] {
        let (account, mut rows) = team(5);
        for row in rows.iter_mut().skip(1).take(people) {
            row["timecamp_user_name"] = json!("Renamed");
        }
        let sandbox = Sandbox::with_account(account);
        for method in ["PUT", "POST", "DELETE"] {
            sandbox.fault(Fault::new(On::service("timecamp").method(method), Do::status(403)));
        }
        let run = sync(&sandbox, &Value::Array(rows));
        let done = run.go(&[]).expect(code).says("person-001@x.test");
        assert_eq!(done.stderr.contains("must be an administrator"), code == 1, "{done}");
        let report = run.json("var/sync_report.json");
        assert_eq!((&report["exit_code"], report["error"].is_null()), (&json!(code), code == 5), "{report}");
        assert_eq!(report["counts"]["failed"], people);
    }
}

#[test]
fn a_failure_weighs_more_than_what_is_withheld_and_a_run_that_stops_more_than_both() {
    for (status, code) in [(400, 5), (401, 1)] {
        let (account, mut rows) = team(40);
        rows.truncate(20);
        rows[1]["timecamp_user_name"] = json!("Renamed");
        let sandbox = Sandbox::with_account(account);
        sandbox.fault(Fault::new(On::timecamp("POST", "user"), Do::status(status)));
        sync(&sandbox, &Value::Array(rows)).go(&[]).expect(code).prints("--allow-deactivations 21");
    }
}

/// A run that died owes Ann `added_manually` = 0; the next can do nothing else for her, and pays all the same.
#[test]
fn what_is_owed_is_paid_though_nothing_else_of_the_user_can_be_done() {
    let users = vec![with(
        user(2, "ann@x.test", 100),
        json!({ "settings": {
        "external_id": "id-ann@x.test", "added_manually": "1" } }),
    )];
    let quirks = json!({ "refuse": { "groups": ["Nowhere"] } });
    let sandbox = Sandbox::with_account(quirky(account(vec![], users), &quirks));
    let owed = json!({ "2": { "user_id": 2, "email": "ann@x.test", "settings": { "added_manually": "0" } } });
    let run = sync(&sandbox, &json!([owner_row(), row("ann@x.test", "Nowhere")]))
        .file("var/pending_user_settings.json", owed.to_string());
    run.go(&[]).expect(5);
    assert_eq!(seen(&sandbox, "ann@x.test")["manual"], false);
}
