//! TimeCamp refuses, or is not well.

use crate::helpers::{KEY, account, days, leave, sent, stage, user_of, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY: &str = "2026-03-05";

/// One day of vacation for so many people.
fn leaves(people: u64) -> Value {
    (901..901 + people).map(|person| leave(person, DAY, DAY, "Vacation")).collect()
}

fn post() -> On {
    On::timecamp("POST", "attendance/*/user")
}

#[test]
fn a_refused_request_is_named_and_the_rest_is_done() {
    let sandbox = Sandbox::with_account(with(account(5), "quirks", json!({ "refuse": { "users": [902, 904] } })));
    let run = stage(&sandbox, leaves(5));
    let done = run.go(&[]).expect(5).says("3 days set for 3 users").says("2 requests failed");
    for person in ["p902@x.test", "p904@x.test"] {
        let said = format!("{person}, {DAY}: POST /third_party/api/attendance/");
        assert_eq!(done.lines_with(&said).len(), 1, "{person}: {done}");
    }
    assert!(done.stderr.contains("answered 403 (Not allowed to modify attendance)"), "{done}");
    let set = [901, 903, 905].map(|person| format!("p{person}@x.test {DAY} 13 0/480"));
    assert_eq!(days(&sandbox), set);
    sandbox.clear_journal();
    run.go(&[]).expect(5);
    assert_eq!(sent(&sandbox).len(), 2, "only what failed is tried again");
}

#[test]
fn a_user_who_goes_meanwhile_is_named_and_the_rest_is_done() {
    let sandbox = Sandbox::with_account(account(3));
    let gone = Do::answer(404, json!({ "message": "Not found.", "error": "User was not found." }));
    sandbox.fault(Fault::new(On::service("timecamp").route("attendance/902/user"), gone));
    let done = stage(&sandbox, leaves(3)).go(&[]).expect(5).says("2 days set for 2 users").says("1 requests failed");
    let said = format!("p902@x.test, {DAY}: POST /third_party/api/attendance/902/user: answered 404 (Not found.");
    assert_eq!(done.lines_with(&said).len(), 1, "{done}");
    assert_eq!(days(&sandbox).len(), 2);
}

#[test]
fn one_refused_span_does_not_keep_the_users_other_spans_back() {
    let sandbox = Sandbox::with_account(account(1));
    let text = r#"{"message": "Invalid payload.", "error": "locked period"}"#;
    let body: Value = serde_json::from_str(text).unwrap();
    sandbox.fault(Fault::new(post().containing("2026-01-01"), Do::answer(400, body)));
    let run = stage(&sandbox, json!([leave(901, "2026-01-01", "2026-07-01", "Vacation")]));
    run.go(&[])
        .expect(5)
        .says("p901@x.test, 2026-01-01 to 2026-04-10: ")
        .says("answered 400 (Invalid payload. (locked period))")
        .says("82 days set for 1 users")
        .says("1 requests failed");
    assert_eq!(days(&sandbox).len(), 82);
}

#[test]
fn a_module_that_is_off_is_said_plainly() {
    let sandbox = Sandbox::with_account(with(account(2), "quirks", json!({ "attendance": "off" })));
    for flags in [&[][..], &["--dry-run"]] {
        stage(&sandbox, leaves(2))
            .go(flags)
            .expect(1)
            .says("the attendance module is not part of the account's plan or is turned off")
            .says("answered 403 (Forbidden. (Attendance module is not enabled.))");
    }
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn a_wrong_key_is_said_plainly_and_shown_nowhere() {
    let sandbox = Sandbox::with_account(account(1));
    let run = stage(&sandbox, leaves(1)).env("TIMECAMP_API_KEY", "some-other-key");
    run.go(&[]).expect(1).says("TimeCamp does not accept TIMECAMP_API_KEY").shows_nowhere("some-other-key");
}

#[test]
fn what_is_read_by_half_is_never_written() {
    let reads = ["users", "attendance/day_types", "user/*/setting", "attendance/*/user"];
    for route in reads {
        for death in [
            Do::status(500),
            Do::status(403),
            Do::status(401),
            Do::DropBefore,
            Do::HalfBody,
            Do::HtmlPage,
            Do::answer(200, json!({ "data": "none" })),
        ] {
            let sandbox = Sandbox::with_account(account(6));
            sandbox.fault(Fault::new(On::timecamp("GET", route), death.clone()));
            let run = stage(&sandbox, leaves(6)).env("HTTP_RETRY_BUDGET", "2s");
            run.go(&[]).expect(1).says("othing was changed");
            assert_eq!(sent(&sandbox), Vec::<String>::new(), "{route} {death:?}");
        }
    }
}

#[test]
fn the_last_of_many_reads_that_fails_keeps_everything_back() {
    let sandbox = Sandbox::with_account(account(30));
    sandbox.fault(Fault::new(On::timecamp("GET", "attendance/*/user").nth(30), Do::status(500)));
    stage(&sandbox, leaves(30)).go(&[]).expect(1).says("cannot read attendance from TimeCamp; nothing was changed");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn an_account_without_anybody_is_only_half_seen() {
    let sandbox = Sandbox::with_account(account(1));
    sandbox.fault(Fault::new(On::timecamp("GET", "users"), Do::answer(200, json!([]))));
    stage(&sandbox, leaves(1)).go(&[]).expect(1).says("the account was only half seen");
}

#[test]
fn a_key_that_is_withdrawn_ends_the_run() {
    let sandbox = Sandbox::with_account(account(40));
    sandbox.fault(Fault::new(post().nth(5), Do::status(401)));
    sandbox.fault(Fault::new(post(), Do::Stall { ms: 1 }));
    let run = stage(&sandbox, leaves(40)).env("TIMECAMP_CONCURRENCY", "2");
    run.go(&[]).expect(1).says("TimeCamp no longer accepts TIMECAMP_API_KEY; the rest was not sent");
    assert!((5..=7).contains(&sent(&sandbox).len()), "{}", sent(&sandbox).len());
    sandbox.clear_faults();
    run.go(&[]).expect(0);
    assert_eq!(days(&sandbox).len(), 40);
}

#[test]
fn a_403_on_everything_ends_the_run() {
    let sandbox = Sandbox::with_account(account(60));
    sandbox.fault(Fault::new(post(), Do::answer(403, json!({ "message": "Forbidden." }))));
    stage(&sandbox, leaves(60)).go(&[]).expect(1).says("TimeCamp refuses every change (403)");
    assert!(sent(&sandbox).len() < 20, "{}", sent(&sandbox).len());
}

#[test]
fn a_refusal_after_other_failures_is_not_a_403_on_everything() {
    let sandbox = Sandbox::with_account(account(40));
    let locked = Do::answer(400, json!({ "message": "Invalid payload.", "error": "locked period" }));
    sandbox.faults(vec![
        Fault::new(post(), locked).times(15),
        Fault::once(post(), Do::answer(403, json!({ "message": "Not allowed to modify attendance" }))),
    ]);
    let run = stage(&sandbox, leaves(40)).env("TIMECAMP_CONCURRENCY", "1");
    run.go(&[]).expect(5).says("24 days set for 24 users").says("16 requests failed").says_not("the rest was not sent");
    assert_eq!(days(&sandbox).len(), 24);
}

#[test]
fn timecamp_out_of_reach_ends_the_run() {
    for trouble in [Do::DropBefore, Do::status(502)] {
        let sandbox = Sandbox::with_account(account(60));
        sandbox.fault(Fault::new(post(), trouble.clone()));
        let run = stage(&sandbox, leaves(60)).env("TIMECAMP_CONCURRENCY", "4");
        run.go(&[]).expect(1).says("TimeCamp cannot be reached any more; the rest was not sent");
        let tried: BTreeSet<String> = sandbox.writes().iter().map(user_of).collect();
        assert!((10..20).contains(&tried.len()), "{trouble:?}: {} users", tried.len());
        sandbox.clear_faults();
        run.go(&[]).expect(0);
        assert_eq!(days(&sandbox).len(), 60, "{trouble:?}");
    }
}

#[test]
fn failures_here_and_there_do_not_end_the_run() {
    let sandbox = Sandbox::with_account(account(60));
    sandbox.fault(Fault::new(post().every(2), Do::answer(500, json!({ "message": "oops" }))));
    let run = stage(&sandbox, leaves(60)).env("TIMECAMP_CONCURRENCY", "1");
    run.go(&[]).expect(5).says("30 days set for 30 users").says("30 requests failed");
}

#[test]
fn a_pause_that_is_too_long_ends_the_run_and_says_until_when() {
    let sandbox = Sandbox::with_account(account(40));
    sandbox.fault(Fault::new(post(), Do::throttle(7200)));
    let run = stage(&sandbox, leaves(40)).env("TIMECAMP_CONCURRENCY", "2");
    run.go(&[]).expect(1).says("throttled until 20").says("wants a longer pause").says("the rest was not sent");
    assert!(sent(&sandbox).len() <= 2, "{}", sent(&sandbox).len());
}

#[test]
fn a_lost_answer_and_being_asked_to_wait_are_no_failure() {
    let sandbox = Sandbox::with_account(account(4));
    sandbox.faults(vec![
        Fault::once(post(), Do::DropAfter),
        Fault::once(post(), Do::throttle(3)),
        Fault::once(On::timecamp("GET", "attendance/*/user"), Do::status(503)),
    ]);
    stage(&sandbox, leaves(4)).go(&[]).expect(0).says("4 days set for 4 users");
    assert_eq!(days(&sandbox).len(), 4);
}

#[test]
fn as_many_requests_at_once_as_wished_and_one_where_timecamp_wants_it() {
    let most = |quirks: Value, concurrency: u64| {
        let sandbox = Sandbox::with_account(with(account(24), "quirks", quirks));
        // Long enough for as many as may be sent meanwhile to arrive, on the slowest machine too.
        sandbox.fault(Fault::new(post(), Do::Stall { ms: 300 }).times(concurrency));
        stage(&sandbox, leaves(24)).env("TIMECAMP_CONCURRENCY", concurrency.to_string()).go(&[]).expect(0);
        assert_eq!(days(&sandbox).len(), 24);
        let writes = sandbox.writes();
        let overlaps = writes.iter().filter(|entry| entry.note.as_deref() == Some("overlap")).count();
        (writes.iter().map(|entry| entry.in_flight + 1).max().unwrap(), overlaps)
    };
    assert_eq!(most(json!({}), 1), (1, 0));
    assert_eq!(most(json!({}), 4).0, 4);
    assert_eq!(most(json!({}), 16).0, 16);
    let (_, overlaps) = most(json!({ "overlap": "writes", "latency_ms": 30 }), 8);
    assert!((1..=8).contains(&overlaps), "one by one after the first refusals: {overlaps}");
}

#[test]
fn the_key_shows_at_no_level() {
    for (name, value) in [("RUST_LOG", "trace"), ("LOG_FORMAT", "json")] {
        let sandbox = Sandbox::with_account(account(3));
        let text = format!("key {KEY} is not allowed");
        sandbox.fault(Fault::once(post(), Do::answer(400, json!({ "message": text }))));
        let run = stage(&sandbox, leaves(3)).env(name, value);
        run.go(&["--debug"]).expect(5).says("is not allowed").says("DEBUG").shows_nowhere(KEY);
        for (name, bytes) in run.files() {
            assert!(!String::from_utf8_lossy(&bytes).contains(KEY), "{name}");
        }
        assert!(!run.read("var/logs/sync.log").contains(KEY));
    }
}
