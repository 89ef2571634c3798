//! Page after page, and pages that cannot be trusted.

use crate::{employees, fetch, ids, office, quirky};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::Run;

/// A run that has written a file, and what is in its folder since.
fn with_a_file(sandbox: &Sandbox) -> (Run, BTreeMap<String, Vec<u8>>) {
    let run = fetch(sandbox);
    run.go(&[]).expect(0);
    let files = run.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["var/users.json", "var/users.json.manifest.json"]);
    sandbox.clear_journal();
    (run, files)
}

fn page(number: u64) -> On {
    On::service("bamboohr").path_containing(&format!("page={number}&"))
}

fn answer(people: &[u64], pagination: &Value) -> Do {
    let data: Vec<Value> = people.iter().map(|number| crate::employee(*number, json!({}))).collect();
    Do::answer(200, json!({ "data": data, "aggregations": [], "pagination": pagination }))
}

#[test]
fn two_and_a_half_thousand_people_come_in_three_pages() {
    let sandbox = office(employees(2500));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("bamboohr: 2500 users, 2500 active; 3 requests, 0 retries");
    assert_eq!(ids(&run).len(), 2500);
    let asked: Vec<(String, Value)> =
        sandbox.journal().into_iter().map(|entry| (entry.path, entry.body["page"].clone())).collect();
    for (number, (path, in_body)) in (1..).zip(&asked) {
        assert!(path.ends_with(&format!("?page={number}&page_size=1000")), "{path}");
        assert_eq!(*in_body, json!(number));
    }
}

#[test]
fn a_deployment_that_reads_the_page_in_the_body_serves_as_well() {
    let sandbox = quirky(employees(1200), json!({ "page_from": "body" }));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(run.users().len(), 1200);
    assert_eq!(sandbox.journal().len(), 3, "its pages hold 500 unless the query is read");
}

#[test]
fn dying_on_page_three_leaves_the_previous_file_byte_for_byte() {
    for death in [Do::status(500), Do::HalfBody, Do::DropBefore, Do::HtmlPage, Do::answer(200, json!({ "data": [] }))] {
        let sandbox = quirky(employees(30), json!({ "max_page_size": 10 }));
        let (run, files) = with_a_file(&sandbox);
        sandbox.fault(Fault::new(page(3), death.clone()));
        run.go(&[]).expect(1).says("ERROR");
        assert_eq!(run.files(), files, "{death:?}");
        assert!(sandbox.journal().iter().any(|entry| entry.path.contains("page=3&")), "{death:?}");
    }
}

#[test]
fn being_killed_between_pages_leaves_the_previous_file_byte_for_byte() {
    for signal in ["-9", "-TERM", "-INT"] {
        let sandbox = quirky(employees(30), json!({ "max_page_size": 10 }));
        let (run, files) = with_a_file(&sandbox);
        let pause = sandbox.pause(On::service("bamboohr"), 2);
        let running = run.spawn(&[]);
        assert!(pause.wait(Duration::from_secs(20)), "two pages are read");
        running.kill(signal);
        assert_ne!(running.wait().code, 0, "{signal}");
        assert_eq!(run.files(), files, "{signal}");
    }
}

#[test]
fn pages_that_never_end_are_an_error_and_not_a_loop() {
    let sandbox = quirky(employees(2500), json!({ "ignore_page": true }));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("BambooHR was asked for page 2 and answered page 1: the pages would never end");
    assert_eq!(sandbox.journal().len(), 2);
    assert!(run.files().is_empty());
}

#[test]
fn a_page_answered_twice_is_an_error() {
    let sandbox = office(employees(9));
    let pagination = |page: u64| json!({ "current_page": page, "total_pages": 3, "total_records": 6 });
    sandbox.faults(vec![
        Fault::new(page(1), answer(&[1, 2], &pagination(1))),
        Fault::new(page(2), answer(&[3, 4], &pagination(2))),
        Fault::new(page(3), answer(&[1, 2], &pagination(3))),
    ]);
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("BambooHR's page 3 holds the same employees as page 1");
    assert!(run.files().is_empty());
}

#[test]
fn fewer_employees_than_announced_are_not_written() {
    let sandbox = office(employees(9));
    let (run, files) = with_a_file(&sandbox);
    let short = json!({ "current_page": 1, "total_pages": 1, "total_records": 9, "next_page": null });
    sandbox.fault(Fault::new(On::any(), answer(&[1, 2, 3, 4, 5], &short)));
    run.go(&[]).expect(1).says("BambooHR speaks of 9 employees but gave 5");
    assert_eq!(run.files(), files);
}

#[test]
fn a_link_to_another_host_is_refused_and_nothing_is_sent_there() {
    let elsewhere = office(employees(1));
    let host = elsewhere.url().replace("http://", "");
    let sandbox = quirky(employees(20), json!({ "max_page_size": 10, "next_page_host": host }));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("it was not followed, and no credentials were sent there");
    assert!(elsewhere.journal().is_empty());
    assert!(run.files().is_empty());
}

#[test]
fn a_link_to_the_other_host_of_bamboohr_is_no_link_to_another_host() {
    for (asked, link, code) in [
        ("acme.bamboohr.com", "api.bamboohr.com", 0),
        ("api.bamboohr.com", "acme.bamboohr.com", 0),
        ("api.bamboohr.com", "api.notbamboohr.com", 1),
        ("proxy.test", "api.bamboohr.com", 1),
    ] {
        let sandbox = quirky(employees(20), json!({ "max_page_size": 10, "next_page_host": link }));
        // A proxy leads every name to the sandbox, as a company's proxy might.
        let url = format!("http://{asked}/api/gateway.php/acme");
        let run = fetch(&sandbox).envs([("BAMBOOHR_API_URL", url.as_str()), ("HTTP_PROXY", &sandbox.url())]);
        run.go(&[]).expect(code);
        assert!(
            sandbox.journal().iter().all(|entry| entry.path.starts_with("/api/gateway.php/acme/")),
            "{asked} {link}"
        );
        assert_eq!(sandbox.journal().len(), if code == 0 { 2 } else { 1 }, "{asked} {link}");
    }
}
