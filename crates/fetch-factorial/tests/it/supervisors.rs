//! Managers who are not among the people, and managers in a circle.

use crate::helpers::{asked, employee, fetch, firm, ids, people, with};
use sandbox::Sandbox;
use serde_json::{Value, json};

fn under(id: u64, manager: u64) -> Value {
    employee(id, json!({ "manager_id": manager }))
}

fn gone(id: u64, manager: u64) -> Value {
    employee(id, json!({ "manager_id": manager, "active": false }))
}

#[test]
fn managers_who_have_left_are_fetched_besides_and_theirs_in_turn() {
    let sandbox = people(json!([under(1, 5), under(2, 5), gone(5, 6), gone(6, 7), under(7, 7), gone(8, 7)]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says_not("not to be found");
    let found: Vec<Value> =
        run.users().iter().map(|user| json!([user["external_id"], user["status"], user["supervisor_id"]])).collect();
    assert_eq!(
        found,
        [
            json!(["1", "active", "5"]),
            json!(["2", "active", "5"]),
            json!(["5", "inactive", "6"]),
            json!(["6", "inactive", "7"]),
            json!(["7", "active", "7"]),
        ]
    );
    let looked_up: Vec<String> = sandbox
        .journal()
        .into_iter()
        .filter(|entry| entry.path.contains("ids[]"))
        .map(|entry| entry.path.split_once('?').unwrap().1.to_owned())
        .collect();
    let query = |id| format!("only_active=false&only_managers=false&ids[]={id}&limit=100");
    assert_eq!(looked_up, [query(5), query(6)]);
}

#[test]
fn managers_who_are_nowhere_are_named_in_one_warning() {
    let sandbox = people(json!([under(1, 70), under(2, 80), under(3, 70)]));
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0).says("2 supervisors are named by users but not to be found in the source: 70, 80");
    assert_eq!(done.lines_with("not to be found").len(), 1);
    assert_eq!(ids(&run), ["1", "2", "3"]);
    assert_eq!(asked(&sandbox, "employees/employees"), 2, "both in one look-up");
}

#[test]
fn everybody_in_place_of_the_few_asked_for_adds_nobody_else() {
    let world = firm(json!([under(1, 5), gone(5, 5), gone(6, 5)]), json!([]), json!([]));
    let world = with(world, "quirks", json!({ "filters": "ignored" }));
    let sandbox = Sandbox::start(world);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(ids(&run), ["1", "5", "6"]);
}

#[test]
fn a_circle_of_managers_ends() {
    let sandbox = people(json!([under(1, 2), under(2, 3), gone(3, 1), gone(4, 9)]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let found: Vec<Value> = run.users().iter().map(|user| user["supervisor_id"].clone()).collect();
    assert_eq!(found, ["2", "3", "1"]);
    assert_eq!(asked(&sandbox, "employees/employees"), 2);
}

#[test]
fn many_missing_managers_are_looked_up_in_batches() {
    let staff: Value =
        (1..=120).map(|id| under(id, 1000 + id)).chain((1..=120).map(|id| gone(1000 + id, 1000 + id))).collect();
    let sandbox = people(staff);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(run.users().len(), 240);
    let batches = sandbox.journal().iter().filter(|entry| entry.path.contains("ids[]")).count();
    assert_eq!(batches, 3);
}
