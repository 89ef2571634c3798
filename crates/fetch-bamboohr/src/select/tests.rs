//! Today is a value here, and so is everybody.

use super::*;
use serde_json::{Value, json};
use timecamp_scim_core::Env;

fn settings() -> Settings {
    let mut env: Env = [
        ("BAMBOOHR_SUBDOMAIN", "acme"),
        ("BAMBOOHR_API_KEY", "invented"),
        ("BAMBOOHR_EXCLUDED_DEPARTMENTS", "Board, R&D"),
    ]
    .into_iter()
    .collect();
    Settings::from_env(&mut env).unwrap()
}

fn record(fields: &Value) -> Record {
    let mut record = json!({ "employeeNumber": "1", "name": "Ann Ex", "email": "ann@x.test" });
    record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    record.as_object().unwrap().clone()
}

fn chosen(fields: &Value) -> Chosen {
    choose(vec![record(fields)], &settings(), "2026-03-01".parse().unwrap()).unwrap()
}

#[test]
fn who_starts_today_is_taken_and_who_starts_tomorrow_is_not() {
    for (date, taken) in [
        ("2026-02-28", 1),
        ("2026-03-01", 1),
        ("2026-03-02", 0),
        ("2026-03-02T00:00:00+00:00", 0),
        ("2026-03-01 23:59:59", 1),
        ("0000-00-00", 1),
        ("", 1),
    ] {
        let chosen = chosen(&json!({ "hireDate": date }));
        assert_eq!((chosen.users.len(), chosen.left_out.future), (taken, 1 - taken), "{date}");
        assert!(chosen.left_out.odd_dates.is_empty(), "{date}");
    }
}

#[test]
fn a_hire_date_that_is_none_keeps_the_person_and_is_told() {
    for date in [json!("soon"), json!("01/02/2099"), json!(7)] {
        let Chosen { users, left_out } = chosen(&json!({ "hireDate": date }));
        assert_eq!((users.len(), left_out.odd_dates), (1, vec!["1".to_owned()]), "{date}");
    }
}

#[test]
fn each_reason_to_be_left_out_is_counted_once() {
    let all = json!({ "employmentStatus": "Terminated", "hireDate": "2099-01-01", "email": null, "jobInformationDepartment": "Board" });
    assert_eq!(chosen(&all).left_out, LeftOut { terminated: 1, ..LeftOut::default() });
    for (fields, left_out) in [
        (json!({ "employmentStatus": " terminated " }), LeftOut { terminated: 1, ..LeftOut::default() }),
        (json!({ "email": "  " }), LeftOut { without_address: vec!["1".to_owned()], ..LeftOut::default() }),
        (json!({ "jobInformationDepartment": " R&D " }), LeftOut { excluded: 1, ..LeftOut::default() }),
        (json!({ "jobInformationDivision": "R&D", "jobInformationDepartment": "r&d" }), LeftOut::default()),
        (json!({ "employmentStatus": "Terminated soon" }), LeftOut::default()),
    ] {
        let chosen = chosen(&fields);
        let taken = usize::from(left_out == LeftOut::default());
        assert_eq!((chosen.left_out, chosen.users.len()), (left_out, taken), "{fields}");
    }
}

#[test]
fn only_supervisors_that_were_asked_for_are_taken() {
    let records = ["7", "8", "9"].map(|number| record(&json!({ "employeeNumber": number }))).to_vec();
    let found = supervisors(records, &["8".to_owned(), "77".to_owned()], &settings()).unwrap();
    assert_eq!(found.iter().map(|user| user.external_id.as_str()).collect::<Vec<_>>(), ["8"]);
}

/// Four people and their head; `of` gives supervisorId and supervisorEid.
fn company(of: impl Fn(u64) -> (u64, Value)) -> Vec<SourceUser> {
    let person = |number: u64| {
        let (id, internal) = of(1);
        let fields = json!({ "employeeNumber": number, "supervisorId": id, "supervisorEid": internal });
        let fields = if number == 1 { json!({ "employeeNumber": 1 }) } else { fields };
        let record = record(&fields);
        Employee::read(&record).unwrap().user(record, None)
    };
    (1..=5).map(person).collect()
}

#[test]
fn the_other_reading_of_the_supervisors_ids_is_noticed() {
    let right = company(|boss| (boss, json!(boss + 7000)));
    assert_eq!(doubt_of_supervisor_ids(&right), None);
    let swapped = company(|boss| (boss + 7000, json!(boss)));
    assert!(doubt_of_supervisor_ids(&swapped).unwrap().starts_with("only 0 of 4 supervisorIds"));
    let both_internal = company(|boss| (boss + 7000, json!(boss + 7000)));
    assert!(doubt_of_supervisor_ids(&both_internal).is_some());
    let simply_gone = company(|boss| (boss + 100, json!(boss + 7000)));
    assert_eq!(doubt_of_supervisor_ids(&simply_gone), None);
    assert_eq!(doubt_of_supervisor_ids(&[]), None);
}
