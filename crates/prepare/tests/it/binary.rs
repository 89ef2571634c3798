//! The binary: flags, files, exit codes, what is logged.

use crate::support::{person, run, with};
use serde_json::{Value, json};

fn three() -> Value {
    json!([
        with(person("1", "Ann", "Sales", ""), &json!({ "role_id": "1" })),
        with(person("2", "Bob", "Sales/North", "1"), &json!({ "status": "gone" })),
        with(person("", "Cid", "Ops", "1"), &json!({})),
    ])
}

#[test]
fn a_run_writes_the_file_and_its_manifest_and_one_summary_line() {
    let run = run(&three());
    let done = run.go(&[]).expect(0);
    assert_eq!(done.stdout, "");
    assert_eq!(done.lines_with("3 users in, 2 out: 1 active, 1 inactive; ").len(), 1, "{done}");
    assert!(done.stderr.contains("1 administrators, 0 supervisors, 1 users, 0 guests; 2 groups"), "{done}");
    let manifest = run.json("var/timecamp_users.json.manifest.json");
    assert_eq!(manifest["stage"], "prepare");
    assert_eq!((&manifest["users"], &manifest["active"]), (&json!(2), &json!(1)));
    assert_eq!(manifest["unplaced"], json!(["cid@x.test"]));
    assert_eq!(manifest["made_from"], Value::Null);
    assert_eq!(manifest["bytes"], json!(run.bytes("var/timecamp_users.json").len()));
}

#[test]
fn two_runs_write_the_same_bytes() {
    let run = run(&three()).env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true");
    run.go(&[]).expect(0);
    let first = run.bytes("var/timecamp_users.json");
    run.go(&[]).expect(0);
    assert_eq!(run.bytes("var/timecamp_users.json"), first);
}

#[test]
fn a_dry_run_prints_what_it_would_write_and_writes_nothing() {
    let run = run(&three());
    let before = run.files();
    let done = run.go(&["--dry-run"]).expect(0);
    assert_eq!(run.files(), before);
    let shown = done.stdout.clone();
    run.go(&[]).expect(0);
    assert_eq!(run.read("var/timecamp_users.json"), shown);
}

#[test]
fn input_and_output_can_be_named() {
    let run = run(&json!([])).file("in/people.json", json!({ "users": three() }).to_string());
    run.go(&["--input", "in/people.json", "--output", "out/tc.json"]).expect(0);
    assert_eq!(run.json("out/tc.json").as_array().unwrap().len(), 2);
    assert!(run.exists("out/tc.json.manifest.json") && !run.exists("var/timecamp_users.json"));
}

#[test]
fn the_manifest_names_what_the_file_was_made_from_and_an_edited_file_is_refused() {
    let first = run(&three());
    // What `prepare` writes beside its own output serves as a manifest of its input.
    first.go(&[]).expect(0);
    let sum = |bytes: &[u8]| timecamp_scim_core::storage::sha256_hex(bytes);
    let mut manifest = first.json("var/timecamp_users.json.manifest.json");
    manifest["sha256"] = json!(sum(&first.bytes("var/users.json")));
    manifest["stage"] = json!("fetch-bamboohr");
    manifest["source"] = json!("bamboohr");
    first.write("var/users.json.manifest.json", manifest.to_string());
    first.go(&[]).expect(0).says_not("has no manifest");
    let made = first.json("var/timecamp_users.json.manifest.json");
    assert_eq!((&made["made_from"]["stage"], &made["source"]), (&json!("fetch-bamboohr"), &json!("bamboohr")));
    first.write("var/users.json", json!({ "users": [] }).to_string());
    first.go(&[]).expect(6).says("does not match its manifest").says("--accept-edited");
    first.go(&["--accept-edited"]).expect(0);
    assert_eq!(first.read("var/timecamp_users.json"), "[]\n");
}

#[test]
fn explain_prints_the_decisions_about_one_address() {
    let users = json!([
        with(person("1", "Ann", "Company/Sales", ""), &json!({ "job_title": "CEO" })),
        with(person("2", "Bob", "Ops", "1"), &json!({ "email": "Bob@X.test", "status": "gone" })),
        with(person("3", "Old Bob", "Ops", "1"), &json!({ "email": "bob@x.test", "status": "gone" })),
        person("", "Cid", "", ""),
    ]);
    let run = run(&users)
        .env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true")
        .env("TIMECAMP_REPLACE_EMAIL_DOMAIN", "t.io")
        .env("TIMECAMP_CHANGE_GROUPS_REGEX", "Sales|||Vente");
    let before = run.files();
    let ann = run.go(&["--explain", "ANN@t.io"]).expect(0);
    let expected = "users[0] Ann <ann@x.test>, external id 1\n  written as Ann <ann@t.io>\n  \
                    group: Company/Vente/Ann, their own group as a supervisor; department `Company/Sales`; \
                    changed by group rule 1\n  role: supervisor, has reports\n  status: active\n";
    assert_eq!(ann.stdout, expected);
    let bob = run.go(&["--explain", "bob@x.test"]).expect(0);
    assert!(
        bob.stdout.contains(
            "users[1] Bob <Bob@X.test>, external id 2\n  not written: users[2] is written for the same address\n"
        ),
        "{bob}"
    );
    assert!(bob.stdout.contains("users[2] Old Bob <bob@x.test>, external id 3\n  written as Old Bob <bob@t.io>\n  group: Ops/Ann, the group of their supervisor Ann; department `Ops`\n"), "{bob}");
    assert!(bob.stdout.contains("status: inactive, as everybody whose status is not `active`"), "{bob}");
    run.go(&["--explain", "cid@x.test"]).expect(0).prints("left out: it has no external id");
    run.go(&["--explain", "nobody@x.test"]).expect(2).says("no record of var/users.json has the address nobody@x.test");
    assert_eq!(run.files(), before, "nothing is written");
}

#[test]
fn every_fate_is_explained() {
    let users = json!([
        person("1", "Ann", "", ""),
        person("1", "Ann2", "", ""),
        with(person("2", "Top", "", ""), &json!({ "hierarchy_only": true })),
        with(person("3", "Out", "HR", "2"), &json!({})),
        with(person("4", "Dropped", "", ""), &json!({ "x": "drop" })),
        with(person("5", "Late", "", ""), &json!({ "status": "late" })),
        with(person("6", "Admin", "Sales", "99"), &json!({ "force_global_admin_role": true })),
        with(person("7", "Lost", "a/b/c", "99"), &json!({})),
        with(person("8", "Under", "", "2"), &json!({ "real_email": "u@home.test" })),
    ]);
    let config = json!({
        "exclude": { "or": [
            { "property": "x", "string": { "equals": "drop" } },
            { "property": "timecamp_user_name", "string": { "equals": "Late" } },
        ] },
        "filter": { "property": "name", "string": { "equals": "Lost" } },
        "transform": [{ "property": "role_id", "action": "replace_all", "value": "5" }],
    });
    let run = run(&users)
        .env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true")
        .env("TIMECAMP_EXCLUDE_REGEX", "HR")
        .env("TIMECAMP_MAX_GROUP_DEPTH", "2")
        .env("TIMECAMP_PREPARE_TRANSFORM_CONFIG", config.to_string());
    for (name, parts) in [
        ("ann", &["left out: users[1] has the same external id and stands later"][..]),
        ("top", &["not written: serves the hierarchy only"]),
        ("out", &["left out: TIMECAMP_EXCLUDE_REGEX matches"]),
        ("dropped", &["users[4] <dropped@x.test>", "left out: the transforms' exclude matches"]),
        ("late", &["left out: the transforms' exclude matches the prepared user Late"]),
        (
            "admin",
            &["group: the root group, where administrators by force belong", "forced by force_global_admin_role"],
        ),
        (
            "lost",
            &[
                "transforms: changed the source record",
                "group: a/b, their supervisor is not in the data; department `a/b/c`; cut to the depth allowed",
                "role: guest, by role_id `5`",
            ],
        ),
        (
            "under",
            &[
                "additional address: u@home.test",
                "group: the root group, their supervisor serves the hierarchy only",
                "has no reports",
            ],
        ),
    ] {
        let done = run.go(&["--explain", &format!("{name}@x.test")]).expect(0);
        for part in parts {
            assert!(done.stdout.contains(part), "{part} missing: {done}");
        }
    }
}

#[test]
fn debug_explains_everybody_in_the_log() {
    let done = run(&three()).go(&["--debug"]).expect(0);
    assert_eq!(
        done.lines_with("external id 1; written as Ann <ann@x.test>; group: Sales, by department").len(),
        1,
        "{done}"
    );
    assert_eq!(done.lines_with("Cid <cid@x.test>, external id none; left out").len(), 1, "{done}");
}

#[test]
fn names_and_addresses_can_be_masked_in_the_log() {
    let run = run(&three()).env("LOG_MASK_PII", "true");
    let done = run.go(&["--debug"]).expect(0).says("1 user has no external id").says_not("cid@x.test").says_not("Cid");
    assert!(!done.stderr.contains("Bob"), "{done}");
    let run = run.env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true").env("TIMECAMP_USE_DEPARTMENT_GROUPS", "false");
    let done = run.go(&["--debug"]).expect(0).says("; group: A***, the group of their supervisor A***");
    assert!(!done.stderr.contains("Ann"), "groups that are called like people: {done}");
}

#[test]
fn settings_that_are_wrong_are_told_together_before_anything_is_read() {
    let run = run(&json!("not read"))
        .env("TIMECAMP_EXCLUDE_REGEX", "(a")
        .env("TIMECAMP_CHANGE_GROUPS_REGEX", r"a|||\2")
        .env("TIMECAMP_PREPARE_TRANSFORM_CONFIG", "{\"filters\": {}}")
        .env("TIMECAMP_MAX_GROUP_DEPTH", "many");
    run.go(&[])
        .expect(2)
        .says("TIMECAMP_EXCLUDE_REGEX: `(a` is not accepted as a regular expression: missing )")
        .says("TIMECAMP_CHANGE_GROUPS_REGEX: the replacement of rule 1, `a|||\\2`, is not accepted: the pattern has no group 2")
        .says("TIMECAMP_PREPARE_TRANSFORM_CONFIG: the content is not accepted: at the top: `filters` is not known")
        .says("TIMECAMP_MAX_GROUP_DEPTH: `many`");
}

#[test]
fn a_pattern_that_explodes_is_an_error_and_no_hang() {
    let users = json!([person("1", "Ann", &"a".repeat(60), "")]);
    let pattern = r"(?=(a|aa)+!)\1";
    let excluding = run(&users).env("TIMECAMP_EXCLUDE_REGEX", r#"="(?=(a|aa)+!)\1"#);
    excluding
        .go(&[])
        .expect(2)
        .says("TIMECAMP_EXCLUDE_REGEX: the pattern needs too many steps")
        .says("`department=\"aaa");
    let changing = run(&users).env("TIMECAMP_CHANGE_GROUPS_REGEX", format!("{pattern}|||x"));
    changing
        .go(&[])
        .expect(2)
        .says("TIMECAMP_CHANGE_GROUPS_REGEX: the pattern needs too many steps")
        .says("in the rule");
    assert!(!changing.exists("var/timecamp_users.json"));
    changing.env("LOG_MASK_PII", "true").go(&[]).expect(2).says("given up on the text `a***`");
}

#[test]
fn a_circle_of_supervisors_is_exit_1() {
    let users = json!([person("1", "Ann", "", "2"), person("2", "Bob", "", "1")]);
    let run = run(&users).env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true");
    run.go(&[])
        .expect(1)
        .says("Cycle in supervisor hierarchy: Ann (1) -> Bob (2) -> Ann (1). ")
        .says("Correct supervisor_id of one of them");
    assert!(!run.exists("var/timecamp_users.json"));
    run.env("LOG_MASK_PII", "true").go(&[]).expect(1).says("hierarchy: A*** (1) -> B*** (2) -> A*** (1)");
}

#[test]
fn help_lists_the_flags_and_the_variables() {
    let done = run(&json!([])).go(&["--help"]).expect(0);
    for part in
        ["--debug", "--dry-run", "--input", "--output", "--explain", "--accept-edited", "TIMECAMP_MAX_GROUP_DEPTH"]
    {
        assert!(done.stdout.contains(part), "{part} missing: {done}");
    }
}
