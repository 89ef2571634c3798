//! Page after page, and pages that cannot be trusted.

use crate::helpers::{asked, employees, fetch, firm, leave, team, vacation, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::Run;

fn leaves(count: u64) -> Value {
    (1..=count).map(|id| leave(id, id, json!({}))).collect()
}

/// Thirty people with a leave each and three teams, ten records a page and fewer.
fn small() -> Value {
    let teams = json!([team(1, "A", &[1]), team(2, "B", &[2]), team(3, "C", &[3])]);
    with(firm(employees(30), teams, leaves(30)), "quirks", json!({ "most_per_page": 10 }))
}

/// A run that has written its files, and what is in its folder since.
fn with_files(sandbox: &Sandbox) -> (Run, BTreeMap<String, Vec<u8>>) {
    let run = fetch(sandbox);
    run.go(&[]).expect(0);
    let files = run.files();
    let names =
        ["var/users.json", "var/users.json.manifest.json", "var/vacation.json", "var/vacation.json.manifest.json"];
    assert_eq!(files.keys().collect::<Vec<_>>(), names);
    sandbox.clear_journal();
    (run, files)
}

fn list(name: &str) -> On {
    On::service("factorial").route(&format!("*/resources/{name}"))
}

#[test]
fn two_and_a_half_thousand_people_come_over_many_pages() {
    let teams = (1..=250)
        .map(|id| team(id, &format!("Team {id}"), &((id - 1) * 10 + 1..=id * 10).collect::<Vec<_>>()))
        .collect();
    let sandbox = Sandbox::start(firm(employees(2500), teams, leaves(1234)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("factorial: 2500 users, 2500 active, 1234 leaves; 42 requests, 0 retries");
    let pages = ["employees/employees", "teams/teams", "timeoff/leaves"].map(|name| asked(&sandbox, name));
    assert_eq!(pages, [25, 3, 13]);
    let users = run.users();
    assert_eq!(users.len(), 2500);
    assert!(users.iter().all(|user| {
        let id: u64 = user["external_id"].as_str().unwrap().parse().unwrap();
        user["department"] == format!("Team {}", (id - 1) / 10 + 1)
    }));
    assert_eq!(vacation(&run).len(), 1234);
    let limits = sandbox.journal().iter().filter(|entry| entry.path.contains("limit=100")).count();
    assert_eq!(limits, 42);
}

#[test]
fn dying_on_a_late_page_leaves_both_files_byte_for_byte() {
    for name in ["employees/employees", "timeoff/leaves"] {
        for death in [
            Do::status(500),
            Do::HalfBody,
            Do::DropBefore,
            Do::HtmlPage,
            Do::answer(200, json!([])),
            Do::answer(200, json!({ "data": [], "meta": {} })),
            Do::answer(404, json!({ "error": "gone" })),
        ] {
            let sandbox = Sandbox::start(small());
            let (run, files) = with_files(&sandbox);
            // Whatever is asked for again is the third page, too.
            sandbox.fault(Fault::new(list(name).path_containing("after_id=MjA"), death.clone()));
            run.go(&[]).expect(1).says("ERROR");
            assert_eq!(run.files(), files, "{name} {death:?}");
            assert!(asked(&sandbox, name) >= 3, "{name} {death:?}");
        }
    }
}

#[test]
fn teams_that_cannot_be_read_leave_both_files() {
    for (name, code) in [("teams/teams", 500), ("teams/teams", 404), ("contracts/contract_versions", 403)] {
        let sandbox = Sandbox::start(small());
        let (run, files) = with_files(&sandbox);
        sandbox.fault(Fault::new(list(name), Do::status(code)));
        run.go(&[]).expect(1).says(&format!("answered {code}"));
        assert_eq!(run.files(), files, "{name}");
    }
}

#[test]
fn being_killed_between_pages_leaves_both_files_byte_for_byte() {
    for signal in ["-9", "-TERM", "-INT"] {
        let sandbox = Sandbox::start(small());
        let (run, files) = with_files(&sandbox);
        let pause = sandbox.pause(On::service("factorial"), 6);
        let running = run.spawn(&[]);
        assert!(pause.wait(Duration::from_secs(20)), "six pages are read");
        running.kill(signal);
        assert_ne!(running.wait().code, 0, "{signal}");
        assert_eq!(run.files(), files, "{signal}");
    }
}

#[test]
fn cursors_that_lead_nowhere_are_an_error_and_not_a_loop() {
    for (cursor, said, most) in [
        ("repeated", "links to a page that was read before", 3),
        ("first", "holds the same records as a page before it", 2),
        ("endless", "100 pages in a row hold nobody", 101),
        ("missing", "says that there are more employees after page 1, but not where", 1),
    ] {
        let sandbox = Sandbox::start(small());
        let (run, files) = with_files(&sandbox);
        let mut world = small();
        world["factorial"]["quirks"]["cursor"] = json!(cursor);
        sandbox.load(world).unwrap();
        run.go(&[]).expect(1).says(said);
        assert_eq!(run.files(), files, "{cursor}");
        assert!(sandbox.journal().len() <= most, "{cursor}: {} requests", sandbox.journal().len());
    }
}

#[test]
fn fewer_records_than_announced_are_not_written() {
    let sandbox = Sandbox::start(small());
    let (run, files) = with_files(&sandbox);
    let mut world = small();
    world["factorial"]["quirks"]["announced"] = json!(1);
    sandbox.load(world).unwrap();
    run.go(&[]).expect(1).says("Factorial speaks of 31 employees but gave 30");
    assert_eq!(run.files(), files);
}

#[test]
fn an_answer_that_does_not_say_whether_there_is_more_is_an_error() {
    let sandbox = Sandbox::start(small());
    let page = json!({ "data": [crate::helpers::employee(1, json!({}))] });
    sandbox.fault(Fault::new(list("employees/employees"), Do::answer(200, page)));
    let run = fetch(&sandbox);
    run.go(&[]).expect(1).says("does not say whether there are more employees after page 1");
    assert!(run.files().is_empty());
}
