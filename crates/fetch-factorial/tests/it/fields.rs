//! From an employee to a user, field by field.

use crate::helpers::{employee, employees, fetch, firm, people, team, with};
use sandbox::Sandbox;
use serde_json::{Value, json};

/// What becomes of one employee with these fields.
fn user_of(more: Value, settings: &[(&str, &str)]) -> Value {
    // Somebody is always there, for nobody at all is refused.
    let sandbox = people(json!([employee(1, more), employee(99, json!({}))]));
    let run = fetch(&sandbox).envs(settings.iter().copied());
    run.go(&[]).expect(0);
    run.users().into_iter().find(|user| user["external_id"] == "1").unwrap()
}

fn departments(teams: Value, count: u64) -> Vec<Value> {
    let sandbox = Sandbox::start(firm(employees(count), teams, json!([])));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    run.users().into_iter().map(|user| user["department"].clone()).collect()
}

#[test]
fn a_plain_employee_becomes_a_user_field_by_field() {
    let given = employee(
        7,
        json!({ "full_name": "  Żaneta Łoś-Ñandú 山田 ", "login_email": "Zaneta.Los@X.Test", "manager_id": 8 }),
    );
    let world = firm(json!([given, employee(8, json!({}))]), json!([team(3, "Größe & Maß", &[7])]), json!([]));
    let version = json!({ "id": 1, "employee_id": 7, "effective_on": "2020-01-01", "job_title": "Ingeniør" });
    let sandbox = Sandbox::start(with(world, "contract_versions", json!([version])));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(
        run.users()[0],
        json!({
            "external_id": "7",
            "name": "Żaneta Łoś-Ñandú 山田",
            "email": "Zaneta.Los@X.Test",
            "department": "Größe & Maß",
            "job_title": "Ingeniør",
            "status": "active",
            "supervisor_id": "8",
            "raw_data": given,
        })
    );
    assert!(run.read("var/users.json").contains("\"name\": \"Żaneta Łoś-Ñandú 山田\""), "not escaped");
}

#[test]
fn names_fall_back_to_first_and_last() {
    for (full, first, last, name) in [
        (json!("Ann Ex"), json!("A"), json!("E"), "Ann Ex"),
        (json!(null), json!(" Ann "), json!("Ex"), "Ann Ex"),
        (json!("  "), json!("Ann"), json!(null), "Ann"),
        (json!(""), json!(null), json!("Ex"), "Ex"),
        (json!(null), json!(null), json!(""), ""),
        (json!(42), json!("A"), json!("E"), "42"),
    ] {
        let user = user_of(json!({ "full_name": full, "first_name": first, "last_name": last }), &[]);
        assert_eq!(user["name"], name, "{full} {first} {last}");
    }
}

#[test]
fn the_address_is_the_chosen_field_or_else_the_other() {
    let personal = [("FACTORIAL_EMAIL_FIELD", "email")];
    let login = [("FACTORIAL_EMAIL_FIELD", "login_email")];
    for (settings, more, address) in [
        (&[][..], json!({}), "person1@x.test"),
        (&login[..], json!({}), "person1@x.test"),
        (&personal[..], json!({}), "home1@y.test"),
        (&[][..], json!({ "login_email": null }), "home1@y.test"),
        (&[][..], json!({ "login_email": "  " }), "home1@y.test"),
        (&personal[..], json!({ "email": "" }), "person1@x.test"),
        (&[][..], json!({ "login_email": null, "email": null }), ""),
    ] {
        assert_eq!(user_of(more.clone(), settings)["email"], address, "{settings:?} {more}");
    }
}

#[test]
fn of_several_teams_the_one_with_the_lowest_id_counts() {
    let teams = json!([
        team(20, "Late", &[1, 2]),
        team(9, "R/D // Lab", &[2, 3]),
        team(100, "Later", &[3, 4]),
        json!({ "id": 5, "name": null, "employee_ids": [1, 4] }),
        json!({ "id": 6, "name": "Empty", "employee_ids": null }),
    ]);
    let found = departments(teams, 5);
    assert_eq!(found, [json!("Late"), json!("R-D -- Lab"), json!("R-D -- Lab"), json!("Later"), json!(null)]);
}

#[test]
fn a_team_that_does_not_tell_its_members_stops_the_run() {
    let sandbox = Sandbox::start(firm(employees(2), json!([{ "id": 5, "name": "Works" }]), json!([])));
    let run = fetch(&sandbox);
    run.go(&[])
        .expect(1)
        .says("the team 5 of Factorial has nothing in the field employee_ids, where a list is expected");
    assert!(run.files().is_empty());
}

#[test]
fn the_job_title_is_that_of_the_contract_in_force() {
    let version = |id: u64, employee: u64, from: &str, title: Value| json!({ "id": id, "employee_id": employee, "effective_on": from, "job_title": title, "salary_amount": 123_456 });
    let versions = json!([
        version(5, 1, "2024-01-01", json!("Clerk")),
        version(4, 1, "2025-01-01", json!(" Head clerk ")),
        version(6, 1, "2999-01-01", json!("Director")),
        version(10, 2, "2024-01-01", json!("Second of the day")),
        version(9, 2, "2024-01-01", json!("First of the day")),
        version(11, 3, "2999-01-01", json!("Not yet")),
        version(12, 4, "2020-01-01", json!("Once")),
        version(13, 4, "2021-01-01", json!(null)),
        json!({ "id": 14, "employee_id": 5, "effective_on": null, "starts_on": "2021-01-01", "job_title": "Porter" }),
    ]);
    let sandbox = Sandbox::start(with(firm(employees(6), json!([]), json!([])), "contract_versions", versions));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let titles: Vec<Value> = run.users().into_iter().map(|user| user["job_title"].clone()).collect();
    assert_eq!(json!(titles), json!(["Head clerk", "Second of the day", null, null, "Porter", null]));
    assert_eq!(sandbox.journal().len(), 4, "one request for each list");
    assert!(!run.read("var/users.json").contains("123456"), "no pay is kept");
}

#[test]
fn an_api_without_contracts_gives_no_titles() {
    let sandbox = people(employees(2));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("has no contract versions; going on without them");
    assert_eq!(run.users()[0]["job_title"], Value::Null);
}

#[test]
fn ids_may_be_text_and_managers_null_or_themselves() {
    let staff = json!([
        employee(2, json!({ "manager_id": 10 })),
        employee(10, json!({ "manager_id": 10 })),
        employee(3, json!({ "manager_id": null })),
    ]);
    let world = firm(staff, json!([team(1, "Works", &[2, 3])]), json!([]));
    for ids in ["number", "text"] {
        let sandbox = Sandbox::start(with(world.clone(), "quirks", json!({ "ids": ids })));
        let run = fetch(&sandbox);
        run.go(&[]).expect(0);
        let found: Vec<Value> = run
            .users()
            .iter()
            .map(|user| json!([user["external_id"], user["supervisor_id"], user["department"]]))
            .collect();
        assert_eq!(found, [json!(["10", "10", null]), json!(["2", "10", "Works"]), json!(["3", "", "Works"])], "{ids}");
    }
}

#[test]
fn who_is_not_active_is_not_asked_for_and_not_taken_for_active() {
    let staff = json!([
        employee(1, json!({})),
        employee(2, json!({ "active": false })),
        employee(3, json!({ "active": null }))
    ]);
    let world = firm(staff, json!([]), json!([]));
    for (filters, expected) in [
        ("honest", json!([["1", "active"], ["3", "active"]])),
        ("ignored", json!([["1", "active"], ["2", "inactive"], ["3", "active"]])),
    ] {
        let sandbox = Sandbox::start(with(world.clone(), "quirks", json!({ "filters": filters })));
        let run = fetch(&sandbox);
        run.go(&[]).expect(0);
        let found: Value = run.users().iter().map(|user| json!([user["external_id"], user["status"]])).collect();
        assert_eq!(found, expected, "{filters}");
    }
}

#[test]
fn what_cannot_be_a_name_stops_the_run_and_is_named() {
    let sandbox = people(json!([employee(1, json!({})), employee(2, json!({ "full_name": ["Ann", "Ex"] }))]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("the employee 2 of Factorial has a list in the field full_name, where text is expected");
    assert!(!run.exists("var/users.json"));
}

#[test]
fn what_is_asked_for() {
    let sandbox = people(employees(1));
    fetch(&sandbox).go(&[]).expect(0);
    let asked: Vec<String> = sandbox.journal().into_iter().map(|entry| entry.path).collect();
    let base = "/factorial/api/2026-10-01/resources";
    assert_eq!(
        asked,
        [
            format!("{base}/employees/employees?only_active=true&only_managers=false&limit=100"),
            format!("{base}/teams/teams?limit=100"),
            format!("{base}/contracts/contract_versions?limit=100"),
            format!(
                "{base}/timeoff/leaves?from=2026-01-01&to=2026-12-31&include_deleted_leaves=false&include_leave_type=true\
                 &limit=100"
            ),
        ]
    );
}
