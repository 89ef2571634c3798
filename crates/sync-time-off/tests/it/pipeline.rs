//! From Factorial to TimeCamp: fetch-factorial, then sync-time-off, in one folder.

use crate::helpers::{account, days, sent};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

const KEY: &str = "factorial-key-of-the-firm";

fn factorial(leaves: Value) -> Value {
    let employee = |id: u64| {
        json!({ "id": id, "full_name": format!("Person {id}"), "login_email": format!("p{id}@x.test"), "email": null,
            "manager_id": null, "active": true })
    };
    // Known to TimeCamp by the additional address, and by nothing.
    let renamed = json!({ "id": 4, "full_name": "Ren Amed", "login_email": "SECOND903@y.test", "active": true });
    let stranger = json!({ "id": 5, "full_name": "Stran Ger", "login_email": "stranger@z.test", "active": true });
    let employees = json!([employee(901), employee(902), renamed, stranger]);
    json!({ "api_key": KEY, "employees": employees, "teams": [], "leaves": leaves })
}

fn leave(id: u64, employee: u64, days: (&str, Value), name: &str) -> Value {
    json!({ "id": id, "employee_id": employee, "start_on": days.0, "finish_on": days.1, "half_day": null,
        "leave_type_name": name, "approved": true, "deleted_at": null })
}

#[test]
fn leaves_go_from_factorial_to_timecamp() {
    let mut half = leave(4, 902, ("2026-03-09", json!("2026-03-09")), "Holidays");
    half["half_day"] = json!("beginning_of_day");
    let mut pending = leave(6, 902, ("2026-03-10", json!("2026-03-10")), "Holidays");
    pending["approved"] = json!(null);
    let leaves = json!([
        leave(1, 901, ("2026-03-02", json!("2026-03-03")), "Holidays"),
        leave(2, 901, ("2026-03-03", json!("2026-03-03")), "Illness"),
        leave(3, 4, ("2026-12-30", json!(null)), "Illness"),
        half,
        leave(5, 5, ("2026-03-02", json!("2026-03-02")), "Holidays"),
        pending,
        leave(7, 902, ("2026-03-11", json!("2026-03-11")), "Jury duty"),
    ]);
    let sandbox = Sandbox::start(json!({ "timecamp": account(3), "factorial": factorial(leaves) }));
    let fetch = Run::new(testkit::bin("fetch-factorial")).sandbox(&sandbox).envs([
        ("FACTORIAL_API_KEY", KEY),
        ("FACTORIAL_API_URL", &sandbox.factorial_url()),
        ("FACTORIAL_LEAVES_FROM", "2026-01-01"),
        ("FACTORIAL_LEAVES_TO", "2026-12-31"),
        ("LeaveTypeMap", r#"{"Holidays": "Vacation", "Illness": "Sick Leave"}"#),
    ]);
    fetch.go(&[]).expect(0).says("4 users, 4 active, 6 leaves").says("`Jury duty` (1 leaves) has no day type");
    let sync = fetch.clone().stage(env!("CARGO_BIN_EXE_sync-time-off"));
    let done = sync.go(&[]).expect(0).says_not("no manifest");
    let expected = [
        "p901@x.test 2026-03-02 13 0/480",
        "p901@x.test 2026-03-03 14 0/0",
        "p902@x.test 2026-03-09 13 240/240",
        "p903@x.test 2026-12-30 14 0/0",
        "p903@x.test 2026-12-31 14 0/0",
    ];
    assert_eq!(days(&sandbox), expected);
    assert_eq!(done.lines_with("and are left out").len(), 2, "the stranger and jury duty: {done}");
    // Both again: the same bytes, and nothing to send.
    let before = (fetch.bytes("var/users.json"), fetch.bytes("var/vacation.json"));
    sandbox.clear_journal();
    fetch.go(&[]).expect(0);
    assert_eq!((fetch.bytes("var/users.json"), fetch.bytes("var/vacation.json")), before);
    sync.go(&[]).expect(0);
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}
