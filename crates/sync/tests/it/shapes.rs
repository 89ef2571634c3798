//! What others read: plan, report and manifest keep to their JSON Schemas, the metrics to Prometheus' text format.

use crate::help::{owner_row, quirky, row, sync, team};
use crate::scene::{scene, start};
use jsonschema::{Registry, Validator};
use sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(format!("{name}.schema.json"));
    serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap()
}

fn validator(name: &str) -> Validator {
    let address = |name: &str| format!("https://schema.test/{name}.schema.json");
    let others = ["manifest", "plan", "report"].map(|name| (address(name), schema(name)));
    let mut registry = Registry::new();
    for (address, schema) in others {
        registry = registry.add(address, schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options().with_registry(&registry).with_base_uri(address(name)).build(&schema(name)).unwrap()
}

#[track_caller]
fn keeps(name: &str, value: &Value) {
    let validator = validator(name);
    let wrong: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}: {}\n{value:#}", wrong.join("\n"));
}

#[track_caller]
fn breaks(name: &str, value: &Value) {
    assert!(!validator(name).is_valid(value), "{name}.schema.json lets this pass: {value:#}");
}

#[test]
fn plans_keep_to_their_schema() {
    let (_sandbox, run) = start(scene());
    run.write("var/pending_user_settings.json", r#"{"77":{"user_id":77,"email":"gone@x.test","settings":{}}}"#);
    run.write("var/pending_new_users.json", r#"[{"email":"new1@x.test"},{"email":"never@x.test"}]"#);
    let printed = run.go(&["--dry-run", "--json", "--plan-out", "plan.json"]).expect(0).json();
    assert_eq!(printed["plan"], run.json("plan.json")["plan"]);
    keeps("plan", &printed);
    keeps("plan", &run.json("plan.json"));
    keeps("plan", &run.go(&["--dry-run", "--json", "--only", "kim@x.test"]).expect(0).json());
    let held = run.clone().envs([("TIMECAMP_MAX_DEACTIVATIONS", "0"), ("TIMECAMP_MAX_NEW_USERS", "0")]);
    let held = held.go(&["--dry-run", "--json"]).expect(0).json();
    assert!(held["plan"]["withheld"].as_array().unwrap().len() > 2, "{held}");
    keeps("plan", &held);
    // Strict: what nobody described does not pass.
    let mut more = printed.clone();
    more["plan"]["users"][0]["extra"] = json!(1);
    breaks("plan", &more);
    let mut less = printed;
    drop(less["plan"]["invitations"][0].as_object_mut().unwrap().remove("role"));
    breaks("plan", &less);
}

#[test]
fn reports_keep_to_their_schema_however_the_run_ended() {
    let quirks = json!({ "refuse": { "groups": ["Engineering"], "users": [2] }, "visible_after_ms": 30 });
    let (_sandbox, run) = start(quirky(scene(), &quirks));
    let report = || run.json("var/sync_report.json");
    run.go(&[]).expect(5);
    keeps("report", &report());
    assert!(report()["counts"]["skipped"].as_u64().unwrap() > 2);
    let rows = run.read("var/timecamp_users.json");
    let manifest = json!({
        "schema": 1, "run_id": "r", "stage": "prepare", "version": "0.1.0", "source": null,
        "written_at": "2026-01-01T00:00:00Z", "users": 1, "active": 1, "bytes": rows.len(),
        "sha256": testkit::sha256_hex(rows.as_bytes()), "unplaced": ["a@x.test"], "made_from": null,
    });
    keeps("manifest", &manifest);
    breaks("manifest", &json!({ "schema": 1 }));
    run.write("var/timecamp_users.json.manifest.json", manifest.to_string());
    run.go(&["--dry-run"]).expect(0);
    run.go(&[]).expect(5);
    keeps("report", &report());
    assert_eq!(report()["input"]["unplaced"], json!(["a@x.test"]));
    run.clone().env("TIMECAMP_DOMAIN", "http://127.0.0.1:1").go(&[]).expect(1);
    keeps("report", &report());
    run.write("var/timecamp_users.json", "[]");
    run.go(&[]).expect(6);
    keeps("report", &report());
    let mut wrong = report();
    wrong["changes"] =
        json!([{ "kind": "user_changed", "subject": "a", "old": "", "new": "", "reason": "r", "outcome": "failed" }]);
    breaks("report", &wrong);
}

#[test]
fn the_report_of_a_run_that_found_how_deep_groups_may_be_keeps_to_its_schema() {
    let (_sandbox, run) = start(quirky(scene(), &json!({ "max_depth_below_root": 2, "visible_after_ms": 30 })));
    run.write("var/timecamp_users.json", json!([owner_row(), row("new1@x.test", "Sales/EMEA/North")]).to_string());
    run.go(&[]).expect(5);
    let report = run.json("var/sync_report.json");
    assert_eq!(report["group_depth"]["levels"], 2);
    keeps("report", &report);
    keeps("plan", &run.go(&["--dry-run", "--json"]).expect(0).json());
}

#[test]
fn manifests_of_the_other_stages_keep_to_their_schema() {
    let sandbox = Sandbox::start(sandbox::company(20));
    let run = testkit::Run::new(testkit::bin("fetch-bamboohr")).sandbox(&sandbox);
    run.go(&[]).expect(0);
    keeps("manifest", &run.json("var/users.json.manifest.json"));
    let run = run.stage(testkit::bin("prepare"));
    run.go(&[]).expect(0);
    let manifest = run.json("var/timecamp_users.json.manifest.json");
    keeps("manifest", &manifest);
    assert_eq!(manifest["made_from"]["stage"], "fetch-bamboohr");
    let run = run.stage(env!("CARGO_BIN_EXE_sync")).env("TIMECAMP_MAX_DEACTIVATIONS", "off");
    run.go(&["--allow-new-users", "1000"]).expect(0);
    keeps("report", &run.json("var/sync_report.json"));
}

/// Reads the text format strictly: HELP, TYPE, then that metric's samples; nothing twice.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.is_empty();
    let (mut samples, mut seen, mut current) = (BTreeMap::new(), BTreeSet::new(), String::new());
    assert!(text.ends_with('\n'), "the last line has an end");
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            current = help.split_once(' ').unwrap().0.to_owned();
            assert!(name(&current) && seen.insert(current.clone()), "{line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{current} gauge"), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let (metric, labels) = sample.split_once('{').unwrap();
            assert_eq!(metric, current, "{line}");
            for label in labels.strip_suffix('}').unwrap().split(',') {
                let (label, value) = label.split_once('=').unwrap();
                assert!(name(label) && value.len() > 2 && value.starts_with('"') && value.ends_with('"'), "{line}");
            }
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert(sample.to_owned(), value).is_none(), "twice: {line}");
        }
    }
    samples
}

#[test]
fn metrics_tell_what_a_run_did_and_the_last_success_survives_a_failed_one() {
    let (account, mut rows) = team(30);
    rows.truncate(16);
    rows[1]["timecamp_user_name"] = json!("Renamed");
    rows.push(row("new@x.test", "Fresh"));
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("METRICS_FILE", "metrics/scim.prom");
    let metrics = || samples(&run.read("metrics/scim.prom"));
    let of = |name: &str| metrics().get(&format!("timecamp_scim_{name}")).copied();
    run.go(&["--dry-run"]).expect(0);
    run.go(&["--check"]).expect(7);
    assert!(!run.exists("metrics/scim.prom"), "a dry run writes nothing");
    run.go(&[]).expect(3);
    assert_eq!(of("withheld{stage=\"sync\"}"), Some(15.0));
    assert_eq!(of("changes{kind=\"group_created\",stage=\"sync\"}"), Some(1.0));
    assert_eq!(of("changes{kind=\"user_invited\",stage=\"sync\"}"), Some(1.0));
    assert_eq!(of("changes{kind=\"user_changed\",stage=\"sync\"}"), Some(1.0));
    assert_eq!(of("failures{stage=\"sync\"}"), Some(0.0));
    assert_eq!(of("exit_code{stage=\"sync\"}"), Some(3.0));
    assert_eq!(of("last_success_timestamp_seconds{stage=\"sync\"}"), None, "withheld is no success");
    let requests = run.json("var/sync_report.json")["requests"].as_f64();
    assert_eq!(of("requests{stage=\"sync\"}"), requests);
    run.go(&["--allow-deactivations", "15"]).expect(0);
    let success = of("last_success_timestamp_seconds{stage=\"sync\"}").unwrap();
    run.clone().env("TIMECAMP_DOMAIN", "http://127.0.0.1:1").go(&[]).expect(1);
    assert_eq!(of("last_success_timestamp_seconds{stage=\"sync\"}"), Some(success));
    assert_eq!(of("exit_code{stage=\"sync\"}"), Some(1.0));
    run.clone().env("TIMECAMP_DISABLE_NEW_USERS", "maybe").go(&[]).expect(2);
    assert_eq!(of("exit_code{stage=\"sync\"}"), Some(2.0));
    assert_eq!(of("last_success_timestamp_seconds{stage=\"sync\"}"), Some(success));
    assert!(of("last_run_timestamp_seconds{stage=\"sync\"}").unwrap() >= success);
}

#[test]
fn metrics_that_cannot_be_written_do_not_fail_the_run() {
    let (account, rows) = team(2);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows)).env("METRICS_FILE", "/proc/nowhere/scim.prom");
    run.go(&[]).expect(0).says("METRICS_FILE");
    let run = sync(&sandbox, &json!([owner_row()]))
        .env("METRICS_FILE", "metrics.prom")
        .file("metrics.prom", "\u{0}{}not metrics\n\n");
    run.go(&["--dry-run"]).expect(0);
}

/// Looking at a plan that cannot be printed has failed. A run has not: its report lists every change.
#[test]
fn a_plan_that_cannot_be_printed_fails_a_look_and_not_a_run() {
    let (sandbox, run) = start(scene());
    let shell = run.stage("sh").env("SYNC", env!("CARGO_BIN_EXE_sync"));
    let full = |flags: &str| shell.go(&["-c", &format!("exec \"$SYNC\" {flags} > /dev/full")]);
    for flags in ["--dry-run", "--dry-run --json", "--explain ann@x.test"] {
        full(flags).expect(1).says("cannot print the result");
    }
    assert!(sandbox.writes().is_empty());
    full("--json").expect(0).says("cannot print the result").says("going on");
    assert!(!sandbox.writes().is_empty());
}
