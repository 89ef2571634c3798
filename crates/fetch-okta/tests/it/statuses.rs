//! Which statuses are read, who counts as working there, and who is missed.

use crate::{column, fails, fetch, id, ids, in_status, order, org, org_with, user};
use sandbox::{Do, Fault, On};
use serde_json::{Value, json};

/// One user in each status, numbered from 1.
const STATUSES: [&str; 8] =
    ["ACTIVE", "LOCKED_OUT", "PASSWORD_EXPIRED", "RECOVERY", "STAGED", "PROVISIONED", "SUSPENDED", "DEPROVISIONED"];
const KEEP_ALL: &str = "To keep them, set OKTA_USER_STATUSES=ACTIVE,";

fn one_of_each() -> Value {
    (1..).zip(STATUSES).map(|(number, status)| in_status(status, user(number, json!({})))).collect()
}

#[test]
fn only_active_users_come_and_those_who_are_shut_out_are_named() {
    let sandbox = org(one_of_each());
    let run = fetch(&sandbox);
    let done = run
        .go(&[])
        .expect(0)
        .says("okta: 1 users, 1 active")
        .says("3 people who work there are left out")
        .says("does not name their status (LOCKED_OUT, PASSWORD_EXPIRED, RECOVERY)")
        .says("Person 2 (login2@x.test, 00u00002), Person 3 (login3@x.test, 00u00003), Person 4")
        .says_not("Person 5");
    assert!(done.warnings().iter().any(|line| line.contains(KEEP_ALL)), "{done}");
    assert_eq!(order(&run), [id(1)]);
    run.env("LOG_MASK_PII", "true").go(&[]).expect(0).says("3 people who work there").says_not("Person 2");
}

#[test]
fn who_is_shut_out_counts_as_active_when_asked_for() {
    let sandbox = org(one_of_each());
    let run = fetch(&sandbox).env("OKTA_USER_STATUSES", "active, locked_out,PASSWORD_EXPIRED,Recovery");
    run.go(&[]).expect(0).says("okta: 4 users, 4 active").says_not("left out");
    assert_eq!(order(&run), [1, 2, 3, 4].map(id));
    assert_eq!(sandbox.journal().len(), 4, "a list for each status");
}

#[test]
fn who_was_sent_away_or_never_came_is_inactive() {
    let sandbox = org(one_of_each());
    let run = fetch(&sandbox).env("OKTA_USER_STATUSES", STATUSES.join(","));
    run.go(&[]).expect(0).says("okta: 8 users, 4 active").says_not("left out");
    let inactive: Vec<String> =
        column(&run, "status").into_iter().filter(|(_, status)| status == "inactive").map(|(id, _)| id).collect();
    assert_eq!(inactive, [5, 6, 7, 8].map(id));
}

#[test]
fn nobody_shut_out_is_no_warning() {
    let sandbox = org(json!([user(1, json!({})), in_status("SUSPENDED", user(2, json!({})))]));
    let done = fetch(&sandbox).go(&[]).expect(0).says_not("left out");
    assert_eq!(done.warnings().len(), 1, "only the one about shortened waits: {done}");
}

#[test]
fn of_filter_groups_the_members_count() {
    let sandbox = org_with(one_of_each(), json!([{ "id": "00g1", "name": "Ops", "members": ids(&[1, 3, 7, 8]) }]));
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "Ops");
    run.go(&[])
        .expect(0)
        .says("1 people who work there are left out")
        .says("status (PASSWORD_EXPIRED): Person 3")
        .says("left out: 2 members of the filter groups in other statuses");
    assert_eq!(order(&run), [id(1)]);
    run.clone().env("OKTA_USER_STATUSES", "ACTIVE,PASSWORD_EXPIRED,SUSPENDED").go(&[]).expect(0);
    assert_eq!(order(&run), [1, 3, 7].map(id));
}

#[test]
fn excluded_departments_are_missed_by_nobody() {
    let board = in_status("LOCKED_OUT", user(2, json!({ "department": "Board" })));
    let sandbox = org(json!([user(1, json!({})), board]));
    fetch(&sandbox).env("OKTA_EXCLUDED_DEPARTMENTS", "Board").go(&[]).expect(0).says_not("left out");
}

#[test]
fn a_supervisor_who_is_shut_out_serves_the_hierarchy_unless_asked_for() {
    let boss = in_status("LOCKED_OUT", user(2, json!({})));
    let sandbox = org(json!([user(1, json!({ "managerId": id(2) })), boss]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(
        (&column(&run, "status")[&id(2)], &column(&run, "hierarchy_only")[&id(2)]),
        (&json!("inactive"), &json!(true))
    );
    run.clone().env("OKTA_USER_STATUSES", "ACTIVE,LOCKED_OUT").go(&[]).expect(0);
    assert_eq!(
        (&column(&run, "status")[&id(2)], &column(&run, "hierarchy_only")[&id(2)]),
        (&json!("active"), &Value::Null)
    );
}

#[test]
fn people_at_work_need_an_address_whatever_their_status() {
    let sandbox = org(json!([user(1, json!({})), in_status("RECOVERY", user(2, json!({ "email": null })))]));
    let run = fetch(&sandbox).env("OKTA_USER_STATUSES", "ACTIVE,RECOVERY");
    fails(&run, 1, &["1 active users have no address; fill in `email`: Person 2"]);
}

#[test]
fn a_list_that_serves_a_warning_alone_fails_without_the_run() {
    let sandbox = org(one_of_each());
    sandbox.fault(Fault::new(
        On::service("okta").path_containing("RECOVERY"),
        Do::answer(403, json!({ "errorSummary": "You do not have permission" })),
    ));
    let run = fetch(&sandbox);
    let done = run
        .go(&[])
        .expect(0)
        .says("okta: 1 users, 1 active")
        .says("it is not known who is RECOVERY or PASSWORD_EXPIRED or LOCKED_OUT")
        .says("A sync disables those of them who use TimeCamp")
        .says("may not read this")
        .says("answered 403 (You do not have permission)");
    assert_eq!(order(&run), [id(1)]);
    assert!(done.warnings().iter().any(|line| line.contains(KEEP_ALL)), "{done}");
    // Asked for, they are people like all others: a list that fails would disable them.
    fails(&run.clone().env("OKTA_USER_STATUSES", "ACTIVE,RECOVERY"), 1, &["answered 403"]);
}

#[test]
fn who_is_shut_out_between_two_reads_is_not_left_out() {
    let sandbox = org(one_of_each());
    let late = json!([in_status("LOCKED_OUT", user(1, json!({}))), in_status("LOCKED_OUT", user(2, json!({})))]);
    sandbox.fault(Fault::new(On::service("okta").path_containing("LOCKED_OUT"), Do::answer(200, late)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("3 people who work there are left out").says(": Person 2 (").says_not("Person 1 (");
    assert_eq!(column(&run, "status")[&id(1)], "active");
}
