//! What becomes of each field, with values as people leave them, and who is left out.

use crate::{column, company, fails, fetch, order, people, person, quirky};
use sandbox::{Do, Fault, On};
use serde_json::{Value, json};

#[test]
fn a_person_is_written_as_documented() {
    let ann = json!({
        "id": "3001", "fullName": "  Ann  Ex ", "email": " Ann.Ex@X.test ",
        "work": { "department": "2211", "title": "77", "reportsTo": { "id": "3001", "email": "b@x.test" },
            "isManager": true, "startDate": "2024-05-01" },
        "internal": { "status": "Active", "lifecycleStatus": "employed" },
        "humanReadable": { "work": { "department": "Ops/East", "title": "Lead" } },
        "payroll": { "salary": { "payment": 1 } },
    });
    for forms in ["nested", "slash", "both"] {
        let sandbox = quirky(json!([ann]), json!({ "forms": forms }));
        let run = fetch(&sandbox);
        run.go(&[]).expect(0).says("hibob: 1 users, 1 active; 1 requests");
        let mut user = run.users().remove(0);
        let raw = user.as_object_mut().unwrap().remove("raw_data").unwrap();
        assert_eq!(
            user,
            json!({
                "external_id": "3001", "name": "Ann  Ex", "email": "Ann.Ex@X.test", "department": "Ops/East",
                "job_title": "Lead", "status": "active", "supervisor_id": "3001", "is_supervisor": true,
            }),
            "{forms}"
        );
        assert!(raw.get("humanReadable").is_some() && raw.get("payroll").is_none(), "{raw}");
        assert_eq!(raw.get("/work/title").is_some(), forms != "nested");
        assert_eq!(run.json("var/users.json.manifest.json")["source"], "hibob");
    }
}

#[test]
fn names_fall_back_to_what_there_is() {
    let named = |number, names: Value| {
        let mut somebody = person(number, names);
        if somebody["fullName"] == format!("Person {number}") {
            somebody.as_object_mut().unwrap().remove("fullName");
        }
        somebody
    };
    let sandbox = company(json!([
        named(1, json!({ "fullName": "   ", "displayName": "Annie" })),
        named(2, json!({ "displayName": null, "firstName": " Ann ", "surname": "Ex" })),
        named(3, json!({ "surname": "O'Why 张" })),
        named(4, json!({})),
    ]));
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0).says("1 users have no name: person4@x.test (id 4)");
    assert_eq!(column(&run, "name"), ["Annie", "Ann Ex", "O'Why 张", ""], "{done}");
}

#[test]
fn what_people_read_comes_before_what_hibob_keeps() {
    let sandbox = company(json!([
        person(1, json!({ "humanReadable": { "work": { "department": "R & D" } } })),
        person(2, json!({ "humanReadable": {} })),
        person(3, json!({ "work": { "department": null, "title": "" }, "humanReadable": null })),
        person(4, json!({ "id": 4, "work": { "title": 99, "department": "1" } })),
    ]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(column(&run, "department"), [json!("R & D"), json!("2211"), Value::Null, json!("Ops")]);
    assert_eq!(column(&run, "job_title"), [json!("77"), json!("77"), Value::Null, json!("Clerk")]);
    assert_eq!(order(&run), ["1", "2", "3", "4"]);
}

#[test]
fn managers_are_hibobs_own_and_those_of_the_rule() {
    let sandbox = company(json!([
        person(1, json!({ "work": { "isManager": true } })),
        person(2, json!({ "work": { "isManager": null, "custom": { "column_7": [" Head ", "Coach"] } } })),
        person(3, json!({ "work": { "custom": { "column_7": "head" } } })),
        person(
            4,
            json!({ "work": { "custom": { "column_7": "17" } }, "humanReadable": { "work": { "custom": { "column_7": "Head" } } } })
        ),
    ]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(column(&run, "is_supervisor"), [true, false, false, false]);
    run.clone().env("HIBOB_SUPERVISOR_RULE", "work.custom.column_7:Head").go(&[]).expect(0);
    assert_eq!(column(&run, "is_supervisor"), [true, true, false, true]);
}

#[test]
fn those_who_do_not_work_there_are_left_out() {
    let soon = soon();
    let sandbox = company(json!([
        person(1, json!({ "email": null })),
        person(2, json!({ "email": "   " })),
        person(3, json!({ "work": { "startDate": "2099-12-31" } })),
        person(4, json!({ "work": { "startDate": soon } })),
        person(5, json!({ "internal": { "status": "Active", "lifecycleStatus": "terminated" } })),
        person(6, json!({ "internal": { "status": "Inactive", "lifecycleStatus": "employed" } })),
        person(7, json!({ "humanReadable": { "work": { "department": " Board " } } })),
        person(
            8,
            json!({ "humanReadable": { "work": { "department": "board" } }, "work": { "startDate": "no date" } })
        ),
        person(9, json!({ "internal": {}, "work": {} })),
    ]));
    let run = fetch(&sandbox).env("HIBOB_EXCLUDED_DEPARTMENTS", "Board, Interns");
    run.go(&[])
        .expect(0)
        .says("left out: 1 terminated, 2 starting on a later day, 2 without an address, 1 in an excluded department");
    assert_eq!(order(&run), ["8", "9"]);
}

#[test]
fn what_decides_whether_somebody_stays_stops_the_run_when_it_is_odd() {
    for (odd, words) in [
        (json!({ "email": ["a@x.test"] }), "person 2 of HiBob has a list in the field root.email"),
        (json!({ "email": { "value": "a@x.test" } }), "person 2 of HiBob has an object in the field root.email"),
        (json!({ "email": true }), "person 2 of HiBob has true or false in the field root.email"),
        (json!({ "id": [2] }), "a person without an id of HiBob has a list in the field root.id"),
        (json!({ "work": { "startDate": [] } }), "person 2 of HiBob has a list in the field work.startDate"),
        (
            json!({ "work": { "department": {} }, "humanReadable": null }),
            "person 2 of HiBob has an object in the field work.department",
        ),
        (
            json!({ "humanReadable": { "work": { "department": ["Ops"] } } }),
            "person 2 of HiBob has a list in the field humanReadable.work.department",
        ),
        (
            json!({ "internal": { "lifecycleStatus": ["terminated"] } }),
            "person 2 of HiBob has a list in the field internal.lifecycleStatus",
        ),
    ] {
        let sandbox = company(json!([person(1, json!({})), person(2, odd)]));
        fails(&fetch(&sandbox), 1, &[words, "Nothing was written", "Look at this field of theirs in HiBob"]);
    }
    for odd in [json!(null), json!("3001"), json!(["3001"])] {
        let sandbox = company(people(1));
        let answer = json!({ "employees": [person(1, json!({})), odd] });
        sandbox.fault(Fault::new(On::service("hibob"), Do::answer(200, answer)));
        fails(&fetch(&sandbox), 1, &["where a person is expected", "HIBOB_API_URL"]);
    }
}

#[test]
fn of_those_who_are_left_out_nothing_else_has_to_be_understood() {
    let sandbox = company(json!([
        person(1, json!({})),
        person(
            2,
            json!({ "internal": { "lifecycleStatus": "Terminated" }, "email": [], "work": { "startDate": {}, "title": [] } })
        ),
        person(
            3,
            json!({ "work": { "startDate": "2099-12-31", "department": [] }, "email": {}, "humanReadable": null })
        ),
        person(4, json!({ "email": null, "work": { "department": [], "title": [] }, "humanReadable": null })),
        person(5, json!({ "id": [5], "fullName": {}, "humanReadable": { "work": { "department": "Board" } } })),
    ]));
    let run = fetch(&sandbox).env("HIBOB_EXCLUDED_DEPARTMENTS", "Board");
    let done = run
        .go(&[])
        .expect(0)
        .says("left out: 1 terminated, 1 starting on a later day, 1 without an address, 1 in an excluded department");
    assert_eq!(order(&run), ["1"]);
    done.says_not("count as absent");
}

#[test]
fn other_odd_fields_count_as_absent_with_a_warning() {
    let sandbox = company(json!([
        person(1, json!({})),
        person(2, json!({ "work": { "title": ["Clerk"] }, "humanReadable": null })),
        person(3, json!({ "work": { "title": true }, "humanReadable": { "work": { "title": {} } } })),
        person(4, json!({ "fullName": true, "displayName": ["x"], "firstName": "Ann", "surname": "Ex" })),
        person(5, json!({ "work": { "reportsTo": "Bob Boss" } })),
        person(6, json!({ "work": { "reportsTo": " " } })),
        person(7, json!({ "work": { "reportsTo": { "id": ["1"] } } })),
    ]));
    let run = fetch(&sandbox);
    let done = run
        .go(&[])
        .expect(0)
        .says("count as absent")
        .says("root.displayName (4)")
        .says("root.fullName (4)")
        .says("work.reportsTo (5, 7)")
        .says("work.title (2, 3)")
        .says("humanReadable.work.title (3)")
        .says("Look at these fields of theirs in HiBob");
    assert_eq!(order(&run), ["1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(column(&run, "job_title")[..4], [json!("Clerk"), Value::Null, Value::Null, json!("Clerk")]);
    assert_eq!(column(&run, "name")[3], "Ann Ex");
    assert_eq!(column(&run, "supervisor_id")[4..], ["", "", ""]);
    assert_eq!(done.lines_with("count as absent").len(), 1, "{done}");
}

/// The second day after today in UTC: in the future, though midnight passes meanwhile.
fn soon() -> String {
    let today = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    today.saturating_add(jiff::ToSpan::days(2)).to_string()
}

#[test]
fn defects_are_named_and_written_all_the_same() {
    let mut nobody = person(3, json!({}));
    nobody.as_object_mut().unwrap().remove("id");
    let sandbox = company(json!([person(1, json!({})), person(1, json!({ "email": "other@x.test" })), nobody]));
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0).says("1 users have no external_id").says("1 users share an external_id");
    assert_eq!(order(&run), ["", "1", "1"], "{done}");
}

#[test]
fn many_people_come_in_one_answer_and_in_the_same_bytes() {
    let sandbox = company(people(2500));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("hibob: 2500 users, 2500 active; 1 requests, 0 retries");
    assert!(order(&run).is_sorted());
    let first = run.bytes("var/users.json");
    let mut again = people(2500);
    again.as_array_mut().unwrap().reverse();
    sandbox.load(crate::world(again, json!({}))).unwrap();
    run.go(&[]).expect(0);
    assert_eq!(run.bytes("var/users.json"), first, "the same people in another order");
}
