//! Bad input, bad settings, and services that are not TimeCamp: exit codes, plain words, no write.

use crate::help::{owner_row, row, sync, team, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

fn start() -> (Sandbox, Run) {
    let (account, rows) = team(5);
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    (sandbox, run)
}

/// The manifest that prepare writes beside a file of this content.
fn manifest(content: &str, written_at: &str) -> Value {
    json!({
        "schema": 1, "run_id": "r", "stage": "prepare", "version": "0.1.0", "source": "okta", "written_at": written_at,
        "users": 1, "active": 1, "bytes": content.len(), "sha256": testkit::sha256_hex(content.as_bytes()), "unplaced": [],
        "made_from": null,
    })
}

const MANIFEST: &str = "var/timecamp_users.json.manifest.json";

#[test]
fn a_file_that_is_no_list_of_prepared_users_is_refused() {
    let (sandbox, run) = start();
    let whole = run.read("var/timecamp_users.json");
    let with_owner = |record: Value| json!([owner_row(), record]).to_string();
    let ann = row("ann@x.test", "Team");
    let cases: Vec<(String, &str)> = vec![
        (whole.chars().take(whole.len() / 2).collect(), "not the JSON list"),
        ("not json".to_owned(), "not the JSON list"),
        (String::new(), "not the JSON list"),
        ("{\"users\": []}".to_owned(), "not the JSON list"),
        ("[]".to_owned(), "no active user"),
        (json!([with(ann.clone(), json!({ "timecamp_status": "inactive" }))]).to_string(), "no active user"),
        (with_owner(json!(3)), "record 2 of the list: expected an object, got a number"),
        (with_owner(json!(null)), "record 2 of the list"),
        (with_owner(with(ann.clone(), json!({ "timecamp_email": "" }))), "no timecamp_email"),
        (with_owner(with(ann.clone(), json!({ "timecamp_email": null }))), "no timecamp_email"),
        (with_owner(with(ann.clone(), json!({ "timecamp_email": 7 }))), "record 2"),
        (
            with_owner(with(ann.clone(), json!({ "timecamp_status": "actve" }))),
            "`actve` is neither active nor inactive",
        ),
        (with_owner(with(ann.clone(), json!({ "timecamp_status": null }))), "no timecamp_status"),
        (with_owner(with(ann, json!({ "timecamp_role": "boss" }))), "`boss` is not a role"),
    ];
    for (content, says) in cases {
        run.write("var/timecamp_users.json", &content);
        for flags in [&[][..], &["--dry-run"], &["--check"]] {
            run.go(flags).expect(6).says(says);
        }
        assert_eq!(run.json("var/sync_report.json")["exit_code"], 6);
    }
    run.remove("var/timecamp_users.json");
    run.go(&[]).expect(6).says("var/timecamp_users.json does not exist").says("Run prepare first");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn an_edited_file_is_refused_until_accepted() {
    let (sandbox, run) = start();
    let content = run.read("var/timecamp_users.json");
    run.write(MANIFEST, manifest(&content, "2026-01-01T00:00:00Z").to_string());
    run.go(&["--check"]).expect(0).says_not("manifest");
    let mut rows = run.json("var/timecamp_users.json");
    rows[1]["timecamp_user_name"] = json!("Edited");
    run.write("var/timecamp_users.json", rows.to_string());
    run.go(&[]).expect(6).says("does not match its manifest").says("--accept-edited");
    run.go(&["--dry-run"]).expect(6);
    assert!(sandbox.writes().is_empty());
    run.go(&["--accept-edited"]).expect(0);
    assert!(!sandbox.writes().is_empty());
    run.write(MANIFEST, "{");
    run.go(&[]).expect(6).says("manifest.json is not readable");
    run.remove(MANIFEST);
    run.go(&[]).expect(0).says("has no manifest");
}

#[test]
fn a_stale_file_is_refused() {
    let (_sandbox, run) = start();
    let content = run.read("var/timecamp_users.json");
    let limited = |limit: &str| run.clone().env("TIMECAMP_MAX_INPUT_AGE", limit);
    limited("24h").go(&["--check"]).expect(0);
    // The prepared file is fresh, what it was made from is not.
    let fresh = "2999-01-01T00:00:00Z";
    let chain = with(manifest(&content, fresh), json!({ "made_from": manifest("users", "2020-01-01T00:00:00Z") }));
    run.write(MANIFEST, chain.to_string());
    limited("24h").go(&[]).expect(6).says("TIMECAMP_MAX_INPUT_AGE").says("2020-01-01");
    limited("24h").go(&["--dry-run"]).expect(6);
    limited("off").go(&["--check"]).expect(0);
    run.write(MANIFEST, manifest(&content, fresh).to_string());
    limited("24h").go(&["--check"]).expect(0);
    // Without a manifest, the file's own time counts.
    run.remove(MANIFEST);
    limited("1h").go(&["--check"]).expect(0);
    let file = std::fs::File::options().write(true).open(run.path("var/timecamp_users.json")).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    file.set_modified(written - std::time::Duration::from_hours(2)).unwrap();
    limited("1h").go(&[]).expect(6).says("TIMECAMP_MAX_INPUT_AGE");
    limited("3h").go(&["--check"]).expect(0);
}

#[test]
fn all_wrong_settings_are_told_together_before_any_request() {
    let (sandbox, run) = start();
    let wrong = run.clone().envs([
        ("TIMECAMP_ROOT_GROUP_ID", "root"),
        ("TIMECAMP_DISABLE_NEW_USERS", "ture"),
        ("TIMECAMP_MAX_DEACTIVATIONS", "120%"),
        ("TIMECAMP_IGNORED_USER_IDS", "2,x"),
        ("HTTP_TIMEOUT", "soon"),
    ]);
    wrong
        .without("TIMECAMP_API_KEY")
        .go(&[])
        .expect(2)
        .says("TIMECAMP_ROOT_GROUP_ID: `root`")
        .says("TIMECAMP_DISABLE_NEW_USERS: `ture` is not accepted; use true/false")
        .says("TIMECAMP_MAX_DEACTIVATIONS: `120%`")
        .says("`x` is no user id")
        .says("HTTP_TIMEOUT: `soon`")
        .says("TIMECAMP_API_KEY: is not set");
    Run::new(env!("CARGO_BIN_EXE_sync")).go(&[]).expect(2).says("TIMECAMP_API_KEY: is not set");
    run.clone().env("TIMECAMP_DISABLE_NEW_USER", "true").go(&["--check"]).expect(0).says("TIMECAMP_DISABLE_NEW_USERS");
    run.go(&["--chekc"]).expect(2);
    assert!(sandbox.writes().is_empty());
}

#[test]
fn what_is_not_timecamp_or_does_not_know_the_key_is_said_plainly() {
    let (sandbox, run) = start();
    let wrong = run.clone().env("TIMECAMP_API_KEY", "another-key-altogether");
    wrong.go(&[]).expect(1).says("does not accept TIMECAMP_API_KEY").shows_nowhere("another-key-altogether");
    for route in ["users", "group", "me", "people_picker", "user/*/setting"] {
        let (sandbox, run) = start();
        sandbox.fault(Fault::new(On::timecamp("GET", route), Do::HtmlPage));
        run.go(&[]).expect(1).says("expected JSON").says_not("<html>");
        assert!(sandbox.writes().is_empty());
    }
    let down = run.clone().env("TIMECAMP_DOMAIN", "http://127.0.0.1:1");
    down.go(&[]).expect(1).says("cannot connect to 127.0.0.1");
    assert_eq!(run.json("var/sync_report.json")["exit_code"], 1, "a failed run writes its report, too");
    let unknown = run.clone().env("TIMECAMP_DOMAIN", "https://");
    unknown.go(&[]).expect(2).says("TIMECAMP_DOMAIN");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn a_server_that_goes_away_in_the_middle_ends_the_run_instead_of_failing_everybody() {
    let (account, mut rows) = team(200);
    for row in rows.iter_mut().skip(1) {
        row["timecamp_user_name"] = json!("Renamed");
    }
    let sandbox = Sandbox::with_account(account);
    sandbox.fault(Fault::new(On::service("timecamp").method("POST"), Do::DropBefore));
    sandbox.fault(Fault::new(On::service("timecamp").method("PUT"), Do::DropBefore));
    let run = sync(&sandbox, &Value::Array(rows));
    run.go(&[]).expect(1).says("cannot be reached");
    let report = run.json("var/sync_report.json");
    assert!(report["counts"]["not_reached"].as_u64().unwrap() > 100, "{}", report["counts"]);
    sandbox.clear_faults();
    run.go(&[]).expect(0);
    crate::help::settled(&run).unwrap();
}

#[test]
fn no_secret_shows_anywhere() {
    let (sandbox, run) = start();
    let key = sandbox.state()["timecamp"]["api_key"].as_str().unwrap().to_owned();
    run.go(&["--debug"]).expect(0).shows_nowhere(&key);
    assert!(!run.read("var/sync_report.json").contains(&key));
    assert!(!run.read("var/logs/sync.log").contains(&key));
}
