//! The lock, signals, and runs that are cut short.

use crate::helpers::{account, days, leave, sent, stage};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Run;

const DAY: &str = "2026-03-05";
const SOON: Duration = Duration::from_secs(20);

/// An account of thirty people with a leave each.
fn thirty() -> (Sandbox, Run) {
    let sandbox = Sandbox::with_account(account(30));
    let leaves: Value = (901..931).map(|person| leave(person, DAY, DAY, "Vacation")).collect();
    let run = stage(&sandbox, leaves).env("TIMECAMP_CONCURRENCY", "2");
    (sandbox, run)
}

fn post() -> On {
    On::timecamp("POST", "attendance/*/user")
}

#[test]
fn who_finds_the_lock_held_changes_nothing_and_says_who_holds_it() {
    let (sandbox, run) = thirty();
    let pause = sandbox.pause(post(), 1);
    let first = run.spawn(&[]);
    assert!(pause.wait(SOON), "the first run is writing");
    run.go(&[])
        .expect(4)
        .says("var/sync.lock is held by sync-time-off run")
        .says(&format!("(process {})", first.pid()));
    pause.release();
    first.wait().expect(0);
    assert_eq!(sent(&sandbox).len(), 30, "the second run wrote nothing");
    run.go(&[]).expect(0);
}

#[test]
fn a_dry_run_needs_no_lock() {
    let (sandbox, run) = thirty();
    let lock = std::fs::File::create(run.path("var/sync.lock")).unwrap();
    lock.lock().unwrap();
    run.go(&["--dry-run"]).expect(0).prints("30 days to set for 30 users");
    run.go(&[]).expect(4);
    drop(lock);
    run.go(&[]).expect(0);
    assert_eq!(days(&sandbox).len(), 30);
}

#[test]
fn asked_to_stop_it_finishes_what_is_in_flight_and_the_next_run_does_the_rest() {
    for signal in ["-TERM", "-INT"] {
        let (sandbox, run) = thirty();
        let pause = sandbox.pause(post(), 4);
        let running = run.spawn(&[]);
        assert!(pause.wait(SOON));
        running.kill(signal);
        running.wait_for("asked to stop", SOON);
        pause.release();
        let done = running.wait().expect(1);
        assert!(done.stderr.contains("the run was asked to stop; the rest was not sent"), "{signal}: {done}");
        let set = days(&sandbox).len();
        assert!((4..=6).contains(&set), "{signal}: {set}");
        assert!(done.stderr.contains(&format!("{set} days set for {set} users")), "{signal}: {done}");
        sandbox.clear_journal();
        run.go(&[]).expect(0).says(&format!("{set} days right already"));
        assert_eq!((sent(&sandbox).len(), days(&sandbox).len()), (30 - set, 30), "{signal}");
    }
}

#[test]
fn asked_to_stop_while_timecamp_wants_a_pause_it_does_not_wait_and_sends_no_more() {
    let sandbox = Sandbox::with_account(account(2));
    sandbox.fault(Fault::once(post(), Do::throttle(250)));
    let leaves = json!([leave(901, DAY, DAY, "Vacation"), leave(902, DAY, DAY, "Vacation")]);
    let run = stage(&sandbox, leaves).env("TIMECAMP_SCIM_TIME_SCALE", "1").env("TIMECAMP_CONCURRENCY", "1");
    let running = run.spawn(&["--debug"]);
    running.wait_for("waiting before", SOON);
    running.term();
    let done = running.wait().expect(1);
    assert!(done.stderr.contains("the run was asked to stop; the rest was not sent"), "{done}");
    assert_eq!((sent(&sandbox).len(), days(&sandbox).len()), (1, 0));
    run.go(&[]).expect(0).says("2 days set for 2 users");
}

#[test]
fn asked_to_stop_while_reading_it_writes_nothing() {
    let (sandbox, run) = thirty();
    let pause = sandbox.pause(On::timecamp("GET", "attendance/*/user"), 3);
    let running = run.spawn(&[]);
    assert!(pause.wait(SOON));
    running.term();
    running.wait_for("asked to stop", SOON);
    pause.release();
    running.wait().expect(1).says("asked to stop while it was reading. Nothing was changed");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn killed_at_any_point_and_run_again_it_ends_where_one_run_would_have() {
    for requests in [1, 2, 5, 20, 34, 35, 50] {
        let (sandbox, run) = thirty();
        let pause = sandbox.on_answered(requests);
        let running = run.spawn(&[]);
        assert!(pause.wait(SOON), "{requests}");
        running.kill("-9");
        assert_ne!(running.wait().code, 0);
        pause.release();
        run.go(&[]).expect(0);
        assert_eq!(days(&sandbox).len(), 30, "{requests}");
        sandbox.clear_journal();
        run.go(&[]).expect(0);
        assert_eq!(sent(&sandbox), Vec::<String>::new(), "{requests}");
    }
}
