//! Supervisors who are named and not among the people read.

use crate::{employee, fetch, ids, office};
use sandbox::{Company, Do, Fault, On, Sandbox, Start};
use serde_json::{Value, json};

fn under(number: u64, boss: Value) -> Value {
    employee(number, json!({ "supervisorId": boss }))
}

fn gone(number: u64, boss: Value) -> Value {
    employee(number, json!({ "supervisorId": boss, "employmentStatus": "Terminated" }))
}

#[test]
fn a_chain_and_a_cycle_are_followed_to_their_end_with_one_warning() {
    let nowhere =
        json!({ "supervisorId": "3", "jobInformationDepartment": "Board", "email": null, "hireDate": "2999-01-01" });
    let sandbox = office(json!([
        under(1, json!("2")),
        gone(2, json!(3)),
        gone(3, json!("4")),
        employee(4, nowhere), // and 3 is theirs: a cycle
        under(5, json!("99")),
        under(6, json!("98")),
        under(7, json!("7")),
        gone(8, json!("")), // nobody's supervisor
    ]));
    let run = fetch(&sandbox).env("BAMBOOHR_EXCLUDED_DEPARTMENTS", "Board");
    let done = run.go(&[]).expect(0).says("bamboohr: 7 users, 4 active; 4 requests");
    let lost = done.lines_with("not to be found in the source");
    assert_eq!(lost.len(), 1, "{done}");
    assert!(lost[0].contains("2 supervisors") && lost[0].contains(": 98, 99."), "{lost:?}");

    assert_eq!(ids(&run), ["1", "2", "3", "4", "5", "6", "7"]);
    let status: Vec<Value> = run.users().iter().map(|user| user["status"].clone()).collect();
    assert_eq!(json!(status), json!(["active", "inactive", "inactive", "inactive", "active", "active", "active"]));
    let fourth = &run.users()[3];
    assert_eq!((&fourth["email"], &fourth["supervisor_id"]), (&json!(""), &json!("3")));

    let looked_up = |round: usize| {
        let body = sandbox.journal()[round].body["filters"].clone();
        assert_eq!(body["match"], "any");
        let filters = body["filters"].as_array().unwrap().clone();
        assert!(filters.iter().all(|one| one["field"] == "employeeNumber" && one["operator"] == "equal"));
        filters.into_iter().map(|one| one["value"].clone()).collect::<Value>()
    };
    assert_eq!([looked_up(1), looked_up(2), looked_up(3)], [json!(["2", "98", "99"]), json!(["3"]), json!(["4"])]);
}

#[test]
fn many_are_asked_for_in_batches() {
    let mut all: Vec<Value> = (1..=230).map(|number| under(number, json!(1000 + number))).collect();
    all.extend((1..=230).map(|number| gone(1000 + number, json!(null))));
    let sandbox = office(json!(all));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("bamboohr: 460 users, 230 active; 4 requests").says_not("not to be found");
    let sizes: Vec<usize> =
        sandbox.journal().iter().map(|entry| entry.body["filters"]["filters"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [1, 100, 100, 30]);
}

#[test]
fn a_look_up_that_fails_fails_the_run() {
    let sandbox = office(json!([under(1, json!("2")), gone(2, json!(null))]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let before = run.files();
    sandbox.fault(Fault::new(On::any().containing(r#""match":"any""#), Do::status(500)));
    run.go(&[]).expect(1).says("answered 500");
    assert_eq!(run.files(), before);
}

#[test]
fn a_service_that_ignores_the_look_ups_filter_adds_nobody() {
    let sandbox = office(json!([under(1, json!("99")), gone(2, json!(null))]));
    let data = [employee(1, json!({})), employee(2, json!({}))];
    let pagination = json!({ "current_page": 1, "total_pages": 1, "total_records": 2 });
    let everybody = json!({ "data": data, "pagination": pagination });
    sandbox.fault(Fault::new(On::any().containing(r#""match":"any""#), Do::answer(200, everybody)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("1 supervisors are named by users but not to be found");
    assert_eq!(ids(&run), ["1"]);
}

#[test]
fn ids_that_are_internal_ones_are_warned_of() {
    let mut world = Company::new(20).world(Start::Empty);
    let right = Sandbox::start(world.clone());
    fetch(&right).go(&["--dry-run"]).expect(0).says_not("internal ids");

    for employee in world["bamboohr"]["employees"].as_array_mut().unwrap() {
        let (number, internal) = (employee["supervisorId"].take(), employee["supervisorEid"].take());
        employee["supervisorId"] = internal;
        employee["supervisorEid"] = number;
    }
    let swapped = Sandbox::start(world);
    let done = fetch(&swapped).go(&["--dry-run"]).expect(0).says("supervisorIds are the employeeNumber of anybody");
    assert_eq!(done.lines_with("internal ids of BambooHR").len(), 1);
}
