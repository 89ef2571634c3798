//! Supervisors, and those who are not among the people read.

use crate::{column, company, fails, fetch, order, person, quirky, reporting};
use sandbox::{Do, Fault, On};
use serde_json::{Value, json};

#[test]
fn supervisors_are_named_by_id() {
    let sandbox = company(json!([
        reporting(1, json!("2")),
        reporting(2, json!(3)),
        reporting(3, Value::Null),
        person(4, json!({ "work": { "reportsTo": null } })),
    ]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("1 requests");
    assert_eq!(column(&run, "supervisor_id"), ["2", "3", "", ""]);
}

/// 1 reports to 5 (excluded), who reports to 6 (has left), who reports to 7 (no address), who reports to nobody known.
fn chain() -> Value {
    let mut left = reporting(6, json!("7"));
    left["internal"] = json!({ "status": "Inactive", "lifecycleStatus": "terminated" });
    let mut excluded = reporting(5, json!("6"));
    excluded["humanReadable"]["work"]["department"] = json!("Board");
    let mut without_address = reporting(7, json!("404"));
    without_address["email"] = Value::Null;
    json!([reporting(1, json!("5")), reporting(2, json!("5")), excluded, left, without_address])
}

#[test]
fn missing_ones_are_fetched_with_those_who_have_left() {
    for forms in ["both", "slash"] {
        let sandbox = quirky(chain(), json!({ "forms": forms }));
        let run = fetch(&sandbox).env("HIBOB_EXCLUDED_DEPARTMENTS", "Board");
        let done = run.go(&[]).expect(0);
        done.says("1 supervisors are named by users but not to be found in the source: 404").says("5 users, 2 active");
        assert_eq!(order(&run), ["1", "2", "5", "6", "7"]);
        assert_eq!(column(&run, "status"), ["active", "active", "inactive", "inactive", "inactive"]);
        assert_eq!(column(&run, "supervisor_id"), ["5", "5", "6", "7", "404"]);
        let searches: Vec<(Value, Value)> = sandbox
            .journal()
            .into_iter()
            .skip(1)
            .map(|entry| (entry.body["showInactive"].clone(), entry.body["filters"].clone()))
            .collect();
        let search =
            |id: &str| (json!(true), json!([{ "fieldPath": "root.id", "operator": "equals", "values": [id] }]));
        assert_eq!(searches, ["5", "6", "7", "404"].map(search));
    }
}

#[test]
fn many_missing_ones_are_one_search() {
    let mut people: Vec<Value> =
        (1..=300).map(|number| reporting(number, json!((number + 1000).to_string()))).collect();
    people.extend((1001..=1300).map(|number| person(number, json!({ "internal": { "status": "Inactive" } }))));
    let sandbox = company(json!(people));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("600 users, 300 active; 2 requests");
}

#[test]
fn a_failed_look_up_fails_the_run() {
    let sandbox = company(chain());
    sandbox.fault(Fault::new(
        On::service("hibob").containing("\"values\":[\"6\"]"),
        Do::answer(500, json!({ "error": "oops" })),
    ));
    fails(&fetch(&sandbox).env("HIBOB_EXCLUDED_DEPARTMENTS", "Board"), 1, &["answered 500 (oops)"]);
    assert_eq!(sandbox.journal().len(), 3);
}

#[test]
fn people_nobody_asked_for_are_not_taken() {
    let sandbox = company(json!([reporting(1, json!("9"))]));
    let answer = json!({ "employees": [person(8, json!({})), person(9, json!({}))] });
    sandbox.fault(Fault::new(On::service("hibob").nth(2), Do::answer(200, answer)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(order(&run), ["1", "9"]);
}

#[test]
fn of_a_missing_one_the_id_alone_has_to_be_understood() {
    let sandbox = company(json!([reporting(1, json!("9"))]));
    let odd = json!({ "employees": [
        person(8, json!({ "fullName": ["nobody asked for them"] })),
        person(9, json!({ "fullName": { "first": "Ann" }, "email": [], "internal": { "lifecycleStatus": [] } })),
    ] });
    sandbox.fault(Fault::new(On::service("hibob").nth(2), Do::answer(200, odd)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("root.email (9), root.fullName (9)").says("count as absent");
    assert_eq!(order(&run), ["1", "9"]);
    assert_eq!((&column(&run, "email")[1], &column(&run, "status")[1]), (&json!(""), &json!("inactive")));

    let sandbox = company(json!([reporting(1, json!("9"))]));
    let odd = json!({ "employees": [person(9, json!({ "id": ["9"] }))] });
    sandbox.fault(Fault::new(On::service("hibob").nth(2), Do::answer(200, odd)));
    fails(&fetch(&sandbox), 1, &["has a list in the field root.id"]);
}
