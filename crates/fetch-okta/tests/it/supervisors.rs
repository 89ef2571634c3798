//! Supervisors: by what they are named, and those who are not among the users read.

use crate::{column, fails, fetch, id, ids, in_status, order, org, org_with, user, written};
use serde_json::{Value, json};

fn managed(number: u64, manager: &str) -> Value {
    user(number, json!({ "managerId": manager }))
}

#[test]
fn by_id_by_login_and_by_employee_number() {
    for (field, manager) in [
        ("id", id(1)),
        ("login", "LOGIN1@x.TEST".to_owned()),
        ("email", "Person1@X.test".to_owned()),
        ("employeeNumber", "1001".to_owned()),
    ] {
        let sandbox = org(json!([managed(2, &manager), user(1, json!({})), managed(3, "  ")]));
        let run = fetch(&sandbox).env("OKTA_SUPERVISOR_MATCH_FIELD", field);
        run.go(&[]).expect(0);
        let supervisors: Vec<Value> = column(&run, "supervisor_id").into_values().collect();
        assert_eq!(supervisors, [json!(""), json!(id(1)), json!("")], "by {field}");
    }
}

#[test]
fn employee_numbers_translate_to_other_external_ids() {
    let sandbox = org(json!([managed(2, "1001"), user(1, json!({}))]));
    let run =
        fetch(&sandbox).envs([("OKTA_SUPERVISOR_MATCH_FIELD", "employeeNumber"), ("OKTA_EXTERNAL_ID_FIELD", "login")]);
    run.go(&[]).expect(0);
    assert_eq!(column(&run, "supervisor_id")["login2@x.test"], "login1@x.test");
}

/// Number 1 is in the group; 2 leads 1, 3 leads 2, 4 leads 3 and herself.
fn chain() -> (Value, Value) {
    let users = json!([
        managed(1, &id(2)),
        managed(2, &id(3)),
        in_status("DEPROVISIONED", managed(3, &id(4))),
        user(4, json!({ "managerId": id(4), "email": null })),
        user(5, json!({})),
    ]);
    (users, json!([{ "id": "00g1", "name": "O'Brien's team", "members": ids(&[1]) }]))
}

#[test]
fn managers_outside_the_filter_are_fetched_for_the_hierarchy_alone() {
    let (users, groups) = chain();
    let sandbox = org_with(users, groups);
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "O'Brien's team");
    run.go(&[]).expect(0).says("okta: 4 users, 1 active");
    assert_eq!(order(&run), [id(1), id(2), id(3), id(4)]);
    for (number, user) in (1..).zip(written(&run).into_values()) {
        let status = if number == 1 { "active" } else { "inactive" };
        assert_eq!(user["status"], status, "{user}");
        assert_eq!(user["hierarchy_only"], if number == 1 { Value::Null } else { json!(true) }, "{user}");
        assert_eq!(user["supervisor_id"], id((number + 1).min(4)), "{user}");
    }
    let looked_up: Vec<String> =
        sandbox.journal().into_iter().map(|entry| entry.route).filter(|route| route.starts_with("users/")).collect();
    assert_eq!(looked_up, [2, 3, 4].map(|number| format!("users/{}", id(number))));
}

#[test]
fn missing_managers_are_searched_by_other_fields_in_batches() {
    let quoted = r#"Bo"b\s"#;
    let mut users: Vec<Value> = (1..=45).map(|number| managed(number, &format!("boss{number}"))).collect();
    users.push(managed(46, quoted));
    users.extend(
        (101..=145)
            .map(|number| in_status("SUSPENDED", user(number, json!({ "nick": format!("boss{}", number - 100) })))),
    );
    users.push(in_status("SUSPENDED", user(146, json!({ "nick": quoted }))));
    let sandbox = org(json!(users));
    let run = fetch(&sandbox).env("OKTA_SUPERVISOR_MATCH_FIELD", "nick");
    run.go(&[]).expect(0).says("okta: 92 users, 46 active");
    let supervisors = column(&run, "supervisor_id");
    assert!((1..=46).all(|number| supervisors[&id(number)] == id(number + 100)), "{supervisors:?}");
    let searches = sandbox.journal().iter().filter(|entry| entry.path.contains("search=profile.nick eq")).count();
    assert_eq!(searches, 3);
}

#[test]
fn a_left_out_manager_comes_back_for_the_hierarchy() {
    let sandbox = org(json!([managed(1, &id(2)), user(2, json!({ "department": "Board" }))]));
    let run = fetch(&sandbox).env("OKTA_EXCLUDED_DEPARTMENTS", "Board");
    run.go(&[]).expect(0);
    assert_eq!(column(&run, "hierarchy_only")[&id(2)], true);
    assert_eq!(column(&run, "supervisor_id")[&id(1)], id(2));
}

#[test]
fn a_manager_who_is_nowhere_fails_the_run() {
    let lost = |number: u64, manager: &str| {
        format!("Person {number} (login{number}@x.test, {}) has the supervisor `{manager}`", id(number))
    };
    // Okta would find login1@x.test by `login1` too: that is not the id that was asked for.
    let sandbox =
        org(json!([user(1, json!({})), managed(2, "00uGone"), managed(3, "login1"), managed(4, "../groups")]));
    let words = [lost(2, "00uGone"), lost(3, "login1"), lost(4, "../groups")];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    fails(&fetch(&sandbox), 1, &[&words[..], &["nobody's `id` is that; correct `managerId`"]].concat());
    assert!(sandbox.journal().iter().all(|entry| !entry.path.contains("..")), "{:?}", sandbox.journal());
}

#[test]
fn a_failed_look_up_fails_the_run() {
    let sandbox = org(json!([managed(1, "00uBoss")]));
    sandbox.fault(sandbox::Fault::new(
        sandbox::On::service("okta").route("users/00uBoss"),
        sandbox::Do::answer(500, json!({ "errorSummary": "Internal Server Error" })),
    ));
    fails(&fetch(&sandbox), 1, &["answered 500 (Internal Server Error)"]);
}

#[test]
fn of_several_accounts_the_one_in_use_leads() {
    let number =
        |number, status, employee: &str| in_status(status, user(number, json!({ "employeeNumber": employee })));
    let mut report = user(1, json!({ "managerId": "77" }));
    let people = json!([report, number(2, "DEPROVISIONED", "77"), number(3, "SUSPENDED", "77")]);
    let sandbox = org(people);
    let run = fetch(&sandbox).env("OKTA_SUPERVISOR_MATCH_FIELD", "employeeNumber");
    run.go(&[]).expect(0);
    assert_eq!(column(&run, "supervisor_id")[&id(1)], id(3));
    report["profile"]["managerId"] = json!("78");
    let sandbox = org(json!([report, number(2, "SUSPENDED", "78"), number(3, "SUSPENDED", "78")]));
    let run = fetch(&sandbox).env("OKTA_SUPERVISOR_MATCH_FIELD", "employeeNumber");
    fails(&run, 1, &["which is the `employeeNumber` of Person 2", "Person 3"]);
}
