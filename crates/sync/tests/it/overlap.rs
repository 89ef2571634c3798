//! Several syncs on one folder.

use crate::help::{invitations, same_view, settled};
use crate::scene::{scene, start, undisturbed};
use std::time::Duration;
use testkit::{Done, Running};

const LONG: Duration = Duration::from_mins(1);

#[test]
fn of_ten_started_at_once_one_runs_and_nine_say_so() {
    let (want, _) = undisturbed();
    let (sandbox, run) = start(scene());
    // Whoever has the lock is held at its first request until the others have ended.
    let pause = sandbox.on_answered(0);
    let mut running: Vec<Running> = (0..10).map(|_| run.spawn(&[])).collect();
    let mut ended: Vec<Done> = Vec::new();
    while running.len() > 1 {
        let over = running.iter_mut().position(|one| !one.is_running());
        match over {
            Some(index) => ended.push(running.swap_remove(index).wait()),
            None => std::thread::yield_now(),
        }
    }
    pause.release();
    running.remove(0).wait().expect(0);
    for done in ended {
        done.expect(4).says("var/sync.lock is held by").says("Nothing was changed");
    }
    same_view(&sandbox.view(), &want).unwrap();
    assert!(invitations(&sandbox).values().all(|count| *count == 1));
}

#[test]
fn the_one_who_is_turned_away_is_told_by_whom_and_leaves_the_report_alone() {
    let (sandbox, run) = start(scene());
    // Still reading: it writes nothing down yet.
    let pause = sandbox.on_answered(3);
    let holder = run.spawn(&[]);
    assert!(pause.wait(LONG));
    holder.wait_for("started, run ", LONG);
    run.write("var/sync_report.json", "{}");
    let before = run.files();
    let id = holder.stderr().split("run ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    run.go(&[]).expect(4).says(&format!("sync run {id}")).says(&format!("process {}", holder.pid()));
    assert_eq!(run.files(), before);
    // Looking is allowed meanwhile, once TimeCamp answers.
    let looking = run.spawn(&["--dry-run"]);
    pause.release();
    looking.wait().expect(0);
    holder.wait().expect(0);
}

#[test]
fn after_the_holder_was_killed_the_next_one_runs() {
    let (want, _) = undisturbed();
    let (sandbox, run) = start(scene());
    let pause = sandbox.on_answered(20);
    let holder = run.spawn(&[]);
    assert!(pause.wait(LONG));
    run.go(&[]).expect(4);
    holder.kill("-9");
    holder.wait().expect(-9);
    pause.release();
    run.go(&[]).expect(0);
    same_view(&sandbox.view(), &want).unwrap();
    settled(&run).unwrap();
}
