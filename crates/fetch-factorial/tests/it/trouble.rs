//! Factorial refuses, or is not well.

use crate::helpers::{employees, fetch, firm, people, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

#[test]
fn a_wrong_key_is_said_plainly_and_not_tried_again() {
    for (status, said) in
        [(401, "does not accept the key; check FACTORIAL_API_KEY"), (403, "the key may not read this")]
    {
        let world = with(firm(employees(3), json!([]), json!([])), "quirks", json!({ "wrong_key": status }));
        let sandbox = Sandbox::start(world);
        let run = fetch(&sandbox).env("FACTORIAL_API_KEY", "not-the-key-at-all");
        run.go(&[])
            .expect(1)
            .says(said)
            .says(&format!("answered {status} (Invalid API key)"))
            .shows_nowhere("not-the-key-at-all");
        assert_eq!(sandbox.journal().len(), 1);
        assert!(run.files().is_empty());
    }
}

#[test]
fn being_asked_to_wait_is_obeyed() {
    let sandbox = people(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::throttle(2)).times(7));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("11 requests, 7 retries, 14.0 s of waits");
    assert_eq!(run.users().len(), 3);
}

#[test]
fn a_wait_that_is_too_long_fails_at_once() {
    let sandbox = people(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::throttle(3600)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("throttled until");
    assert_eq!(sandbox.journal().len(), 1);
    assert!(run.files().is_empty());
}

#[test]
fn a_lost_answer_is_asked_for_again_since_reading_changes_nothing() {
    let sandbox = people(employees(3));
    sandbox.faults(vec![
        Fault::once(On::any(), Do::DropAfter),
        Fault::once(On::any(), Do::status(503)),
        Fault::once(On::any(), Do::HalfBody),
    ]);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("7 requests, 3 retries");
    assert_eq!(run.users().len(), 3);
}

#[test]
fn another_version_and_a_retired_one() {
    let sandbox = people(employees(3));
    let run = fetch(&sandbox).env("FACTORIAL_API_URL", format!("{}/factorial/api/v1/", sandbox.url()));
    run.go(&["--dry-run"]).expect(0);
    assert!(sandbox.journal().iter().all(|entry| entry.path.starts_with("/factorial/api/v1/resources/")));
    sandbox.fault(Fault::new(On::any(), Do::answer(410, json!({ "error": "API version not supported" }))));
    run.go(&[]).expect(1).says("check FACTORIAL_API_URL").says("answered 410 (API version not supported)");
}

#[test]
fn a_web_page_in_place_of_the_data_is_an_error() {
    let sandbox = people(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::HtmlPage));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("a web page (HTML) instead of data").says("whether a proxy answers");
    assert!(run.files().is_empty());
}

#[test]
fn nobody_listening_is_an_error_that_names_the_host() {
    let sandbox = people(employees(3));
    let run = fetch(&sandbox);
    drop(sandbox);
    run.go(&[]).expect(1).says("cannot connect to 127.0.0.1");
}
