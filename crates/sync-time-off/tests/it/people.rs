//! Whose days they are, and entries that are left out.

use crate::helpers::{account, but, days, leave, sent, stage, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};

const DAY: &str = "2026-03-05";

fn named(email: Value, external_id: Value) -> Value {
    but(leave(0, DAY, DAY, "Vacation"), json!({ "email": email, "external_id": external_id }))
}

/// Whose day was set by an entry with this address and external id.
fn set_for(email: Value, external_id: Value) -> Vec<String> {
    let sandbox = Sandbox::with_account(account(3));
    stage(&sandbox, json!([named(email, external_id)])).go(&[]).expect(0);
    days(&sandbox).iter().map(|day| day.split_once(' ').unwrap().0.to_owned()).collect()
}

#[test]
fn people_are_found_by_address_additional_address_or_external_id() {
    for (email, external_id, person) in [
        (json!(" P901@X.test "), json!(null), "p901@x.test"),
        (json!("SECOND902@y.test"), json!(null), "p902@x.test"),
        (json!("second902@y.test"), json!("e903"), "p902@x.test"),
        (json!("p901@x.test"), json!("e903"), "p901@x.test"),
        (json!("elsewhere@z.test"), json!("e903"), "p903@x.test"),
        (json!(null), json!("e903"), "p903@x.test"),
        (json!(""), json!(" e903 "), "p903@x.test"),
    ] {
        assert_eq!(set_for(email.clone(), external_id.clone()), [person], "{email} {external_id}");
    }
}

#[test]
fn external_ids_may_be_numbers() {
    let mut account = account(1);
    account["users"][1]["settings"]["external_id"] = json!("31");
    let sandbox = Sandbox::with_account(account);
    stage(&sandbox, json!([named(json!(null), json!(31))])).go(&[]).expect(0);
    assert_eq!(days(&sandbox).len(), 1);
}

#[test]
fn null_in_place_of_a_users_settings_means_that_nothing_is_set() {
    let sandbox = Sandbox::with_account(account(2));
    let row = json!({ "userId": "902", "name": "external_id", "value": "e902" });
    let settings = json!({ "1": null, "901": null, "902": [row] });
    sandbox.fault(Fault::new(On::timecamp("GET", "user/*/setting"), Do::answer(200, settings)));
    let run = stage(&sandbox, json!([named(json!(null), json!("e901")), named(json!(null), json!("e902"))]));
    run.go(&[]).expect(0).says("1 entries are of people who are not in TimeCamp").says("entry 1 (external id e901");
    assert_eq!(days(&sandbox), [format!("p902@x.test {DAY} 13 0/480")]);
}

#[test]
fn settings_of_nobody_are_asked_for_again_before_they_count_as_unset() {
    let nobody = json!({ "1": null, "901": null });
    for empty in [Do::answer(200, json!([])), Do::answer(404, json!([])), Do::answer(200, nobody)] {
        let sandbox = Sandbox::with_account(account(1));
        sandbox.fault(Fault::once(On::timecamp("GET", "user/*/setting"), empty.clone()));
        let run = stage(&sandbox, json!([named(json!("second901@y.test"), json!(null))]));
        run.go(&[]).expect(0);
        assert_eq!(days(&sandbox).len(), 1, "{empty:?}");
        let asked = sandbox.journal().iter().filter(|entry| entry.is("GET", "user/*/setting")).count();
        assert_eq!(asked, 2, "{empty:?}");
    }
}

#[test]
fn external_ids_that_are_not_ours_find_nobody() {
    let sandbox = Sandbox::with_account(account(1));
    let run =
        stage(&sandbox, json!([named(json!(null), json!("e901"))])).env("TIMECAMP_DISABLE_EXTERNAL_ID_SYNC", "true");
    run.go(&[]).expect(0).says("1 entries are of people who are not in TimeCamp");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn ignored_users_are_never_touched() {
    let sandbox = Sandbox::with_account(account(2));
    let leaves = json!([leave(901, DAY, DAY, "Vacation"), leave(902, DAY, DAY, "Vacation")]);
    let run = stage(&sandbox, leaves).env("TIMECAMP_IGNORED_USER_IDS", "7, 901");
    run.go(&[]).expect(0).says("1 entries are of users in TIMECAMP_IGNORED_USER_IDS and are left out: entry 1");
    assert_eq!(sent(&sandbox), [format!("902: {DAY}")]);
    let journal = sandbox.journal();
    assert!(!journal.iter().any(|entry| entry.route.starts_with("attendance/901/")));
}

#[test]
fn entries_of_no_use_are_listed_by_kind_and_the_rest_is_done() {
    let sandbox = Sandbox::with_account(account(2));
    let leaves = json!([
        leave(950, DAY, DAY, "Vacation"),
        named(json!(null), json!(null)),
        but(leave(901, DAY, DAY, "Vacation"), json!({ "start_on": null })),
        but(leave(901, DAY, DAY, "Vacation"), json!({ "finish_on": null })),
        leave(901, "05.03.2026", DAY, "Vacation"),
        leave(901, DAY, "2026-03-01", "Vacation"),
        but(leave(901, DAY, DAY, "Vacation"), json!({ "tc_leave_type": null })),
        leave(901, DAY, DAY, "Sabbatical"),
        json!({}),
        leave(902, DAY, DAY, "Vacation"),
    ]);
    let run = stage(&sandbox, leaves);
    let done = run.go(&[]).expect(0).says("1 days set for 1 users, 0 days right already, 9 entries left out");
    for said in [
        "3 entries are of people who are not in TimeCamp, by address or external id, and are left out: entry 1 (p950@x.test",
        "4 entries have no usable dates and are left out: entry 3 (p901@x.test, ? to 2026-03-05): start_on is missing",
        "1 entries have no day type (tc_leave_type; see the leave type map of the fetch) and are left out: entry 7",
        "1 entries have a day type that TimeCamp does not know and are left out: entry 8 (p901@x.test, 2026-03-05 to \
         2026-03-05): `Sabbatical`",
    ] {
        assert_eq!(done.lines_with(said).len(), 1, "{said}: {done}");
    }
    for shown in [
        "entry 4 (p901@x.test, 2026-03-05 to ?): finish_on is missing",
        "entry 5 (p901@x.test, 05.03.2026 to 2026-03-05): start_on `05.03.2026` is no date",
        "entry 6 (p901@x.test, 2026-03-05 to 2026-03-01): finish_on 2026-03-01 is before start_on 2026-03-05",
        "entry 8 (p901@x.test, 2026-03-05 to 2026-03-05): TimeCamp has no day type `Sabbatical`",
        "entry 9 (nobody named, ? to ?): nobody in TimeCamp",
    ] {
        assert!(done.stdout.contains(shown), "{shown}: {done}");
    }
    assert_eq!(sent(&sandbox), [format!("902: {DAY}")]);
}

#[test]
fn an_account_without_day_types_leaves_everything_out() {
    let sandbox = Sandbox::with_account(with(account(1), "day_types", json!({})));
    let run = stage(&sandbox, json!([leave(901, DAY, DAY, "Vacation")]));
    run.go(&[]).expect(0).says("1 entries have a day type that TimeCamp does not know");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn people_are_masked_in_the_log_when_wanted() {
    let sandbox = Sandbox::with_account(with(account(1), "quirks", json!({ "refuse": { "users": [901] } })));
    let leaves = json!([leave(950, DAY, DAY, "Vacation"), leave(901, DAY, DAY, "Vacation")]);
    let run = stage(&sandbox, leaves).env("LOG_MASK_PII", "true");
    run.go(&["--debug"]).expect(5).says("1 entries are of people").says_not("p950@").says_not("p901@");
}
