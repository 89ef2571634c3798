//! The lock between processes: runs of sync that share a bucket and a TimeCamp.

use crate::services::{Service, User, moto, ours, prefix};
use crate::stages::fetch;
use sandbox::{On, Sandbox};
use std::time::{Duration, Instant};
use testkit::{Done, Run, bin};

const PATIENCE: Duration = Duration::from_secs(90);

/// A sync with something to do: a TimeCamp, and the file of its people in the bucket. Time passes so fast
/// that a lock holds for nine seconds.
fn sync(sandbox: &Sandbox, service: &Service, prefix: &str) -> Run {
    let fetch = fetch(sandbox, service, User::All, prefix);
    fetch.go(&[]).expect(0);
    fetch.clone().stage(bin("prepare")).go(&[]).expect(0);
    sandbox.clear_journal();
    fetch.stage(bin("sync")).env("TIMECAMP_SCIM_TIME_SCALE", "0.15")
}

const APPLY: &[&str] = &["--allow-new-users", "1000"];

/// Runs it again and again until the lock is free; every run before that is turned away with exit 4.
fn until_free(sync: &Run) -> Done {
    let start = Instant::now();
    loop {
        let done = sync.go(APPLY);
        if done.code != 4 {
            return done;
        }
        assert!(done.stderr.contains("var/sync.lock is held by sync run"), "{done}");
        assert!(start.elapsed() < PATIENCE, "the lock never expired: {done}");
    }
}

#[test]
fn of_ten_processes_one_wins() {
    for service in [&ours(&[]), moto()] {
        let sandbox = Sandbox::start(sandbox::company(6));
        let sync = sync(&sandbox, service, &prefix());
        // The winner is held at its first request until the others have been turned away.
        let pause = sandbox.on_answered(0);
        let mut runs: Vec<_> = (0..10).map(|_| sync.spawn(APPLY)).collect();
        let start = Instant::now();
        while runs.iter_mut().filter_map(|run| run.is_running().then_some(())).count() > 1 {
            assert!(start.elapsed() < PATIENCE, "more than one got the lock, or waits for it");
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(pause);
        let codes: Vec<i32> = runs.into_iter().map(|run| run.wait().code).collect();
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 4).count(), 9, "{codes:?}");
    }
}

#[test]
fn after_a_holder_was_killed_the_next_takes_over_when_its_time_is_up() {
    for service in [&ours(&[]), moto()] {
        let sandbox = Sandbox::start(sandbox::company(6));
        let sync = sync(&sandbox, service, &prefix());
        let pause = sandbox.pause(On::service("timecamp").method("PUT"), 1);
        let killed = sync.spawn(APPLY);
        assert!(pause.wait(PATIENCE));
        killed.kill("-9");
        killed.wait();
        drop(pause);
        sync.go(APPLY).expect(4).says("var/sync.lock is held by sync run").says("expires by itself");
        until_free(&sync).expect(0).says("has expired; taking it over");
        sandbox.clear_journal();
        sync.go(&[]).expect(0);
        assert_eq!(sandbox.writes().len(), 0);
    }
}

#[test]
fn a_holder_that_stood_still_stops_before_its_next_writing() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(40));
    let sync = sync(&sandbox, &service, "p").env("TIMECAMP_CONCURRENCY", "1");
    let pause = sandbox.pause(On::service("timecamp").method("PUT"), 2);
    let stalled = sync.spawn(APPLY);
    assert!(pause.wait(PATIENCE));
    stalled.kill("-STOP");
    drop(pause);
    let next = until_free(&sync).expect(0);
    let report = crate::stages::object(&service, "p", "var/sync_report.json");
    sandbox.clear_journal();
    stalled.kill("-CONT");
    let done = stalled.wait().expect(1).says("var/sync.lock is no longer held");
    assert_eq!(sandbox.writes().len(), 0, "{done}");
    assert_eq!(crate::stages::object(&service, "p", "var/sync_report.json"), report, "the next run's: {next}");
    sync.go(&[]).expect(0);
    assert_eq!(sandbox.writes().len(), 0);
}

#[test]
fn a_failed_run_gives_the_lock_up_at_once() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(6));
    let sync = sync(&sandbox, &service, "p");
    sync.clone().env("TIMECAMP_API_KEY", "not-the-key-of-this-account").go(APPLY).expect(1);
    sync.go(APPLY).expect(0);
}

#[test]
fn without_conditional_writes_sync_does_nothing_and_says_why() {
    for header in ["if-none-match", "if-match"] {
        let service = ours(&["--ignore", header]);
        let sandbox = Sandbox::start(sandbox::company(6));
        let sync = sync(&sandbox, &service, "p");
        sync.go(APPLY).expect(1).says("does not support conditional writes").says("s3://timecamp/p");
        assert_eq!(sandbox.writes().len(), 0);
        sync.go(&["--dry-run"]).expect(0);
    }
}
