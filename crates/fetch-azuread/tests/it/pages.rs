//! Pages: many, late failures, links that lead nowhere or elsewhere, throttling.

use crate::helpers::{SECRET, fails_and_keeps_the_file, fetch, people, requests, tenant, with_quirks};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

fn page() -> On {
    On::service("entra").method("GET").route("v1.0/users")
}

fn status(code: u16, headers: &[(&str, &str)]) -> Do {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Do::Status { code, headers, body: json!({ "error": { "code": "X", "message": "Said by the test" } }) }
}

#[test]
fn many_people_over_many_pages() {
    let sandbox = Sandbox::start(with_quirks(tenant(people(2500), vec![]), json!({ "empty_pages": true })));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("azuread: 2500 users, 2500 active").says("50 requests, 0 retries");
    let users = run.users();
    assert_eq!(users.len(), 2500);
    assert!(users.windows(2).all(|pair| pair[0]["external_id"].as_str() < pair[1]["external_id"].as_str()));
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 49, "25 with people and an empty one before all but the first");
}

#[test]
fn a_failure_on_a_late_page_leaves_the_previous_file() {
    for (trouble, said) in [
        (status(500, &[]), "answered 500 (X: Said by the test)"),
        (Do::HtmlPage, "a web page (HTML) instead of data"),
        (Do::HtmlPage, "check AZURE_SCIM_ENDPOINT, and whether a proxy answers"),
        (status(404, &[]), "Microsoft Graph does not have this: check AZURE_SCIM_ENDPOINT"),
        (status(200, &[]), "expected JSON"),
        (Do::Status { code: 400, headers: BTreeMap::new(), body: json!("no") }, "answered 400 (no)"),
    ] {
        let sandbox = Sandbox::start(tenant(people(450), vec![]));
        sandbox.fault(Fault::new(page().nth(5), trouble));
        fails_and_keeps_the_file(&fetch(&sandbox), 1).says(said);
        assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 5);
    }
}

#[test]
fn a_page_cut_off_is_asked_for_again_and_a_dead_service_fails_the_run() {
    let sandbox = Sandbox::start(tenant(people(300), vec![]));
    sandbox.faults(vec![Fault::new(page().nth(2), Do::HalfBody), Fault::new(page().nth(3), Do::DropBefore)]);
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("2 retries");
    assert_eq!(run.users().len(), 300);
    sandbox.clear_faults();
    sandbox.fault(Fault::new(page().path_containing("skiptoken"), Do::DropBefore));
    fails_and_keeps_the_file(&run, 1).says("gave no whole answer");
}

#[test]
fn throttling_is_waited_out_as_long_as_asked() {
    let sandbox = Sandbox::start(tenant(people(250), vec![]));
    sandbox.fault(Fault::new(page().nth(2), status(429, &[("Retry-After", "7")])));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("1 retries, 7.0 s of waits");
    assert_eq!(run.users().len(), 250);
    sandbox.clear_faults();
    sandbox.fault(Fault::new(page().nth(1), status(429, &[("Retry-After", "3600")])));
    fails_and_keeps_the_file(&run, 1).says("throttled until");
}

#[test]
fn pages_that_do_not_move_on_are_an_error() {
    for (link, said) in [
        ("repeated", "links to a page that was read before"),
        ("first", "holds the same records as a page before it"),
        ("endless", "100 pages in a row hold nobody"),
    ] {
        let sandbox = Sandbox::start(with_quirks(tenant(people(250), vec![]), json!({ "next_link": link })));
        fails_and_keeps_the_file(&fetch(&sandbox), 1).says(said);
    }
}

#[test]
fn a_link_to_another_host_is_not_followed_and_no_credentials_go_there() {
    let other = Sandbox::start(tenant(people(250), vec![]));
    let host = other.url().replace("http://", "");
    let quirks = json!({ "next_link_host": host });
    let sandbox = Sandbox::start(with_quirks(tenant(people(250), vec![]), quirks));
    fails_and_keeps_the_file(&fetch(&sandbox), 1).says("a paging link leads to").shows_nowhere(SECRET);
    assert_eq!(other.journal(), []);
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 1);
}

#[test]
fn a_record_that_is_none_fails_the_run_by_its_id() {
    let mut users = people(3);
    users[1]["displayName"] = json!(["no", "text"]);
    let sandbox = Sandbox::start(tenant(users, vec![]));
    fails_and_keeps_the_file(&fetch(&sandbox), 1).says("the user u00001 is not as Microsoft Graph documents users");
}

#[test]
fn a_run_that_is_killed_on_a_late_page_leaves_the_previous_file() {
    let sandbox = Sandbox::start(tenant(people(450), vec![]));
    let run = fetch(&sandbox);
    run.write("var/users.json", r#"{"users": []}"#);
    let files = run.files();
    let pause = sandbox.pause(page(), 4);
    let running = run.spawn(&[]);
    assert!(pause.wait(Duration::from_mins(1)), "four pages are read: {}", running.stderr());
    running.kill("-9");
    assert_eq!(running.wait().code, -9);
    assert_eq!(run.files(), files);
}
