//! Plans that are looked at, stored, checked, and carried out exactly as they were stored.

use crate::help::{
    asked, disabled, group, has_group, owner_row, row, same_view, seen, settled, sync, team, user, with,
};
use crate::scene::{scene, start, undisturbed};
use sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Run;

/// What somebody else does to the account.
type Move = Box<dyn FnOnce(&mut Value)>;

/// Changes the account behind the plan's back.
fn move_account(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    let mut state = sandbox.state();
    change(&mut state["timecamp"]);
    sandbox.load(state).unwrap();
}

#[track_caller]
fn person<'a>(account: &'a mut Value, email: &str) -> &'a mut Value {
    account["users"].as_array_mut().unwrap().iter_mut().find(|user| user["email"] == email).unwrap()
}

/// The scene with its plan stored in plan.json.
fn planned() -> (Sandbox, Run) {
    let (sandbox, run) = start(scene());
    run.go(&["--plan-out", "plan.json"]).expect(0).prints("kim@x.test");
    assert!(sandbox.writes().is_empty(), "a plan is made from reads");
    (sandbox, run)
}

#[test]
fn a_stored_plan_makes_exactly_the_requests_of_a_direct_run() {
    let (direct, run) = start(scene());
    run.go(&[]).expect(0);
    let (stored, run) = planned();
    run.go(&["--apply-plan", "plan.json"]).expect(0);
    assert_eq!(asked(&stored.writes()), asked(&direct.writes()));
    same_view(&stored.view(), &direct.view()).unwrap();
    settled(&run).unwrap();
    // It has been carried out: the account is no longer as it was found.
    run.go(&["--apply-plan", "plan.json"]).expect(6).says("no longer fits the account");
}

#[test]
fn a_stored_plan_is_refused_when_what_it_was_made_from_differs() {
    let (sandbox, run) = planned();
    sandbox.clear_journal();
    let rows = run.read("var/timecamp_users.json");
    let mut other = run.json("var/timecamp_users.json");
    other[1]["timecamp_user_name"] = json!("Somebody Else");
    run.write("var/timecamp_users.json", other.to_string());
    run.go(&["--apply-plan", "plan.json"]).expect(6).says("another file of prepared users");
    run.write("var/timecamp_users.json", rows);
    for (name, value) in [
        ("TIMECAMP_DISABLE_NEW_USERS", "true"),
        ("TIMECAMP_IGNORED_USER_IDS", "2"),
        ("TIMECAMP_DISABLED_USERS_GROUP_ID", "104"),
    ] {
        run.clone().env(name, value).go(&["--apply-plan", "plan.json"]).expect(6).says("other settings");
    }
    run.clone()
        .env("TIMECAMP_ROOT_GROUP_ID", "101")
        .go(&["--apply-plan", "plan.json"])
        .expect(6)
        .says("root group 100");
    run.clone().env("TIMECAMP_CONCURRENCY", "1").go(&["--dry-run", "--apply-plan", "plan.json"]).expect(0);
    let host = sandbox.url().replace("127.0.0.1", "localhost");
    run.clone().env("TIMECAMP_DOMAIN", host).go(&["--apply-plan", "plan.json"]).expect(6).says("not for this account");
    run.go(&["--apply-plan", "gone.json"]).expect(6).says("no stored plan gone.json");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn an_edited_or_broken_plan_is_refused() {
    let (sandbox, run) = planned();
    let plan = run.json("plan.json");
    let edit = |change: &dyn Fn(&mut Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        run.write("plan.json", plan.to_string());
        run.go(&["--apply-plan", "plan.json"]).expect(6)
    };
    edit(&|plan| plan["plan"]["users"][0]["name"] = json!("Edited")).says("was edited");
    edit(&|plan| drop(plan["plan"]["users"].as_array_mut().unwrap().remove(0))).says("was edited");
    edit(&|plan| plan["made_at"] = json!("2030-01-01T00:00:00Z")).says("was edited");
    edit(&|plan| plan["schema"] = json!(2)).says("another version");
    edit(&|plan| drop(plan.as_object_mut().unwrap().remove("digest"))).says("not readable");
    let text = plan.to_string();
    run.write("plan.json", text.chars().take(text.len() / 2).collect::<String>());
    run.go(&["--apply-plan", "plan.json"]).expect(6).says("not readable");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn a_stored_plan_is_refused_when_the_account_moved_in_what_it_touches() {
    let set = |email: &'static str, name: &'static str, value: &'static str| {
        move |account: &mut Value| person(account, email)["settings"][name] = json!(value)
    };
    let put = |email: &'static str, field: &'static str, value: &'static str| {
        move |account: &mut Value| person(account, email)[field] = json!(value)
    };
    let more =
        |list: &'static str, item: Value| move |account: &mut Value| account[list].as_array_mut().unwrap().push(item);
    let less = |list: &'static str, field: &'static str, value: Value| {
        move |account: &mut Value| account[list].as_array_mut().unwrap().retain(|item| item[field] != value)
    };
    let moves: Vec<(&str, Move)> = vec![
        ("ann@x.test", Box::new(put("ann@x.test", "display_name", "Third Name"))),
        ("bob@x.test", Box::new(put("bob@x.test", "group_id", "105"))),
        (
            "bob@x.test",
            Box::new(|account| {
                // Another group of the same name: the path that was shown is the same.
                account["groups"].as_array_mut().unwrap().push(group(192, "Sales", 100));
                person(account, "bob@x.test")["group_id"] = json!("192");
            }),
        ),
        ("cid@x.test", Box::new(put("cid@x.test", "role_id", "5"))),
        ("dan.old@x.test", Box::new(put("dan.old@x.test", "email", "dan.third@x.test"))),
        ("eve@x.test", Box::new(set("eve@x.test", "disabled_user", "0"))),
        ("jon@x.test was enabled again", Box::new(set("jon@x.test", "disabled_user", "0"))),
        ("fay@x.test", Box::new(less("users", "email", json!("fay@x.test")))),
        ("hal@x.test", Box::new(set("hal@x.test", "external_id", "other"))),
        ("ida@x.test", Box::new(set("ida@x.test", "additional_email", "z@z.test"))),
        ("new1@x.test exists", Box::new(more("users", user(90, "NEW1@x.test", 100)))),
        (
            "new3@x.test exists",
            Box::new(|account| {
                person(account, "moe@x.test")["settings"]["additional_email"] = json!("new3@x.test");
            }),
        ),
        ("Acme/Engineering exists", Box::new(more("groups", group(190, "engineering", 100)))),
        ("Acme/Old/Older has people", Box::new(more("users", user(91, "late@x.test", 105)))),
        ("a group below Acme/Old/Older", Box::new(more("groups", group(191, "Below", 105)))),
        (
            "Acme/Support is gone",
            Box::new(|account| {
                account["groups"].as_array_mut().unwrap().retain(|group| group["group_id"] != "106");
                for user in account["users"].as_array_mut().unwrap() {
                    if user["group_id"] == "106" {
                        user["group_id"] = json!("101");
                    }
                }
            }),
        ),
    ];
    for (says, change) in moves {
        let (sandbox, run) = planned();
        move_account(&sandbox, change);
        run.go(&["--apply-plan", "plan.json"]).expect(6).says("no longer fits the account").says(says);
        assert!(sandbox.writes().is_empty(), "{says}");
        run.go(&["--dry-run", "--apply-plan", "plan.json"]).expect(6).says(says);
    }
}

#[test]
fn a_stored_plan_holds_when_the_account_moved_elsewhere() {
    let (sandbox, run) = planned();
    move_account(&sandbox, |account| {
        person(account, "moe@x.test")["display_name"] = json!("Renamed by hand");
        account["users"].as_array_mut().unwrap().push(user(90, "else@x.test", 100));
        account["groups"].as_array_mut().unwrap().push(group(190, "Elsewhere", 101));
    });
    run.go(&["--apply-plan", "plan.json"]).expect(0);
    assert_eq!(seen(&sandbox, "else@x.test")["disabled"], false, "exactly that plan");
    assert_eq!(seen(&sandbox, "kim@x.test")["group"], "Acme/Engineering/Platform");
}

#[test]
fn guards_judge_a_stored_plan_again() {
    let (account, mut rows) = team(40);
    let mut account = account;
    account["groups"].as_array_mut().unwrap().push(group(102, "Leavers", 100));
    rows.truncate(1);
    rows.push(row("new@x.test", "Fresh"));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows))
        .envs([("TIMECAMP_DISABLED_USERS_GROUP_ID", "102"), ("TIMECAMP_REMOVE_EMPTY_GROUPS", "true")]);
    run.go(&["--plan-out", "plan.json", "--allow-deactivations", "40"]).expect(0).prints("Acme/Team");
    // Without the flag the people stay, and so does the group they are in.
    let done = run.go(&["--apply-plan", "plan.json"]).expect(3);
    assert_eq!(disabled(&sandbox), 0, "{done}");
    assert!(has_group(&sandbox, "Acme/Team"));
    assert_eq!(seen(&sandbox, "new@x.test")["group"], "Acme/Fresh");
}

#[test]
fn what_a_guard_would_withhold_goes_into_a_stored_plan_and_out_of_it_with_the_same_release() {
    let (account, mut rows) = team(40);
    rows.truncate(1);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    // Made without a release it holds none of it, and no later release can add what nobody looked at.
    run.go(&["--plan-out", "plan.json"]).expect(0).prints("--allow-deactivations 40");
    run.go(&["--apply-plan", "plan.json", "--allow-deactivations", "40"])
        .expect(2)
        .says("--allow-deactivations 40")
        .says("Make the plan again with --plan-out");
    run.go(&["--apply-plan", "plan.json", "--allow-sweep", "root-moves=40"]).expect(3);
    run.go(&["--plan-out", "plan.json", "--allow-deactivations", "40"])
        .expect(0)
        .says("sync --apply-plan plan.json --allow-deactivations 40");
    run.go(&["--apply-plan", "plan.json", "--allow-deactivations", "39"]).expect(3);
    assert_eq!(disabled(&sandbox), 0);
    run.go(&["--apply-plan", "plan.json", "--allow-deactivations", "40"]).expect(0);
    assert_eq!(disabled(&sandbox), 40);
}

/// Advice that was followed before leads on, and not in a circle.
#[test]
fn a_release_that_was_too_small_is_not_advised_again() {
    let (account, mut rows) = team(40);
    rows.truncate(1);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    let made = run.go(&["--plan-out", "plan.json", "--allow-deactivations", "5"]).expect(0);
    made.says("carry it out with sync --apply-plan plan.json").says_not("plan.json --allow-deactivations");
    run.go(&["--apply-plan", "plan.json", "--allow-deactivations", "5"]).expect(2).says("--allow-deactivations 40");
}

#[test]
fn check_goes_with_one_person_with_json_and_with_plans() {
    let (sandbox, run) = start(scene());
    run.go(&["--check", "--only", "kim@x.test"]).expect(7).prints("kim@x.test").says_not("new1@x.test");
    run.go(&["--check", "--only", "gus@x.test", "--dry-run"]).expect(7);
    run.go(&["--check", "--only", "moe@x.test"]).expect(0);
    let plan = run.go(&["--check", "--json"]).expect(7).json();
    assert_eq!(plan["plan"], run.go(&["--check", "--json", "--plan-out", "plan.json"]).expect(7).json()["plan"]);
    run.go(&["--check", "--apply-plan", "plan.json"]).expect(7);
    let held = run.clone().env("TIMECAMP_MAX_DEACTIVATIONS", "0");
    held.go(&["--check", "--only", "fay@x.test"]).expect(3).prints("fay@x.test");
    assert!(sandbox.writes().is_empty());
    run.go(&["--apply-plan", "plan.json"]).expect(0);
    run.go(&["--check"]).expect(0);
}

#[test]
fn check_says_whether_the_account_is_in_sync() {
    let (sandbox, run) = start(scene());
    run.go(&["--check"]).expect(7);
    assert!(sandbox.writes().is_empty());
    assert!(
        !run.exists("var/sync_report.json") && !run.exists("var/sync.lock"),
        "nothing is written: {:?}",
        run.files()
    );
    run.go(&[]).expect(0);
    run.go(&["--check"]).expect(0).prints("in sync");
    let (account, mut rows) = team(40);
    rows.truncate(2);
    let sandbox = Sandbox::with_account(account);
    sync(&sandbox, &Value::Array(rows)).go(&["--check"]).expect(3);
}

#[test]
fn only_carries_out_what_concerns_one_person() {
    let (sandbox, run) = start(scene());
    let before = sandbox.view();
    run.go(&["--only", "KIM@x.test"]).expect(0);
    let kim = seen(&sandbox, "kim@x.test");
    assert_eq!(
        (&kim["group"], &kim["name"], &kim["role"]),
        (&json!("Acme/Engineering/Platform"), &json!("kim"), &json!("5"))
    );
    for entry in sandbox.writes() {
        let text = format!("{} {}", entry.path, entry.body);
        assert!(text.contains("12") || entry.is("PUT", "group"), "{text}");
    }
    let mut after = sandbox.view();
    after["users"]["kim@x.test"] = before["users"]["kim@x.test"].clone();
    let groups: BTreeSet<&str> =
        after["groups"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert!(groups.contains("Acme/Old/Older"), "nothing is removed");
    assert_eq!(after["users"], before["users"]);
    sandbox.clear_journal();
    run.go(&["--only", "new4@x.test"]).expect(0);
    assert_eq!(seen(&sandbox, "new4@x.test")["group"], "Acme/Sales");
    assert_eq!(sandbox.writes().iter().filter(|entry| entry.is("PUT", "group")).count(), 0);
    sandbox.clear_journal();
    run.go(&["--only", "fay@x.test"]).expect(0);
    assert_eq!(seen(&sandbox, "fay@x.test")["disabled"], true);
    sandbox.clear_journal();
    run.go(&["--only", "nobody@x.test"]).expect(2);
    assert!(sandbox.writes().is_empty());
    run.go(&[]).expect(0);
    same_view(&sandbox.view(), &undisturbed().0).unwrap();
}

#[test]
fn explain_tells_match_change_reason_and_what_was_decided_against() {
    let (sandbox, run) = start(scene());
    let explain = |address: &str| run.go(&["--explain", address]).expect(0);
    explain("dan@x.test").prints("found by external id").prints("primary address: dan.old@x.test → dan@x.test");
    explain("Kim@x.test")
        .prints("kim@x.test")
        .prints("group: Acme/Old/Older → Acme/Engineering/Platform")
        .prints("source's department");
    explain("moe@x.test")
        .prints("TIMECAMP_DISABLE_MANUAL_USER_UPDATES leaves it alone")
        .prints("found by primary address");
    explain("fay@x.test").prints("No row of the source matched it").prints("not in the source");
    explain("new1@x.test").prints("No account was found").prints("People to invite");
    explain("nobody@x.test").prints("no row").prints("no account");
    run.clone()
        .env("TIMECAMP_IGNORED_USER_IDS", "3")
        .go(&["--explain", "bob@x.test"])
        .expect(0)
        .prints("never touched");
    explain(crate::help::OWNER).prints("key's own user");
    let held = run.clone().env("TIMECAMP_MAX_DEACTIVATIONS", "0");
    held.go(&["--explain", "fay@x.test"]).expect(0).prints("Withheld");
    assert!(sandbox.writes().is_empty());
}

/// What a plan or a report would do, as comparable text.
fn listed(plan: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut listed = BTreeSet::new();
    for group in plan["create_groups"].as_array().unwrap() {
        listed.insert(format!("group_created {}", text(&group["path"])));
    }
    for group in plan["remove_groups"].as_array().unwrap() {
        listed.insert(format!("group_removed {}", text(&group["path"])));
    }
    for one in plan["invitations"].as_array().unwrap() {
        listed.insert(format!("user_invited {} into {}", text(&one["email"]), text(&one["group"]["path"])));
    }
    for user in plan["users"].as_array().unwrap() {
        for change in user["changes"].as_array().unwrap() {
            let [field, old, new] = ["field", "old", "new"].map(|name| text(&change[name]));
            listed.insert(format!("user_changed {} {field}: {old} to {new}", text(&user["email"])));
        }
    }
    listed
}

#[test]
fn a_dry_run_reads_only_and_lists_one_for_one_what_a_run_then_does() {
    let (sandbox, run) = start(scene());
    let dry = run.go(&["--dry-run", "--json"]).expect(0).json();
    assert!(sandbox.journal().iter().all(|entry| entry.method == "GET"));
    let wet = run.go(&["--json"]).expect(0).json();
    assert_eq!(dry["plan"], wet["plan"]);
    let report = run.json("var/sync_report.json");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let done: BTreeSet<String> = report["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert_eq!(entry["outcome"], "done", "{entry}");
            let [kind, subject, field, old, new] =
                ["kind", "subject", "field", "old", "new"].map(|name| text(&entry[name]));
            match kind.as_str() {
                "user_changed" => format!("{kind} {subject} {field}: {old} to {new}"),
                "user_invited" => format!("{kind} {subject} into {new}"),
                _ => format!("{kind} {subject}"),
            }
        })
        .collect();
    assert_eq!(done, listed(&dry["plan"]));
    assert!(done.len() > 25, "{done:#?}");
}

#[test]
fn flags_that_exclude_each_other_are_a_usage_error() {
    let (_sandbox, run) = start(scene());
    for flags in [
        &["--plan-out", "a", "--apply-plan", "b"][..],
        &["--only", "a@x.test", "--apply-plan", "b"],
        &["--explain", "a@x.test", "--check"],
        &["--allow-sweep", "everything=3"],
        &["--allow-deactivations", "-1"],
    ] {
        run.go(flags).expect(2);
    }
    let (_sandbox, run) = start(scene());
    let rows = json!([with(owner_row(), json!({ "timecamp_status": "ACTIVE" }))]);
    run.write("other.json", rows.to_string());
    run.go(&["--dry-run", "--input", "other.json"]).expect(0).prints("People to disable");
}
