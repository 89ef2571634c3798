//! Limits, outages, credentials, settings, dry runs.

use crate::{TOKEN, company, fails, fetch, order, people, quirky, reporting, world};
use sandbox::{Do, Fault, On};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::Run;

/// Refuses the first search until an epoch, `wait` seconds from now on.
fn throttled(wait: i64) -> Do {
    let reset = jiff::Timestamp::now().as_second() + wait;
    let headers = BTreeMap::from([
        ("X-RateLimit-Limit".to_owned(), "50".to_owned()),
        ("X-RateLimit-Remaining".to_owned(), "0".to_owned()),
        ("X-RateLimit-Reset".to_owned(), reset.to_string()),
    ]);
    Do::Status { code: 429, headers, body: json!({ "error": "Too many requests" }) }
}

#[test]
fn a_rate_limit_is_waited_for_until_its_reset() {
    let sandbox = company(people(3));
    sandbox.fault(Fault::once(On::service("hibob"), throttled(20)));
    let done = fetch(&sandbox).go(&["--debug"]).expect(0).says("3 users, 3 active; 2 requests, 1 retries");
    let line = done.lines_with("waiting before").join("\n");
    // A wait of our own choosing is one second at most before the first repetition.
    assert!((2..=20).any(|seconds| line.contains(&format!("wait={seconds}s"))), "{line}");
    assert_eq!(sandbox.journal().iter().map(|entry| entry.status).collect::<Vec<_>>(), [429, 200]);
}

#[test]
fn a_reset_beyond_the_budget_fails_at_once_and_says_until_when() {
    let sandbox = company(people(3));
    sandbox.fault(Fault::new(On::service("hibob"), throttled(3600)));
    fails(&fetch(&sandbox), 1, &["throttled until 20", "HTTP_RETRY_BUDGET"]);
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn wrong_credentials_are_tried_once() {
    for (status, words) in [(401, "HiBob does not accept HIBOB_SERVICE_USER_ID"), (403, "may not search people")] {
        let sandbox = quirky(people(3), json!({ "wrong_token": status }));
        let run = fetch(&sandbox);
        fails(&run.clone().env("HIBOB_SERVICE_USER_TOKEN", "wrong-token"), 1, &[words, &format!("answered {status}")]);
        fails(&run.clone().env("HIBOB_SERVICE_USER_ID", "SERVICE-1"), 1, &[words]);
        assert_eq!(sandbox.journal().len(), 2);
        run.go(&[]).expect(0);
    }
}

#[test]
fn trouble_leaves_the_file() {
    for trouble in [
        Do::answer(500, json!({ "error": "oops" })),
        Do::status(503),
        Do::DropBefore,
        Do::DropAfter,
        Do::HalfBody,
        Do::HtmlPage,
        Do::answer(200, json!({ "people": [] })),
        Do::answer(200, json!([])),
    ] {
        let sandbox = company(people(50));
        sandbox.fault(Fault::new(On::service("hibob"), trouble));
        fails(&fetch(&sandbox), 1, &["POST /v1/people/search"]);
    }
}

#[test]
fn a_short_outage_is_sat_out() {
    let sandbox = company(people(50));
    sandbox.faults(vec![
        Fault::once(On::service("hibob"), Do::DropAfter),
        Fault::once(On::service("hibob"), Do::HalfBody),
        Fault::once(On::service("hibob"), Do::status(502)),
    ]);
    fetch(&sandbox).go(&[]).expect(0).says("50 users, 50 active; 4 requests, 3 retries");
}

#[test]
fn death_on_a_late_search_leaves_the_file() {
    let sandbox = company(json!([reporting(1, json!("2")), reporting(2, json!("404"))]));
    let run = fetch(&sandbox).file("var/users.json", "{\"users\": []}");
    let before = run.files();
    let pause = sandbox.on_answered(1);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_secs(20)));
    running.kill("-9");
    assert_eq!(running.wait().code, -9);
    pause.release();
    assert_eq!(run.files(), before);
    run.go(&[]).expect(0);
    assert_eq!(order(&run), ["1", "2"]);
}

#[test]
fn nobody_and_too_few_people_are_refused() {
    let sandbox = company(json!([]));
    let run = fetch(&sandbox);
    fails(&run, 6, &["gave no active user"]);
    sandbox.load(world(people(10), json!({}))).unwrap();
    run.go(&[]).expect(0);
    sandbox.load(world(people(4), json!({}))).unwrap();
    run.go(&[]).expect(6).says("fewer than half of the 10");
    assert_eq!(order(&run).len(), 10);
}

#[test]
fn wrong_settings_are_told_before_any_request() {
    let sandbox = company(people(1));
    let run = fetch(&sandbox).envs([("HIBOB_SUPERVISOR_RULE", "lead"), ("HIBOB_API_URL", "api.hibob.com")]);
    let done = run.without("HIBOB_SERVICE_USER_TOKEN").without("HIBOB_SERVICE_USER_ID").go(&[]).expect(2);
    let done = done.says("HIBOB_SERVICE_USER_ID: is not set").says("HIBOB_SERVICE_USER_TOKEN: is not set");
    done.says("HIBOB_SUPERVISOR_RULE: `lead`").says("HIBOB_API_URL: `api.hibob.com`");
    assert_eq!(sandbox.journal(), Vec::new());
    let help = Run::new(env!("CARGO_BIN_EXE_fetch-hibob")).go(&["--help"]).expect(0);
    help.prints("HIBOB_CUSTOM_FIELDS").prints("HTTP_TIMEOUT").shows_nowhere(TOKEN);
}

#[test]
fn a_dry_run_reads_everything_and_writes_nothing() {
    let sandbox = company(people(3));
    let run = fetch(&sandbox).file("var/users.json", r#"{"users": [{"external_id": "9", "name": "Nina"}]}"#);
    let before = run.files();
    let done = run.go(&["--dry-run"]).expect(0).prints("Would write var/users.json: 3 users, 3 active.");
    done.prints("3 new, 1 gone, 0 changed").prints("gone: Nina (id 9)");
    assert_eq!(run.files(), before);
    assert_eq!(sandbox.journal().len(), 1);
}
