//! The tree as text.

use crate::{FILE, office, person, shown};
use serde_json::{Value, json};
use std::io::Read as _;
use std::process::{Command, Stdio};

#[test]
fn totals_and_the_tree_with_people_counted() {
    let done = shown(office()).go(&[]).expect(0);
    let expected = "\
Active users            5
  Administrators        1
  Supervisors           1
  Regular users         2
  Guests                1
Inactive in the source  1
Groups                  3
Deepest level           2

Root group (5 people, 1 directly)
├── Sales (3 people, 1 directly)
│   └── EMEA (2 people)
└── Works (1 person)
";
    assert_eq!(done.stdout, expected);
}

#[test]
fn detailed_lists_people_with_role_and_addresses() {
    let done = shown(office()).go(&["--detailed"]).expect(0);
    let (_, tree) = done.stdout.split_once("\n\n").unwrap();
    let expected = "\
Root group (5 people, 1 directly)
├── • Dee Ex <Dee@x.test> administrator
├── Sales (3 people, 1 directly)
│   ├── • Ann Ex <Ann@x.test> supervisor
│   └── EMEA (2 people)
│       ├── • Ben Ex <Ben@x.test> user, also ben@home.test
│       └── • Cid Ex <Cid@x.test> user
└── Works (1 person)
    └── • Eve Ex <Eve@x.test> guest
Inactive in the source (1 person)
└── • Fay Ex <Fay@x.test> user
";
    assert_eq!(tree, expected);
}

#[test]
fn paths_longer_than_four_levels_are_marked() {
    let run = shown(json!([person("Ann", "A/B/C/D/E/F", json!({})), person("Ben", "A/B/C/D", json!({}))]));
    let done = run.go(&[]).expect(0).prints("2 groups are deeper than TimeCamp's 4 levels");
    let marked: Vec<&str> = done.stdout.lines().filter(|line| line.contains("TimeCamp allows 4")).collect();
    assert_eq!(marked.len(), 2, "{done}");
    assert!(marked[0].contains("E (1 person, 0 directly) ! level 5"), "{done}");
    assert!(marked[1].contains("F (1 person) ! level 6"), "{done}");
}

#[test]
fn a_name_cannot_begin_a_line_or_steer_the_terminal() {
    let name = "Ann\n└── Root (999 people)\u{1b}[2J\u{202e}";
    let done = shown(json!([person("Ann", "A", json!({ "timecamp_user_name": name }))])).go(&["--detailed"]).expect(0);
    assert_eq!(done.stdout.lines().filter(|line| line.contains("Root (999")).count(), 1, "{done}");
    assert!(!done.stdout.contains(['\u{1b}', '\u{202e}']), "{done}");
    assert!(done.stdout.contains("• Ann?└── Root"), "{done}");
}

#[test]
fn nobody_at_all_is_an_empty_tree() {
    shown(json!([])).go(&[]).expect(0).prints("Active users            0").prints("Root group (0 people)");
}

#[test]
fn input_names_another_file() {
    let run = shown(json!([])).file("other.json", office().to_string());
    run.go(&["--input", "other.json"]).expect(0).prints("Sales (3 people");
}

#[test]
fn what_is_missing_or_no_prepared_user_is_refused() {
    let run = shown(json!([{ "timecamp_email": "a@x.test", "timecamp_status": "actve" }]));
    run.go(&[]).expect(6).says("`actve` is neither active nor inactive");
    run.remove(FILE);
    run.go(&[]).expect(6).says("does not exist").says("Run prepare first");
}

#[test]
fn a_file_that_does_not_match_its_manifest_is_refused_or_accepted() {
    let manifest = json!({
        "schema": 1, "run_id": "r", "stage": "prepare", "version": "0", "source": "bamboohr",
        "written_at": "2026-08-19T09:33:54Z", "users": 6, "active": 5, "bytes": 1, "sha256": "00",
    });
    let run = shown(office()).file(&format!("{FILE}.manifest.json"), manifest.to_string()).hasty();
    run.go(&[]).expect(6).says("does not match its manifest");
    run.go(&["--accept-edited"]).expect(0).prints("Sales (3 people");
}

#[test]
fn a_dry_run_shows_the_same_and_writes_nothing() {
    let run = shown(office());
    let before = run.files();
    let plain = run.go(&[]).expect(0);
    let dry = run.go(&["--dry-run"]).expect(0);
    assert_eq!(dry.stdout, plain.stdout);
    assert_eq!(run.files(), before);
}

#[test]
fn no_key_is_needed_without_the_account() {
    shown(office()).go(&["--account"]).expect(2).says("TIMECAMP_API_KEY");
    shown(office()).go(&[]).expect(0).says_not("TIMECAMP_API_KEY");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let people: Vec<Value> =
        (0..5000).map(|number| person(&format!("p{number}"), &format!("G{number}"), json!({}))).collect();
    let run = shown(json!(people));
    for flag in ["--detailed", "--csv"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_display-tree"))
            .arg(flag)
            .current_dir(run.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // More than a pipe holds is to come; its reader goes after the first bytes.
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 10]).unwrap();
        drop(out);
        let ended = child.wait_with_output().unwrap();
        let log = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(0), "{flag}: {log}");
        assert!(!log.contains("ERROR") && !log.contains("panicked") && !log.contains("pipe"), "{flag}: {log}");
    }
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let run = shown(office());
    for flag in ["--detailed", "--csv"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_display-tree"));
        let ended = command.arg(flag).current_dir(run.folder()).stdout(full).output().unwrap();
        let log = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{flag}: {log}");
        assert!(log.contains("cannot print the result: No space left on device"), "{flag}: {log}");
    }
}
