//! The two files, their manifests, and when neither is touched.

use crate::helpers::{employee, employees, fetch, firm, ids, leave, people, team, vacation, with};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Done, Run};

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let sandbox = Sandbox::start(firm(employees(4), json!([]), json!([leave(1, 1, json!({}))])));
    let run = fetch(&sandbox);
    run.go(&["--dry-run"])
        .expect(0)
        .prints("Would write var/users.json: 4 users, 4 active.")
        .prints("Would write var/vacation.json: 1 leaves.");
    assert!(run.files().is_empty());
    run.go(&[]).expect(0);
    let before = run.files();
    let world =
        firm(json!([employee(2, json!({})), employee(3, json!({})), employee(9, json!({}))]), json!([]), json!([]));
    sandbox.load(world).unwrap();
    run.go(&["--dry-run"]).expect(0).prints("1 new, 2 gone, 0 changed").prints("var/vacation.json: 0 leaves");
    assert_eq!(run.files(), before);
}

#[test]
fn the_same_people_give_the_same_bytes() {
    let teams = json!([team(2, "B", &[1, 2, 30]), team(1, "A", &[2, 3])]);
    let leaves: Value = (1..=40).map(|id| leave(id, id % 7 + 1, json!({}))).collect();
    let version =
        |id: u64| json!({ "id": id, "employee_id": id % 9, "effective_on": "2020-01-01", "job_title": id.to_string() });
    let world = with(firm(employees(30), teams, leaves), "contract_versions", (1..=30).map(version).collect());
    let sandbox = Sandbox::start(world.clone());
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let written = |name| run.bytes(name);
    let first = (written("var/users.json"), written("var/vacation.json"));
    let mut turned = with(world, "quirks", json!({ "most_per_page": 7 }));
    for list in ["employees", "teams", "leaves", "contract_versions"] {
        turned["factorial"][list].as_array_mut().unwrap().reverse();
    }
    sandbox.load(turned).unwrap();
    run.go(&[]).expect(0);
    assert_eq!((written("var/users.json"), written("var/vacation.json")), first);
}

#[test]
fn both_manifests_vouch_for_their_files() {
    let world = firm(
        json!([employee(1, json!({ "manager_id": 2 })), employee(2, json!({ "active": false }))]),
        json!([]),
        json!([leave(1, 1, json!({})), leave(2, 1, json!({})), leave(3, 1, json!({}))]),
    );
    let sandbox = Sandbox::start(world);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    for (file, records, active) in [("var/users.json", 2, 1), ("var/vacation.json", 3, 3)] {
        let (bytes, manifest) = (run.bytes(file), run.json(&format!("{file}.manifest.json")));
        assert_eq!(manifest["sha256"], json!(testkit::sha256_hex(&bytes)), "{file}");
        assert_eq!(manifest["bytes"], json!(bytes.len()), "{file}");
        assert_eq!((&manifest["users"], &manifest["active"]), (&json!(records), &json!(active)), "{file}");
        assert_eq!(
            (&manifest["source"], &manifest["stage"]),
            (&json!("factorial"), &json!("fetch-factorial")),
            "{file}"
        );
    }
}

#[test]
fn neither_file_is_replaced_by_less_than_half_of_the_people() {
    let sandbox = Sandbox::start(firm(employees(5), json!([]), json!([leave(1, 1, json!({}))])));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let before = run.files();
    sandbox.load(firm(employees(2), json!([]), json!([]))).unwrap();
    run.go(&[]).expect(6).says("2 active users, fewer than half of the 5").says("--allow-shrink");
    assert_eq!(run.files(), before);
    run.go(&["--allow-shrink"]).expect(0);
    assert_eq!((ids(&run).len(), vacation(&run).len()), (2, 0));
}

#[test]
fn nobody_at_all_is_refused_even_the_first_time() {
    let sandbox = people(json!([]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(6).says("the source gave no active user");
    assert!(run.files().is_empty());
}

#[test]
fn each_kind_of_defect_is_one_warning_and_everybody_is_written() {
    let sandbox = people(json!([
        employee(1, json!({ "full_name": null, "first_name": null, "last_name": null })),
        employee(2, json!({ "email": null, "login_email": null })),
        employee(3, json!({ "id": null })),
        employee(5, json!({})),
        employee(5, json!({ "login_email": "other@x.test" })),
        employee(6, json!({ "login_email": "PERSON5@x.test" })),
    ]));
    let run = fetch(&sandbox);
    let done = run.go(&[]).expect(0);
    for (kind, count) in [
        ("have no name", 1),
        ("have no address", 1),
        ("have no external_id", 1),
        ("share an external_id or an address", 2),
    ] {
        let lines = done.lines_with(kind);
        assert_eq!(lines.len(), 1, "{kind}: {done}");
        assert!(lines[0].contains(&format!("{count} users {kind}")), "{lines:?}");
    }
    assert_eq!(run.users().len(), 6);
}

#[test]
fn another_file_can_be_named_for_the_people() {
    let sandbox = people(employees(2));
    let run = fetch(&sandbox);
    run.go(&["--output", "elsewhere/people.json"]).expect(0);
    assert!(run.exists("elsewhere/people.json") && run.exists("var/vacation.json") && !run.exists("var/users.json"));
}

/// The shell's words before a run that is told of a file's limit as of a full disk.
const TOLD: &str = "trap '' XFSZ; ";
/// And before one that dies of it.
const KILLED: &str = "";

/// A run in which no file can grow beyond 64 blocks (32 or 64 KiB).
fn with_little_room(run: &Run, how: &str) -> Done {
    let fetch = env!("CARGO_BIN_EXE_fetch-factorial");
    let shell = run.clone().stage("sh").env("FETCH", fetch).env("DISABLE_FILE_LOGGING", "true");
    shell.go(&["-c", &format!("{how}ulimit -f 64; exec \"$FETCH\"")])
}

/// So many people and leaves, whose files come to hundreds of kilobytes where there are hundreds.
fn company(people: u64, leaves: u64) -> Value {
    firm(employees(people), json!([]), (1..=leaves).map(|id| leave(id, 1, json!({}))).collect())
}

const PEOPLE: [&str; 2] = ["var/users.json", "var/users.json.manifest.json"];
const LEAVES: [&str; 2] = ["var/vacation.json", "var/vacation.json.manifest.json"];

#[test]
fn leaves_that_cannot_be_written_leave_both_files() {
    let sandbox = Sandbox::start(company(5, 1));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let before = run.files();
    sandbox.load(company(6, 900)).unwrap();
    with_little_room(&run, TOLD)
        .expect(1)
        .says("cannot write var/vacation.json")
        .says("the previous file is untouched");
    assert_eq!(run.files(), before);
}

#[test]
fn people_who_cannot_be_written_leave_the_file_of_people_and_the_leaves_are_whole() {
    let sandbox = Sandbox::start(company(600, 1));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    let before = run.files();
    for (how, code) in [(TOLD, 1), (KILLED, -25)] {
        sandbox.load(company(601, 2)).unwrap();
        let done = with_little_room(&run, how).expect(code);
        for name in PEOPLE {
            assert_eq!(run.bytes(name), before[name], "{name}: {done}");
        }
        assert_eq!(vacation(&run).len(), 2);
        let [file, manifest] = LEAVES;
        assert_eq!(run.json(manifest)["sha256"], json!(testkit::sha256_hex(&run.bytes(file))));
        if how == TOLD {
            let done = done.says("cannot write var/users.json").says("the previous file is untouched");
            done.says("var/vacation.json was written before and is new");
            assert_eq!(run.files().len(), 4, "nothing half is left");
        }
    }
    run.go(&[]).expect(0);
    assert_eq!((run.users().len(), vacation(&run).len()), (601, 2));
}
