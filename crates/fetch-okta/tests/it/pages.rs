//! Pages: many of them, limits, and pages that lead nowhere.

use crate::{TOKEN, fails, fetch, order, org, quirky, users};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[test]
fn many_people_over_many_pages_come_all_and_in_the_same_bytes() {
    let sandbox = org(users(2500));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("okta: 2500 users, 2500 active; 16 requests, 0 retries");
    let ids = order(&run);
    assert_eq!(ids.len(), 2500);
    assert!(ids.is_sorted());
    let paths: Vec<String> = sandbox.journal().into_iter().map(|entry| entry.path).collect();
    assert!(paths[0].ends_with("users?filter=status eq \"ACTIVE\"&limit=200"), "{paths:?}");
    let others = paths.iter().filter(|path| !path.contains("ACTIVE")).count();
    assert_eq!(others, 3, "one look each for people who are shut out: {paths:?}");
    let first = run.bytes("var/users.json");
    let mut people = users(2500);
    people.as_array_mut().unwrap().reverse();
    sandbox.load(json!({ "okta": { "api_token": TOKEN, "users": people } })).unwrap();
    run.go(&[]).expect(0);
    assert_eq!(run.bytes("var/users.json"), first, "the same people in another order");
}

/// Refuses the fourth page until an epoch, `wait` seconds from the answer's own date on.
fn throttled(sandbox: &Sandbox, wait: i64) {
    let reset = i64::try_from(now()).unwrap() + wait;
    let headers = BTreeMap::from([
        ("X-Rate-Limit-Limit".to_owned(), "600".to_owned()),
        ("X-Rate-Limit-Remaining".to_owned(), "0".to_owned()),
        ("X-Rate-Limit-Reset".to_owned(), reset.to_string()),
    ]);
    let body = json!({ "errorCode": "E0000047", "errorSummary": "API call exceeded rate limit due to too many requests.",
        "errorLink": "E0000047", "errorId": "sampleE", "errorCauses": [] });
    sandbox.fault(Fault::new(On::service("okta").nth(4), Do::Status { code: 429, headers, body }));
}

#[expect(clippy::disallowed_methods, reason = "a reset is an epoch of the real clock")]
fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_rate_limit_is_waited_for_until_its_reset() {
    let sandbox = org(users(1000));
    throttled(&sandbox, 20);
    let run = fetch(&sandbox);
    let done = run.go(&["--debug"]).expect(0).says("1000 users, 1000 active; 9 requests, 1 retries");
    let line = done.lines_with("waiting before").join("\n");
    // A wait of our own choosing is one second at most before the first repetition.
    assert!((2..=20).any(|seconds| line.contains(&format!("wait={seconds}s"))), "{line}");
    let statuses: Vec<u16> = sandbox.journal().iter().map(|entry| entry.status).take(6).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 200, 200]);
}

#[test]
fn a_wait_in_seconds_is_obeyed_as_well() {
    let sandbox = org(users(500));
    sandbox.fault(Fault::new(On::service("okta").nth(3), Do::throttle(7)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("500 users, 500 active").says("1 retries, 7.0 s of waits");
}

#[test]
fn a_reset_beyond_the_budget_fails_at_once_and_says_until_when() {
    let sandbox = org(users(1000));
    throttled(&sandbox, 3600);
    fails(&fetch(&sandbox), 1, &["throttled until 20", "HTTP_RETRY_BUDGET"]);
    assert_eq!(sandbox.journal().len(), 4);
}

#[test]
fn trouble_on_a_late_page_leaves_the_file() {
    for trouble in [
        Do::answer(500, json!({ "errorSummary": "Internal Server Error" })),
        Do::status(503),
        Do::DropBefore,
        Do::HalfBody,
        Do::HtmlPage,
        Do::answer(200, json!({ "not": "a list" })),
    ] {
        let sandbox = org(users(1000));
        sandbox.fault(Fault::new(On::service("okta").path_containing("after=00u00800"), trouble));
        fails(&fetch(&sandbox), 1, &["GET /okta/api/v1/users"]);
        assert!(sandbox.journal().len() >= 5);
    }
}

#[test]
fn death_on_a_late_page_leaves_the_file() {
    let sandbox = org(users(1000));
    let run = fetch(&sandbox).file("var/users.json", "{\"users\": []}");
    let before = run.files();
    let pause = sandbox.on_answered(4);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_secs(20)));
    running.kill("-9");
    assert_eq!(running.wait().code, -9);
    pause.release();
    assert_eq!(run.files(), before);
    run.go(&[]).expect(0);
    assert_eq!(order(&run).len(), 1000);
}

#[test]
fn links_that_lead_nowhere_end_the_run() {
    for (quirk, words) in [
        ("repeated", "read before"),
        ("endless", "holds the same records as a page before it"),
        ("empty", "pages in a row hold nobody"),
    ] {
        let sandbox = quirky(users(500), json!([]), json!({ "next_link": quirk }));
        fails(&fetch(&sandbox), 1, &[words]);
        assert!(sandbox.journal().len() < 110, "{quirk}: {} requests", sandbox.journal().len());
    }
}

#[test]
fn a_link_to_another_host_is_not_followed() {
    let other = org(users(500));
    let sandbox = quirky(users(500), json!([]), json!({ "next_host": other.url() }));
    fails(&fetch(&sandbox), 1, &["a paging link leads to"]);
    assert_eq!(other.journal(), Vec::new(), "the other host saw nothing");
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn smaller_pages_than_asked_for_are_read_to_their_end() {
    let sandbox = quirky(users(45), json!([]), json!({ "most_per_page": 10 }));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("45 users, 45 active; 8 requests");
    assert_eq!(run.users()[44]["name"], Value::from("Person 45"));
}
