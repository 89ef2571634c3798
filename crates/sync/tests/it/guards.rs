//! The guards: what is too much for one run is withheld, named, and let through by a flag.

use crate::help::{
    OWNER, account, disabled, group, has_group, invitations, owner_row, person, row, seen, sync, team, user, with,
};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Done, Run};

/// People, how many of them change, the limit, and whether it trips.
type Case<'a> = (usize, usize, Option<&'a str>, bool);

/// All but `leavers` of the team's `count` people are in the source.
fn leaving(count: usize, leavers: usize) -> (Sandbox, Run) {
    let (account, mut rows) = team(count);
    rows.truncate(1 + count - leavers);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    (sandbox, run)
}

/// The withheld part of this guard, from the report.
#[track_caller]
fn withheld(run: &Run, guard: &str) -> Value {
    let report = run.json("var/sync_report.json");
    let parts = report["withheld"].as_array().unwrap();
    let part = parts.iter().find(|part| part["guard"] == guard);
    part.cloned().unwrap_or_else(|| panic!("{guard} withheld nothing: {}", report["withheld"]))
}

#[track_caller]
fn count(part: &Value) -> usize {
    part["subjects"].as_array().unwrap().len()
}

#[test]
fn deactivations_are_held_against_a_share_a_number_and_half_of_the_company() {
    // The owner counts among those enabled: 200 people and the owner are 201.
    let cases: [Case<'_>; 14] = [
        (200, 42, None, true),
        (200, 38, None, false),
        (199, 40, None, false),
        (199, 41, None, true),
        (49, 11, None, true),
        (49, 10, None, false),
        (11, 7, None, true),
        (11, 6, None, false),
        (3, 2, None, false),
        (30, 6, Some("5"), true),
        (30, 5, Some("5"), false),
        (3, 1, Some("0"), true),
        (30, 28, Some("off"), false),
        (30, 12, Some("50%"), false),
    ];
    for (people, leavers, limit, trips) in cases {
        let (sandbox, run) = leaving(people, leavers);
        let run = run.envs(limit.map(|limit| ("TIMECAMP_MAX_DEACTIVATIONS", limit)));
        let done = run.go(&[]);
        let told = format!("{leavers} of {people} with {limit:?}: {done}");
        assert_eq!(done.code, if trips { 3 } else { 0 }, "{told}");
        assert_eq!(disabled(&sandbox), if trips { 0 } else { leavers }, "{told}");
        if trips {
            let part = withheld(&run, "deactivations");
            assert_eq!(count(&part), leavers, "{told}");
            assert!(done.stdout.contains(&person(people)), "the names are listed: {told}");
            assert!(done.stdout.contains(&format!("--allow-deactivations {leavers}")), "{told}");
        }
    }
}

#[test]
fn what_a_guard_withholds_keeps_nothing_else_from_happening_and_a_dry_run_exits_0() {
    let (account, mut rows) = team(60);
    rows.truncate(31);
    rows[1]["timecamp_user_name"] = json!("Renamed");
    rows.push(row("new@x.test", "Elsewhere"));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    run.go(&["--dry-run"]).expect(0).prints("Withheld").prints("--allow-deactivations 30");
    run.go(&["--check"]).expect(7);
    assert!(sandbox.writes().is_empty());
    run.go(&[]).expect(3);
    assert_eq!(seen(&sandbox, &person(1))["name"], "Renamed");
    assert_eq!(seen(&sandbox, "new@x.test")["group"], "Acme/Elsewhere");
    assert_eq!(disabled(&sandbox), 0);
    run.go(&["--check"]).expect(3);
}

#[test]
fn people_who_are_withheld_keep_their_group() {
    let (sandbox, run) = leaving(40, 40);
    let run = run.env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true");
    run.go(&[]).expect(3);
    assert!(has_group(&sandbox, "Acme/Team"));
    run.go(&["--allow-deactivations", "40"]).expect(0);
    assert!(has_group(&sandbox, "Acme/Team"), "disabled people are still in it");
}

#[test]
fn a_release_holds_for_one_run_and_only_when_it_is_large_enough() {
    let (sandbox, run) = leaving(100, 40);
    run.go(&["--allow-deactivations", "39"]).expect(3);
    assert_eq!(disabled(&sandbox), 0);
    run.go(&["--allow-deactivations", "40"]).expect(0);
    assert_eq!(disabled(&sandbox), 40);
}

#[test]
fn manual_and_ignored_people_are_no_part_of_the_company_that_a_share_is_taken_of() {
    // 40 people besides the owner, 20 of them by hand: 11 of 21 is more than 20 %, of 41 it is too; 8 of 21 is few.
    let (mut account, mut rows) = team(40);
    for user in account["users"].as_array_mut().unwrap().iter_mut().skip(21) {
        user["settings"]["added_manually"] = json!("1");
    }
    rows.truncate(10);
    let sandbox = Sandbox::with_account(account);
    let ignored: Vec<String> = (1012..=1020).map(|id: u64| id.to_string()).collect();
    let run = sync(&sandbox, &Value::Array(rows))
        .env("TIMECAMP_DISABLE_MANUAL_USER_UPDATES", "true")
        .env("TIMECAMP_IGNORED_USER_IDS", ignored.join(","));
    // Of the owner and 20 others who are not by hand, 9 are ignored; 2 of 12 leave, which is few.
    run.go(&[]).expect(0);
    assert_eq!(disabled(&sandbox), 2);
}

#[test]
fn moves_to_the_leavers_group_count_as_deactivations_where_nobody_is_disabled() {
    let (mut account, mut rows) = team(60);
    account["groups"].as_array_mut().unwrap().push(group(102, "Leavers", 100));
    rows.truncate(31);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows))
        .envs([("TIMECAMP_DISABLED_USERS_GROUP_ID", "102"), ("TIMECAMP_DISABLE_USER_DEACTIVATION", "true")]);
    run.go(&[]).expect(3);
    assert_eq!(count(&withheld(&run, "deactivations")), 30);
    assert_eq!(seen(&sandbox, &person(60))["group"], "Acme/Team");
}

/// `new` people join a team of `count`, into a group that has to be made.
fn joining(count: usize, new: usize) -> (Sandbox, Run) {
    let (account, mut rows) = team(count);
    rows.extend((0..new).map(|number| row(&format!("new-{number}@x.test"), "Team/New")));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    (sandbox, run)
}

#[test]
fn seats_are_held_against_a_share_of_everybody_and_a_number() {
    let cases: [Case<'_>; 7] = [
        (9, 50, None, false),
        (9, 51, None, true),
        (59, 60, None, false),
        (59, 61, None, true),
        (9, 3, Some("2"), true),
        (9, 3, Some("3"), false),
        (9, 60, Some("off"), false),
    ];
    for (people, new, limit, trips) in cases {
        let (sandbox, run) = joining(people, new);
        let run = run.envs(limit.map(|limit| ("TIMECAMP_MAX_NEW_USERS", limit)));
        let done = run.go(&[]);
        let told = format!("{new} join {people} with {limit:?}: {done}");
        assert_eq!(done.code, if trips { 3 } else { 0 }, "{told}");
        assert_eq!(invitations(&sandbox).len(), if trips { 0 } else { new }, "{told}");
        assert_eq!(has_group(&sandbox, "Acme/Team/New"), !trips, "a group that only they need: {told}");
        if trips {
            assert_eq!(count(&withheld(&run, "seats")), new, "{told}");
            assert!(done.stdout.contains(&format!("--allow-new-users {new}")), "{told}");
        } else {
            assert!(done.stdout.contains(&format!("adds {new} ({new} invited")), "{told}");
            assert!(done.stdout.contains("BILLING WARNING"), "{told}");
        }
    }
}

#[test]
fn a_first_import_needs_its_release_once() {
    let (sandbox, run) = joining(2, 60);
    run.go(&["--allow-new-users", "59"]).expect(3);
    run.go(&["--allow-new-users", "60"]).expect(0);
    assert_eq!(invitations(&sandbox).len(), 60);
    run.go(&["--check"]).expect(0);
}

#[test]
fn people_enabled_again_take_seats_too() {
    let (mut account, rows) = team(30);
    for user in account["users"].as_array_mut().unwrap().iter_mut().skip(20) {
        user["settings"]["disabled_user"] = json!("1");
    }
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_MAX_NEW_USERS", "10");
    run.go(&[]).expect(3).prints("re-enabled");
    assert_eq!((disabled(&sandbox), count(&withheld(&run, "seats"))), (11, 11));
    run.go(&["--allow-new-users", "11"]).expect(0);
    assert_eq!(disabled(&sandbox), 0);
}

#[test]
fn only_the_group_that_a_withheld_person_alone_needs_is_left_out_with_only() {
    let (account, mut rows) = team(5);
    rows.extend((0..3).map(|number| row(&format!("new-{number}@x.test"), "Team/New")));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_MAX_NEW_USERS", "0");
    run.go(&["--only", "new-1@x.test"]).expect(3);
    assert!(sandbox.writes().is_empty(), "{:?}", sandbox.writes());
}

#[test]
fn leavers_and_joiners_who_are_the_same_people_wait_together() {
    let (account, mut rows) = team(40);
    for row in rows.iter_mut().skip(1) {
        let new = row["timecamp_email"].as_str().unwrap().replace("x.test", "y.test");
        *row = with(row.clone(), json!({ "timecamp_email": new, "timecamp_external_id": "" }));
    }
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    run.go(&[]).expect(3).prints("addresses that changed");
    assert!(sandbox.writes().is_empty());
    assert_eq!(count(&withheld(&run, "deactivations")), 40);
    assert_eq!(count(&withheld(&run, "seats")), 40);
    // Somebody who joins meanwhile is not held up by a limit that only leavers exceed.
    let (sandbox, run) = leaving(100, 40);
    let mut rows = run.json("var/timecamp_users.json");
    rows.as_array_mut().unwrap().push(row("new@x.test", "Team"));
    run.write("var/timecamp_users.json", rows.to_string());
    run.go(&[]).expect(3);
    assert_eq!(invitations(&sandbox).len(), 1);
    assert_eq!(disabled(&sandbox), 0);
}

#[test]
fn a_source_that_lost_its_departments_does_not_flatten_the_company() {
    let (account, mut rows) = team(40);
    for row in rows.iter_mut().skip(1) {
        row["timecamp_groups_breadcrumb"] = json!("");
    }
    rows[1]["timecamp_user_name"] = json!("Renamed");
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true");
    run.go(&[]).expect(3);
    assert_eq!(count(&withheld(&run, "root-moves")), 40);
    assert_eq!(seen(&sandbox, &person(1))["group"], "Acme/Team");
    assert_eq!(seen(&sandbox, &person(1))["name"], "Renamed", "only the move waits");
    assert!(has_group(&sandbox, "Acme/Team"), "people who are withheld keep their group");
    run.go(&["--allow-sweep", "root-moves=39"]).expect(3);
    run.go(&["--allow-sweep", "root-moves=40"]).expect(0);
    assert_eq!(seen(&sandbox, &person(40))["group"], "Acme");
    assert!(!has_group(&sandbox, "Acme/Team"));
}

#[test]
fn a_source_that_lost_its_supervisors_does_not_demote_them() {
    let (mut account, mut rows) = team(30);
    for user in account["users"].as_array_mut().unwrap().iter_mut().skip(1).take(12) {
        user["role_id"] = json!("2");
    }
    rows[13]["timecamp_role"] = json!("supervisor");
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    run.go(&[]).expect(3);
    assert_eq!(count(&withheld(&run, "role-losses")), 12);
    assert_eq!(seen(&sandbox, &person(1))["role"], "2");
    assert_eq!(seen(&sandbox, &person(13))["role"], "2", "who gains a role gains it");
    run.go(&["--allow-sweep", "role-losses=12"]).expect(0);
    assert_eq!(seen(&sandbox, &person(1))["role"], "3");
}

#[test]
fn changes_of_primary_addresses_are_held_back_when_they_are_many() {
    let (account, mut rows) = team(40);
    for row in rows.iter_mut().skip(1) {
        let new = row["timecamp_email"].as_str().unwrap().replace("x.test", "y.test");
        row["timecamp_email"] = json!(new);
    }
    rows[1]["timecamp_user_name"] = json!("Renamed");
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_UPDATE_EMAIL_ON_EXTERNAL_ID", "true");
    run.go(&[]).expect(3);
    assert_eq!(count(&withheld(&run, "address-changes")), 40);
    assert_eq!(seen(&sandbox, &person(1))["name"], "Renamed", "only the address waits");
    run.go(&["--allow-sweep", "address-changes=40"]).expect(0);
    assert_eq!(seen(&sandbox, "person-001@y.test")["name"], "Renamed");
}

#[test]
fn group_removals_are_held_against_the_groups_below_the_root() {
    let many = |count: u64| {
        let groups = (0..count).map(|number| group(200 + number, &format!("Empty {number}"), 100)).collect();
        let sandbox = Sandbox::with_account(account(groups, vec![]));
        let run = sync(&sandbox, &json!([owner_row()])).env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true");
        (sandbox, run)
    };
    let (sandbox, run) = many(12);
    run.go(&[]).expect(3);
    assert_eq!(count(&withheld(&run, "group-removals")), 12);
    assert!(sandbox.writes().is_empty());
    run.go(&["--allow-sweep", "group-removals=11"]).expect(3);
    run.go(&["--allow-sweep", "group-removals=12"]).expect(0);
    assert_eq!(sandbox.view()["groups"], json!(["Acme"]));
    let (sandbox, run) = many(2);
    run.go(&[]).expect(0);
    assert_eq!(sandbox.view()["groups"], json!(["Acme"]));
}

#[test]
fn the_keys_own_user_stays_whatever_the_source_says() {
    let rows = json!([row(&person(1), "Team"), row(&person(2), "Team"), row(&person(3), "Team")]);
    let (account, _) = team(3);
    let own = |account: Value, rows: &Value| -> (Sandbox, Done) {
        let sandbox = Sandbox::with_account(account);
        let run = sync(&sandbox, rows)
            .envs([("TIMECAMP_MAX_DEACTIVATIONS", "off"), ("TIMECAMP_DISABLED_USERS_GROUP_ID", "102")]);
        let done = run.go(&[]).expect(0).prints("key's own user");
        (sandbox, done)
    };
    let account = {
        let mut account = account;
        account["groups"].as_array_mut().unwrap().push(group(102, "Leavers", 100));
        account
    };
    let (sandbox, _) = own(account.clone(), &rows);
    let owner = seen(&sandbox, OWNER);
    assert_eq!((&owner["disabled"], &owner["group"], &owner["role"]), (&json!(false), &json!("Acme"), &json!("1")));
    // In the source as an ordinary user: renamed, but still an administrator.
    let mut rows = rows.as_array().unwrap().clone();
    rows.push(with(row(OWNER, "Team"), json!({ "timecamp_user_name": "Just me" })));
    let sandbox = Sandbox::with_account(account.clone());
    sync(&sandbox, &Value::Array(rows.clone())).go(&[]).expect(0);
    let owner = seen(&sandbox, OWNER);
    assert_eq!(
        (&owner["name"], &owner["role"], &owner["group"]),
        (&json!("Just me"), &json!("1"), &json!("Acme/Team"))
    );
    // Inactive in the source.
    rows[3]["timecamp_status"] = json!("inactive");
    let (sandbox, _) = own(account, &Value::Array(rows));
    assert_eq!(seen(&sandbox, OWNER)["disabled"], false);
}

#[test]
fn people_whom_prepare_had_to_drop_and_people_elsewhere_are_left_alone() {
    let users = vec![user(2, "ann@x.test", 101), user(3, "bob@x.test", 101), user(4, "else@x.test", 300)];
    let groups = vec![group(101, "Team", 100), group(300, "Another company", 0)];
    let sandbox = Sandbox::with_account(account(groups, users));
    let rows = json!([owner_row()]).to_string();
    let run = sync(&sandbox, &json!([owner_row()]));
    let manifest = json!({
        "schema": 1, "run_id": "r", "stage": "prepare", "version": "0", "source": "okta",
        "written_at": "2026-01-01T00:00:00Z", "users": 1, "active": 1, "bytes": rows.len(),
        "sha256": testkit::sha256_hex(rows.as_bytes()), "unplaced": ["ANN@x.test"],
    });
    run.write("var/timecamp_users.json.manifest.json", manifest.to_string());
    run.go(&[]).expect(0);
    assert_eq!(seen(&sandbox, "ann@x.test")["disabled"], false);
    assert_eq!(seen(&sandbox, "bob@x.test")["disabled"], true);
    assert_eq!(seen(&sandbox, "else@x.test")["disabled"], false);
}
