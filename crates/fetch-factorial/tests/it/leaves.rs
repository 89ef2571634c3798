//! Which leaves are written, and as what.

use crate::helpers::{but, employee, employees, fetch, firm, leave, vacation, with};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Done, Run};

const MAP: &str = r#"{"Holidays": "Vacation", "Sick leave": "Sick Leave"}"#;

/// What comes of these leaves of three people; Factorial sends all of them whatever is asked, as it may one day.
fn of(leaves: Value, settings: &[(&str, &str)]) -> (Vec<Value>, Done) {
    let world = with(firm(employees(3), json!([]), leaves), "quirks", json!({ "filters": "ignored" }));
    let sandbox = Sandbox::start(world);
    let run = fetch(&sandbox).env("LeaveTypeMap", MAP).envs(settings.iter().copied());
    let done = run.go(&[]).expect(0);
    (vacation(&run), done)
}

fn days(entries: &[Value]) -> Vec<String> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    entries
        .iter()
        .map(|entry| {
            format!("{} {}..{}", text(entry, "external_id"), text(entry, "start_on"), text(entry, "finish_on"))
        })
        .collect()
}

#[test]
fn a_plain_leave_becomes_an_entry_field_by_field() {
    let (entries, _) = of(json!([leave(9, 2, json!({ "start_on": "2026-03-02", "finish_on": "2026-03-06" }))]), &[]);
    assert_eq!(
        entries,
        [json!({
            "email": "person2@x.test",
            "external_id": "2",
            "start_on": "2026-03-02",
            "finish_on": "2026-03-06",
            "tc_leave_type": "Vacation",
            "half_day": null,
        })]
    );
}

#[test]
fn half_days_are_told_as_they_are() {
    let half = |id, half: Value| leave(id, 1, json!({ "half_day": half }));
    let (entries, _) = of(
        json!([
            half(1, json!("beginning_of_day")),
            half(2, json!("end_of_day")),
            half(3, json!(null)),
            half(4, json!(""))
        ]),
        &[],
    );
    let halves: Vec<&Value> = entries.iter().map(|entry| &entry["half_day"]).collect();
    assert_eq!(halves, [&json!("beginning_of_day"), &json!("end_of_day"), &Value::Null, &Value::Null]);
}

#[test]
fn open_ended_leaves_end_with_the_window() {
    let open = |id, start: &str| leave(id, 1, json!({ "start_on": start, "finish_on": null }));
    let (entries, _) =
        of(json!([open(1, "2024-05-01"), open(2, "2026-12-31"), open(3, "2027-01-01"), open(4, "2026-06-01")]), &[]);
    assert_eq!(days(&entries), ["1 2024-05-01..2026-12-31", "1 2026-12-31..2026-12-31", "1 2026-06-01..2026-12-31"]);
}

#[test]
fn leaves_have_to_touch_the_window() {
    let at = |id, start: &str, finish: &str| leave(id, 1, json!({ "start_on": start, "finish_on": finish }));
    let leaves = json!([
        at(1, "2025-12-01", "2025-12-31"),
        at(2, "2025-12-01", "2026-01-01"),
        at(3, "2026-12-31", "2027-03-01"),
        at(4, "2027-01-01", "2027-03-01"),
        at(5, "2020-01-01", "2030-01-01"),
    ]);
    let (entries, done) = of(leaves.clone(), &[]);
    assert_eq!(days(&entries), ["1 2025-12-01..2026-01-01", "1 2026-12-31..2027-03-01", "1 2020-01-01..2030-01-01"]);
    done.says("leaves left out: 2 on other days");
    let (entries, _) = of(leaves, &[("FACTORIAL_LEAVES_FROM", "2027-02-01"), ("FACTORIAL_LEAVES_TO", "2027-02-02")]);
    assert_eq!(entries.len(), 3, "those that begin before and end after as well");
}

#[test]
fn rejected_pending_and_deleted_leaves() {
    let leaves = json!([
        leave(1, 1, json!({ "approved": true })),
        leave(2, 1, json!({ "approved": false })),
        leave(3, 1, json!({ "approved": null })),
        leave(4, 1, json!({ "approved": true, "deleted_at": "2026-02-01T10:00:00Z" })),
        leave(5, 1, json!({ "approved": null, "deleted_at": "2026-02-01T10:00:00Z" })),
        but(leave(6, 2, json!({})), json!({ "approved": null })),
    ]);
    let (entries, done) = of(leaves.clone(), &[]);
    assert_eq!(days(&entries), ["1 2026-03-02..2026-03-02"]);
    done.says("leaves left out: 2 deleted, 1 rejected, 2 not yet approved");
    let (entries, done) = of(leaves, &[("FACTORIAL_INCLUDE_PENDING", "yes")]);
    assert_eq!(days(&entries), ["1 2026-03-02..2026-03-02", "1 2026-03-02..2026-03-02", "2 2026-03-02..2026-03-02"]);
    done.says("leaves left out: 2 deleted, 1 rejected");
}

#[test]
fn pending_leaves_are_asked_for_only_when_wanted() {
    for (setting, wanted) in [("true", true), ("false", false)] {
        let sandbox = Sandbox::start(firm(employees(1), json!([]), json!([])));
        fetch(&sandbox).env("FACTORIAL_INCLUDE_PENDING", setting).go(&[]).expect(0);
        let asked = sandbox.journal().iter().any(|entry| entry.path.contains("include_pending=true"));
        assert_eq!(asked, wanted);
    }
}

#[test]
fn leave_types_are_mapped_by_name_or_default_or_warned_of_once_each() {
    let of_type = |id, name: Value| leave(id, 1, json!({ "leave_type_name": name }));
    let leaves = json!([
        of_type(1, json!("Holidays")),
        of_type(2, json!(" Sick leave ")),
        of_type(3, json!("Moving house")),
        of_type(4, json!("Moving house")),
        of_type(5, json!("holidays")),
        of_type(6, json!(null)),
    ]);
    let types = |entries: &[Value]| entries.iter().map(|entry| entry["tc_leave_type"].clone()).collect::<Vec<_>>();
    let (entries, done) = of(leaves.clone(), &[]);
    let (vacation, sick, none) = (json!("Vacation"), json!("Sick Leave"), Value::Null);
    assert_eq!(types(&entries), [vacation.clone(), sick, none.clone(), none.clone(), none.clone(), none]);
    for (name, count) in [("`Moving house`", 2), ("`holidays`", 1), ("without a name", 1)] {
        let said = done.lines_with(&format!("the leave type {name} ({count} leaves) has no day type of TimeCamp"));
        assert_eq!(said.len(), 1, "{name}: {done}");
    }
    assert_eq!(done.lines_with("has no day type").len(), 3);

    let map = r#"{"Holidays": "Vacation", "Default": "Other"}"#;
    let (entries, done) = of(leaves, &[("LeaveTypeMap", ""), ("FACTORIAL_LEAVE_TYPE_MAP", map)]);
    let other = json!("Other");
    assert_eq!(types(&entries), [vacation, other.clone(), other.clone(), other.clone(), other.clone(), other]);
    done.says_not("has no day type");
}

#[test]
fn without_a_map_nothing_is_mapped_and_everything_is_written() {
    let (entries, done) = of(json!([leave(1, 1, json!({}))]), &[("LeaveTypeMap", "")]);
    assert_eq!(entries[0]["tc_leave_type"], Value::Null);
    done.says("the leave type `Holidays` (1 leaves) has no day type");
}

#[test]
fn leaves_come_in_the_order_of_their_ids() {
    let leaves = json!([leave(100, 1, json!({})), leave(9, 2, json!({})), leave(20, 3, json!({}))]);
    let (entries, _) = of(leaves, &[]);
    let people: Vec<&Value> = entries.iter().map(|entry| &entry["external_id"]).collect();
    assert_eq!(people, ["2", "3", "1"]);
}

#[test]
fn leaves_of_people_who_are_not_read_have_their_id_alone() {
    let staff =
        json!([employee(1, json!({ "login_email": null, "email": null })), employee(2, json!({ "active": false }))]);
    let sandbox = Sandbox::start(firm(staff, json!([]), json!([leave(1, 1, json!({})), leave(2, 2, json!({}))])));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let whose: Vec<Value> = vacation(&run).iter().map(|entry| json!([entry["email"], entry["external_id"]])).collect();
    assert_eq!(whose, [json!([null, "1"]), json!([null, "2"])]);
}

#[test]
fn days_that_are_no_dates_are_written_as_they_are_and_warned_of() {
    let odd = |id, start: Value, finish: Value| leave(id, 1, json!({ "start_on": start, "finish_on": finish }));
    let leaves = json!([
        odd(7, json!(null), json!("2026-03-02")),
        odd(8, json!("soon"), json!("later")),
        odd(9, json!("2026-03-02"), json!("later")),
        odd(10, json!("2026-03-02"), json!("2026-03-03")),
    ]);
    let (entries, done) = of(leaves, &[]);
    assert_eq!(entries.len(), 4);
    assert_eq!((&entries[0]["start_on"], &entries[1]["finish_on"]), (&Value::Null, &json!("later")));
    done.says("3 leaves have days that are no dates; they are written as they came: id 7, 8, 9");
}

#[test]
fn the_map_of_the_python_versions_env_file_serves() {
    let sandbox = Sandbox::start(firm(
        employees(1),
        json!([]),
        json!([
            leave(1, 1, json!({ "leave_type_name": "vacation" })),
            leave(2, 1, json!({ "leave_type_name": "sick" }))
        ]),
    ));
    let text = format!(
        "FACTORIAL_API_URL={}\nFACTORIAL_API_KEY={}\nLeaveTypeMap={{\"vacation\": \"Vacation\", \"sick\": \"Sick Leave\"}}\n\
         FACTORIAL_LEAVES_FROM=2026-01-01\n",
        sandbox.factorial_url(),
        crate::helpers::KEY
    );
    let run = Run::new(env!("CARGO_BIN_EXE_fetch-factorial")).file(".env", text);
    run.go(&[]).expect(0).says_not("has no day type");
    let types: Vec<Value> = vacation(&run).iter().map(|entry| entry["tc_leave_type"].clone()).collect();
    assert_eq!(types, ["Vacation", "Sick Leave"]);
}
