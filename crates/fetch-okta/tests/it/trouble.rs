//! Credentials, settings, dry runs.

use crate::{TOKEN, fails, fetch, id, order, org, quirky, user, users};
use sandbox::{Do, Fault, On};
use serde_json::json;
use testkit::Run;

#[test]
fn a_wrong_token_is_tried_once() {
    let sandbox = org(users(3));
    fails(
        &fetch(&sandbox).env("OKTA_API_TOKEN", "00-wrong-token"),
        1,
        &["Okta does not accept OKTA_API_TOKEN", "answered 401 (Invalid token provided)"],
    );
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn missing_rights_are_told_and_not_tried_again() {
    let sandbox = quirky(users(3), json!([]), json!({ "wrong_token": 403 }));
    fails(
        &fetch(&sandbox).env("OKTA_API_TOKEN", "00-wrong-token"),
        1,
        &["Read-only Administrator", "answered 403 (You do not have permission"],
    );
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn rights_that_end_on_the_way_leave_the_file() {
    let sandbox = org(users(500));
    sandbox.fault(Fault::new(On::service("okta").nth(2), Do::answer(401, json!({ "errorSummary": "Invalid token" }))));
    fails(&fetch(&sandbox), 1, &["OKTA_API_TOKEN"]);
    assert_eq!(sandbox.journal().len(), 2);
}

#[test]
fn an_address_that_is_not_oktas_is_told_of() {
    let sandbox = org(users(3));
    let run = fetch(&sandbox).env("OKTA_ORG_URL", format!("{}/nowhere", sandbox.url()));
    fails(&run, 1, &["check OKTA_ORG_URL", "answered 404"]);
    sandbox.fault(Fault::new(On::any(), Do::HtmlPage));
    fails(&fetch(&sandbox), 1, &["check OKTA_ORG_URL, and whether a proxy answers", "a web page (HTML)"]);
}

#[test]
fn a_short_outage_is_sat_out() {
    let sandbox = org(users(500));
    sandbox.faults(vec![
        Fault::once(On::service("okta").nth(2), Do::DropBefore),
        Fault::once(On::service("okta").nth(4), Do::status(502)),
    ]);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("500 users, 500 active; 8 requests, 2 retries");
}

#[test]
fn wrong_settings_are_told_before_any_request() {
    let sandbox = org(users(1));
    let run = fetch(&sandbox).envs([
        ("OKTA_USER_STATUSES", "ACTIVE,FIRED"),
        ("OKTA_SUPERVISOR_RULE", "lead"),
        ("OKTA_MAX_HIERARCHY_ROOTS", "some"),
    ]);
    let done = run.without("OKTA_API_TOKEN").go(&[]).expect(2);
    done.says("no status `FIRED`").says("OKTA_SUPERVISOR_RULE").says("OKTA_MAX_HIERARCHY_ROOTS").says("OKTA_API_TOKEN");
    assert_eq!(sandbox.journal(), Vec::new());
    let help = Run::new(env!("CARGO_BIN_EXE_fetch-okta")).go(&["--help"]).expect(0);
    help.prints("OKTA_SUPERVISOR_MATCH_FIELD").prints("HTTP_RETRY_BUDGET");
}

#[test]
fn a_dry_run_reads_everything_and_writes_nothing() {
    let sandbox = org(users(450));
    let run = fetch(&sandbox).file("var/users.json", format!(r#"{{"users": [{{"external_id": "{}"}}]}}"#, id(450)));
    let before = run.files();
    let done = run.go(&["--dry-run"]).expect(0);
    done.prints("Would write var/users.json: 450 users, 450 active.").prints("449 new, 0 gone, 1 changed");
    assert_eq!(run.files(), before);
    assert_eq!(sandbox.journal().len(), 6);
    let sandbox = org(json!([user(1, json!({ "email": null }))]));
    fetch(&sandbox).go(&["--dry-run"]).expect(1).says("no address");
}

#[test]
fn half_of_the_people_missing_is_refused() {
    let sandbox = org(users(10));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    sandbox.load(json!({ "okta": { "api_token": TOKEN, "users": users(4) } })).unwrap();
    let before = run.files();
    run.go(&[]).expect(6).says("fewer than half of the 10");
    assert_eq!(run.files(), before);
    run.go(&["--allow-shrink"]).expect(0);
    assert_eq!(order(&run).len(), 4);
}
