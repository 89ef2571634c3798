//! The file, its manifest, and when neither is touched.

use crate::{employee, employees, fetch, ids, office, world};
use sandbox::{Company, Sandbox, Start};
use serde_json::{Value, json};

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let sandbox = office(employees(4));
    let run = fetch(&sandbox);
    let shown = run.go(&["--dry-run"]).expect(0);
    assert_eq!(shown.stdout, "Would write var/users.json: 4 users, 4 active.\nThere is no previous file.\n");
    assert!(run.files().is_empty());

    run.go(&[]).expect(0);
    let before = run.files();
    let changed = json!([employee(2, json!({})), employee(3, json!({ "name": "Renamed" })), employee(9, json!({}))]);
    sandbox.load(world(changed, json!({}))).unwrap();
    run.go(&["--dry-run"])
        .expect(0)
        .prints("Would write var/users.json: 3 users, 3 active.")
        .prints("1 new, 2 gone, 1 changed")
        .prints("gone: Person 1 (id 1)");
    assert_eq!(run.files(), before);
}

#[test]
fn a_file_is_not_replaced_by_less_than_half_unless_allowed() {
    let sandbox = office(employees(5));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let before = run.files();
    sandbox.load(world(employees(2), json!({}))).unwrap();
    for flags in [&[][..], &["--dry-run"]] {
        run.go(flags).expect(6).says("2 active users, fewer than half of the 5").says("--allow-shrink");
        assert_eq!(run.files(), before);
    }
    run.go(&["--allow-shrink"]).expect(0);
    assert_eq!(ids(&run), ["1", "2"]);
}

#[test]
fn nobody_at_all_is_refused_even_the_first_time() {
    let sandbox = office(json!([]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(6).says("the source gave no active user");
    assert!(run.files().is_empty());
    run.go(&["--allow-shrink"]).expect(0);
    assert_eq!(run.json("var/users.json"), json!({ "users": [] }));
}

#[test]
fn the_same_people_give_the_same_bytes() {
    let sandbox = Sandbox::start(Company::new(40).world(Start::Empty));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let first = run.bytes("var/users.json");
    let mut turned = sandbox.state();
    turned["bamboohr"]["employees"].as_array_mut().unwrap().reverse();
    sandbox.load(turned).unwrap();
    run.go(&[]).expect(0);
    assert_eq!(run.bytes("var/users.json"), first);
    let mut sorted = ids(&run);
    sorted.sort();
    assert_eq!(ids(&run), sorted);
}

#[test]
fn an_invented_company_comes_as_it_was_invented() {
    let company = Company::new(60);
    let sandbox = Sandbox::start(company.world(Start::Empty));
    let run = fetch(&sandbox).env("BAMBOOHR_SUPERVISOR_RULE", "isSupervisor:Yes");
    run.go(&[]).expect(0);
    let without_record = |mut user: Value| {
        user.as_object_mut().unwrap().remove("raw_data");
        user
    };
    let found: Vec<Value> = run.users().into_iter().map(without_record).collect();
    let mut meant: Vec<Value> = serde_json::from_value(company.source_users()["users"].clone()).unwrap();
    meant.sort_by_key(|user| user["external_id"].as_str().unwrap().to_owned());
    assert_eq!(found, meant.into_iter().map(without_record).collect::<Vec<_>>());
}

#[test]
fn each_kind_of_defect_is_one_warning_and_everybody_is_written() {
    let sandbox = office(json!([
        employee(1, json!({ "name": null })),
        employee(2, json!({ "name": " " })),
        employee(3, json!({ "employeeNumber": null })),
        employee(4, json!({ "employeeNumber": "" })),
        employee(5, json!({})),
        employee(5, json!({ "email": "other@x.test" })),
        employee(6, json!({ "email": "PERSON5@x.test" })),
    ]));
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0);
    for (kind, count) in [("have no name", 2), ("have no external_id", 2), ("share an external_id or an address", 2)] {
        let lines = done.lines_with(kind);
        assert_eq!(lines.len(), 1, "{kind}: {done}");
        assert!(lines[0].contains(&format!("{count} users {kind}")), "{lines:?}");
    }
    assert_eq!(run.users().len(), 7);
}

#[test]
fn the_manifest_vouches_for_the_file() {
    let gone = json!({ "employmentStatus": "Terminated" });
    let sandbox =
        office(json!([employee(1, json!({ "supervisorId": "2" })), employee(2, gone), employee(3, json!({}))]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let (file, manifest) = (run.bytes("var/users.json"), run.json("var/users.json.manifest.json"));
    assert_eq!(manifest["sha256"], json!(testkit::sha256_hex(&file)));
    assert_eq!(manifest["bytes"], json!(file.len()));
    for (key, value) in [
        ("schema", json!(1)),
        ("users", json!(3)),
        ("active", json!(2)),
        ("source", json!("bamboohr")),
        ("stage", json!("fetch-bamboohr")),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("unplaced", json!([])),
        ("made_from", json!(null)),
    ] {
        assert_eq!(manifest[key], value, "{key}");
    }
    assert!(manifest["written_at"].as_str().unwrap().ends_with('Z'));
    let first = manifest["run_id"].clone();
    run.go(&[]).expect(0);
    assert_ne!(run.json("var/users.json.manifest.json")["run_id"], first);
}

#[test]
fn another_file_can_be_named() {
    let sandbox = office(employees(2));
    let run = fetch(&sandbox);
    run.go(&["--output", "elsewhere/people.json"]).expect(0);
    let files = run.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["elsewhere/people.json", "elsewhere/people.json.manifest.json"]);
}
