//! The table.

use crate::{office, person, shown};
use serde_json::json;

fn records(csv_text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv_text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_reader_gets_every_field_back() {
    let name = "Ex, \"Ann\"\nof \r\n; Łódź";
    let raw = json!({ "job_title": "Head, \"Sales\"", "supervisor_id": 17, "name": name });
    let run = shown(json!([
        person("Ann", "Sales, \"EMEA\"/Süd", json!({ "timecamp_user_name": name, "raw_data": raw })),
        person("Ben", "", json!({ "timecamp_status": "Inactive", "timecamp_role": "guest" })),
    ]));
    let done = run.go(&["--csv"]).expect(0);
    let expected = [
        ["external_id", "name", "job_title", "department", "status", "supervisor_id", "role"],
        ["id-Ann", name, "Head, \"Sales\"", "Sales, \"EMEA\"/Süd", "active", "17", "user"],
        ["id-Ben", "Ben Ex", "", "", "inactive", "", "guest"],
    ];
    assert_eq!(records(&done.stdout), expected);
}

#[test]
fn a_name_is_no_formula_in_a_spreadsheet() {
    let name = "=HYPERLINK(\"http://evil.test\",\"Ann\")";
    let raw = json!({ "job_title": "@lead", "supervisor_id": -7, "name": name });
    let people = json!([person("Ann", "-/+x", json!({ "timecamp_user_name": name, "raw_data": raw }))]);
    let found = records(&shown(people).go(&["--csv"]).expect(0).stdout);
    assert_eq!(found[1][1..6], [&format!("'{name}"), "'@lead", "'-/+x", "active", "-7"]);
}

#[test]
fn the_name_stands_without_the_job_title() {
    let raw = json!({ "job_title": "Engineer", "supervisor_id": "9", "name": "Ann Ex" });
    let run = shown(json!([
        person("Ann", "A", json!({ "timecamp_user_name": "Engineer [Ann Ex] - 7", "raw_data": raw })),
        person(
            "Ben",
            "A",
            json!({ "timecamp_user_name": "Ben [the elder]", "raw_data": { "name": "Ben [the elder]" } })
        ),
    ]));
    let found = records(&run.go(&["--csv"]).expect(0).stdout);
    assert_eq!(found[1][1..3], ["Ann Ex - 7", "Engineer"]);
    assert_eq!(found[2][1..3], ["Ben [the elder]", ""]);
}

#[test]
fn everybody_stands_in_it_and_nothing_else_on_stdout() {
    let found = records(&shown(office()).go(&["--csv"]).expect(0).stdout);
    assert_eq!(found.len(), 7);
    assert_eq!(found[6][4], "inactive");
}

#[test]
fn it_is_no_tree_and_no_account() {
    for other in ["--detailed", "--account"] {
        shown(office()).go(&["--csv", other]).expect(2).says("cannot be used with");
    }
}
