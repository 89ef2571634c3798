//! From an employee to a user, field by field.

use crate::{employee, fetch, office};
use serde_json::{Value, json};

/// What becomes of one employee with these fields; `None` when they are left out.
fn user_of(more: Value, rule: Option<&str>) -> Option<Value> {
    // Somebody is always there, for nobody at all is refused.
    let sandbox = office(json!([employee(1, more), employee(99, json!({}))]));
    let run = fetch(&sandbox);
    let run = rule.map_or(run.clone(), |rule| run.env("BAMBOOHR_SUPERVISOR_RULE", rule));
    run.go(&[]).expect(0);
    run.users().into_iter().find(|user| user["external_id"] != "99")
}

#[test]
fn a_plain_employee_becomes_a_user_field_by_field() {
    let given = employee(
        7,
        json!({
            "name": "  Żaneta Łoś-Ñandú 山田  ",
            "email": "Zaneta.Los@X.Test",
            "jobInformationDivision": "Technik",
            "jobInformationDepartment": "Größe & Maß",
            "jobInformationJobTitle": "Ingeniør",
            "isSupervisor": "No",
        }),
    );
    let sandbox = office(json!([given]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let record = &run.users()[0]["raw_data"];
    assert_eq!(record["employeeNumber"], "7");
    assert_eq!(record["name"], "  Żaneta Łoś-Ñandú 山田  ");
    assert_eq!(record["supervisorEid"], Value::Null);
    assert_eq!(
        run.users()[0],
        json!({
            "external_id": "7",
            "name": "Żaneta Łoś-Ñandú 山田",
            "email": "Zaneta.Los@X.Test",
            "department": "Technik/Größe & Maß",
            "job_title": "Ingeniør",
            "status": "active",
            "supervisor_id": "",
            "is_supervisor": false,
            "raw_data": record,
        })
    );
    assert!(run.read("var/users.json").contains("\"name\": \"Żaneta Łoś-Ñandú 山田\""), "not escaped");
}

#[test]
fn departments_take_what_is_there() {
    for (division, department, path) in [
        (json!("Sales"), json!("Field"), json!("Sales/Field")),
        (json!(" Sales "), json!("Field "), json!("Sales/Field")),
        (json!("Sales"), json!(null), json!("Sales")),
        (json!("  "), json!("Field"), json!("Field")),
        (json!(null), json!(""), json!(null)),
        (json!(3), json!(14), json!("3/14")),
    ] {
        let user = user_of(json!({ "jobInformationDivision": division, "jobInformationDepartment": department }), None);
        assert_eq!(user.unwrap()["department"], path, "{division} {department}");
    }
}

#[test]
fn numbers_serve_where_text_is_expected_and_nulls_where_nothing_is() {
    let user = user_of(
        json!({
            "employeeNumber": 104,
            "name": 7,
            "jobInformationJobTitle": null,
            "supervisorId": 99,
            "hireDate": null,
            "employmentStatus": null,
            "status": null,
        }),
        None,
    )
    .unwrap();
    assert_eq!(
        (&user["external_id"], &user["name"], &user["supervisor_id"], &user["job_title"]),
        (&json!("104"), &json!("7"), &json!("99"), &Value::Null)
    );
    assert_eq!(user["raw_data"]["employeeNumber"], 104);
}

#[test]
fn who_is_left_out() {
    for more in [
        json!({ "employmentStatus": "Terminated" }),
        json!({ "hireDate": "2999-12-31" }),
        json!({ "email": null }),
        json!({ "email": "" }),
        json!({ "email": "   " }),
    ] {
        assert_eq!(user_of(more.clone(), None), None, "{more}");
    }
    for more in [
        json!({ "status": "Inactive" }),
        json!({ "hireDate": "0000-00-00" }),
        json!({ "employmentStatus": "Terminated on paper" }),
        json!({ "name": null }),
        json!({ "employeeNumber": null }),
    ] {
        let user = user_of(more.clone(), None);
        assert_eq!(user.map(|user| user["status"].clone()), Some(json!("active")), "{more}");
    }
}

#[test]
fn departments_are_excluded_by_their_exact_name_and_counted() {
    let of = |number, department: &str| employee(number, json!({ "jobInformationDepartment": department }));
    let sandbox = office(json!([of(1, "Board"), of(2, "board"), of(3, "Board of trade"), of(4, "R&D")]));
    let run = fetch(&sandbox).env("BAMBOOHR_EXCLUDED_DEPARTMENTS", " Board , R&D,,");
    run.go(&[]).expect(0).says("left out: 2 in an excluded department");
    assert_eq!(crate::ids(&run), ["2", "3"]);
}

#[test]
fn the_supervisor_rule_compares_as_text() {
    let is = |more, rule| user_of(more, rule).unwrap()["is_supervisor"].clone();
    assert_eq!(is(json!({ "isSupervisor": "Yes" }), None), false);
    assert_eq!(is(json!({ "isSupervisor": " Yes " }), Some("isSupervisor:Yes")), true);
    assert_eq!(is(json!({ "isSupervisor": "No" }), Some("isSupervisor:Yes")), false);
    assert_eq!(is(json!({ "isSupervisor": null }), Some("isSupervisor:Yes")), false);
    assert_eq!(is(json!({ "customField77": 3 }), Some(" customField77 : 3 ")), true);
    assert_eq!(is(json!({ "customField77": "a:b" }), Some("customField77:a:b")), true);
}

#[test]
fn what_cannot_be_a_name_stops_the_run_and_is_named() {
    let sandbox = office(json!([employee(1, json!({})), employee(2, json!({ "name": ["Ann", "Ex"] }))]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("employeeNumber 2 has a list in the field name, where text is expected");
    assert!(!run.exists("var/users.json"));
}

#[test]
fn hire_dates_that_are_none_are_warned_of_once() {
    let odd = |number| employee(number, json!({ "hireDate": "some day" }));
    let sandbox = office(json!([odd(1), employee(2, json!({})), odd(3)]));
    let run = fetch(&sandbox);
    let done = run
        .go(&[])
        .expect(0)
        .says("2 employees have a hireDate that is no date, and are taken as hired already: employeeNumber 1, 3");
    assert_eq!(done.lines_with("hireDate").len(), 1);
    assert_eq!(run.users().len(), 3);
}

#[test]
fn who_has_no_address_is_named_in_one_warning() {
    let without = |number| employee(number, json!({ "email": null }));
    let sandbox =
        office((1..=13).map(|number| if number == 5 { employee(5, json!({})) } else { without(number) }).collect());
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0);
    let warned = done
        .lines_with("12 employees have no address and are left out: employeeNumber 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, …");
    assert_eq!((warned.len(), done.warnings().len()), (1, 2), "and that waits are shortened: {done}");
    assert_eq!(crate::ids(&run), ["5"]);
}

#[test]
fn what_is_asked_for() {
    let sandbox = office(crate::employees(1));
    let filter = r#"{"field":"customField4548","operator":"not_checked"}"#;
    let run =
        fetch(&sandbox).env("BAMBOOHR_EXCLUDE_FILTER", filter).env("BAMBOOHR_SUPERVISOR_RULE", "isSupervisor:Yes");
    run.go(&[]).expect(0);
    let journal = sandbox.journal();
    assert_eq!(journal.len(), 1);
    assert_eq!(journal[0].path, "/api/gateway.php/acme/v1/datasets/employee?page=1&page_size=1000");
    assert_eq!(
        journal[0].body,
        json!({
            "fields": [
                "employeeNumber", "name", "email", "jobInformationDepartment", "jobInformationDivision",
                "jobInformationJobTitle", "isSupervisor", "supervisorId", "employmentStatus", "hireDate", "status",
                "supervisorEid",
            ],
            "filters": { "match": "all", "filters": [
                { "field": "customField4548", "operator": "not_checked" },
                { "field": "employmentStatus", "operator": "does_not_include", "value": ["Terminated"] },
            ] },
            "page": 1,
        })
    );
}

#[test]
fn the_exclude_filter_and_the_rules_own_field_are_sent() {
    let of = |number, box_: Value| employee(number, json!({ "customField4548": box_, "customField9": "lead" }));
    let sandbox = office(json!([of(1, json!(true)), of(2, json!(false)), of(3, json!(null))]));
    let run = fetch(&sandbox)
        .env("BAMBOOHR_EXCLUDE_FILTER", r#"{"field":"customField4548","operator":"not_checked"}"#)
        .env("BAMBOOHR_SUPERVISOR_RULE", "customField9:lead");
    run.go(&[]).expect(0);
    assert_eq!(crate::ids(&run), ["2", "3"]);
    assert!(run.users().iter().all(|user| user["is_supervisor"] == true && user["raw_data"]["customField9"] == "lead"));
    assert_eq!(sandbox.journal()[0].body["fields"].as_array().unwrap().last().unwrap(), "customField9");
}
