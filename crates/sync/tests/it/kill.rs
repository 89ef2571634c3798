//! A run that ends anywhere, and the next one.

use crate::help::{ended, in_parallel, invitations, same_view, settled};
use crate::scene::{scene, start, undisturbed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(1);

/// How a run is ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Killed,
    Asked,
}

/// Ends a run after `k` answers, runs again, and says what is not as after an undisturbed run.
fn interrupted(k: u64, end: End, want: &Value) -> Result<(), String> {
    let (sandbox, run) = start(scene());
    let pause = sandbox.on_answered(k);
    let mut running = run.spawn(&[]);
    // How often a run looks for invited people depends on the time: near its end it may have ended before.
    while !pause.wait(Duration::from_millis(20)) && running.is_running() {}
    match end {
        End::Killed => {
            running.kill("-9");
            drop(running.wait());
            pause.release();
        }
        End::Asked => {
            running.term();
            while running.is_running() && !running.stderr().contains("asked to stop") {
                std::thread::yield_now();
            }
            pause.release();
            let done = running.wait();
            let report = run.json("var/sync_report.json");
            if done.stderr.contains("asked to stop") && (report["exit_code"] != 1 || report["error"].is_null()) {
                return Err(format!("the report says nothing of the end: {report}"));
            }
            ended(done, i32::from(report["exit_code"] == 1))?;
        }
    }
    ended(run.go(&[]), 0)?;
    same_view(&sandbox.view(), want)?;
    if let Some((email, count)) = invitations(&sandbox).into_iter().find(|(_, count)| *count > 1) {
        return Err(format!("{email} was invited {count} times"));
    }
    settled(&run)
}

/// A run of which every kind of change is part: a place where it can end in the middle of each.
#[test]
fn the_account_needs_every_kind_of_change() {
    let (_sandbox, run) = start(scene());
    let plan = run.go(&["--dry-run", "--json"]).expect(0).json()["plan"].clone();
    let of = |list: &str, field: &str| -> BTreeSet<String> {
        plan[list].as_array().unwrap().iter().map(|item| item[field].to_string()).collect()
    };
    let changes = plan["users"].as_array().unwrap().iter().flat_map(|user| user["changes"].as_array().unwrap());
    let fields: BTreeSet<&str> = changes.map(|change| change["field"].as_str().unwrap()).collect();
    let all = ["additional_email", "disabled", "email", "external_id", "group", "name", "role"];
    assert_eq!(fields, BTreeSet::from(all), "{plan:#}");
    assert_eq!(of("users", "kind").len(), 3, "deactivations, updates and re-enables: {plan:#}");
    assert!(of("create_groups", "level").len() > 1, "a new group below a new one: {plan:#}");
    assert!(of("remove_groups", "path").len() > 1, "an empty group below an empty one: {plan:#}");
    assert!(of("invitations", "group").len() > 1 && of("invitations", "role").len() > 1, "{plan:#}");
}

fn everywhere(end: End) {
    let (want, journal) = undisturbed();
    assert!((45..=90).contains(&journal.len()), "{} requests are not some sixty", journal.len());
    let places: Vec<u64> = (1..journal.len() as u64).collect();
    let wrong = in_parallel(&places, |k| interrupted(*k, end, &want).err().map(|why| format!("== after {k}: {why}")));
    assert!(wrong.is_empty(), "{} of {} places\n{}", wrong.len(), places.len(), wrong.join("\n"));
}

#[test]
fn a_run_that_is_killed_after_any_answer_is_finished_by_the_next() {
    everywhere(End::Killed);
}

#[test]
fn a_run_that_is_asked_to_stop_after_any_answer_ends_in_order_and_is_finished_by_the_next() {
    everywhere(End::Asked);
}

#[test]
fn a_second_signal_ends_a_run_at_once() {
    let (sandbox, run) = start(scene());
    let pause = sandbox.on_answered(8);
    let running = run.spawn(&[]);
    assert!(pause.wait(LONG));
    running.term();
    running.wait_for("asked to stop", LONG);
    running.term();
    running.wait().expect(1);
}
