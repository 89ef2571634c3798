//! BambooHR refuses, or is not well.

use crate::{employees, fetch, office, quirky};
use sandbox::{Do, Fault, On};
use serde_json::json;

#[test]
fn a_wrong_key_is_said_plainly_and_not_tried_again() {
    let sandbox = office(employees(3));
    let run = fetch(&sandbox).env("BAMBOOHR_API_KEY", "not-the-key-at-all");
    run.go(&[])
        .expect(1)
        .says("does not accept the key; check BAMBOOHR_API_KEY")
        .says("answered 401 (Invalid API key)")
        .shows_nowhere("not-the-key-at-all");
    assert_eq!(sandbox.journal().len(), 1);
    assert!(run.files().is_empty());
}

#[test]
fn a_403_may_be_a_missing_right_or_a_lock_out() {
    let sandbox = quirky(employees(3), json!({ "wrong_key": 403 }));
    let run = fetch(&sandbox).env("BAMBOOHR_API_KEY", "not-the-key-at-all");
    run.go(&[]).expect(1).says("may not read employees").says("locked the key out").says("answered 403");
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn another_companys_name_and_an_unknown_field_are_explained() {
    let sandbox = office(employees(3));
    let url = sandbox.url() + "/api/gateway.php/{subdomain}/";
    let run = fetch(&sandbox).env("BAMBOOHR_API_URL", url);
    run.go(&["--dry-run"]).expect(0);
    let elsewhere = run.clone().env("BAMBOOHR_SUBDOMAIN", "other");
    elsewhere.go(&[]).expect(1).says("check BAMBOOHR_SUBDOMAIN and BAMBOOHR_API_URL").says("answered 404");
    let unknown = run.env("BAMBOOHR_SUPERVISOR_RULE", "customField1:x");
    unknown.go(&[]).expect(1).says("BAMBOOHR_SUPERVISOR_RULE may not exist").says("unknown field customField1");
}

#[test]
fn a_web_page_in_place_of_the_data_is_an_error() {
    let sandbox = office(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::HtmlPage));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("a web page (HTML) instead of data").says("whether a proxy answers");
    assert!(run.files().is_empty());
}

#[test]
fn being_asked_to_wait_is_obeyed() {
    let sandbox = office(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::throttle(2)).times(7));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("8 requests, 7 retries, 14.0 s of waits");
    assert_eq!(run.users().len(), 3);
}

#[test]
fn a_wait_that_is_too_long_fails_at_once() {
    let sandbox = office(employees(3));
    sandbox.fault(Fault::new(On::any(), Do::throttle(3600)));
    fetch(&sandbox).go(&[]).expect(1).says("throttled until");
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn a_lost_answer_is_asked_for_again_since_reading_changes_nothing() {
    let sandbox = office(employees(3));
    sandbox.faults(vec![
        Fault::once(On::any(), Do::DropAfter),
        Fault::once(On::any(), Do::status(503)),
        Fault::once(On::any(), Do::HalfBody),
    ]);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("4 requests, 3 retries");
    assert_eq!(run.users().len(), 3);
}

#[test]
fn nobody_listening_is_an_error_that_names_the_host() {
    let sandbox = office(employees(3));
    let run = fetch(&sandbox);
    drop(sandbox);
    run.go(&[]).expect(1).says("cannot connect to 127.0.0.1");
}
