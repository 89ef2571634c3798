//! The lock: one holder at a time, whatever happens to it.

use crate::relay::{Line, Relay};
use crate::services::{BUCKET, SCALE, Service, User, moto, open, ours, prefix};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Barrier};
use std::time::Duration;
use timecamp_scim_core::Code;
use timecamp_scim_core::storage::{Holder, Lock, Name, S3Settings, Storage};

fn holder(run: &str) -> Holder {
    let since = Timestamp::from_second(1_800_000_000).unwrap();
    Holder { stage: "sync".to_owned(), run_id: run.to_owned(), host: "host".to_owned(), pid: 7, since }
}

fn refused(lock: anyhow::Result<Lock>) -> (Code, String) {
    let error = lock.unwrap_err();
    (Code::of(&error), format!("{error:#}"))
}

/// As long as `seconds` of a real run.
async fn pass(seconds: f64) {
    tokio::time::sleep(Duration::from_secs_f64(seconds * SCALE)).await;
}

async fn both(test: impl AsyncFn(&Service, &str)) {
    test(&ours(&[]), "p").await;
    test(moto(), &prefix()).await;
}

#[tokio::test]
async fn the_second_is_told_who_has_it_until_it_is_given_up() {
    both(async |service, prefix| {
        let (first, second) = (service.storage(User::All, prefix).await, service.storage(User::All, prefix).await);
        let lock = first.lock(&holder("run-1")).await.unwrap();
        lock.check().unwrap();
        let (code, text) = refused(second.lock(&holder("run-2")).await);
        assert_eq!(code, Code::Held, "{text}");
        assert!(text.contains("sync run run-1 on host (process 7)") && text.contains("expires by itself"), "{text}");
        lock.release().await;
        assert!(lock.check().is_err(), "given up");
        let lock = second.lock(&holder("run-2")).await.unwrap();
        // Dropped rather than released: the end of a run waits for it.
        drop(lock);
        second.close().await;
        first.lock(&holder("run-3")).await.unwrap().release().await;
    })
    .await;
}

#[tokio::test]
async fn the_object_tells_who_and_until_when() {
    let service = ours(&[]);
    let storage = service.storage(User::All, "p").await;
    let lock = storage.lock(&holder("run-1")).await.unwrap();
    let place = json!({ "Bucket": BUCKET, "Key": "p/var/sync.lock" });
    let seen = || -> Value {
        serde_json::from_str(service.boto(&json!([["get_object", place]]))[0]["body"].as_str().unwrap()).unwrap()
    };
    let held = seen();
    assert_eq!((&held["stage"], &held["run_id"], &held["state"]), (&json!("sync"), &json!("run-1"), &json!("held")));
    let until: Timestamp = held["expires"].as_str().unwrap().parse().unwrap();
    let seconds = until.duration_since(Timestamp::now()).as_secs_f64();
    assert!(seconds > -60.0 && seconds <= 60.0 * SCALE, "{held}");
    lock.release().await;
    assert_eq!(seen()["state"], "released");
}

/// Waits until the lock is lost; why it is.
async fn until_lost(lock: &Lock) -> anyhow::Error {
    for _ in 0..1000 {
        if let Err(why) = lock.check() {
            return why;
        }
        pass(1.0).await;
    }
    panic!("the lock is still held");
}

/// Held for twice as long as the lock holds without renewal.
#[tokio::test]
async fn a_holder_that_lives_keeps_it() {
    both(async |service, prefix| {
        let storage = service.storage(User::All, prefix).await;
        let lock = storage.lock(&holder("run-1")).await.unwrap();
        for _ in 0..8 {
            pass(15.0).await;
            lock.check().unwrap();
            let (code, text) = refused(service.storage(User::All, prefix).await.lock(&holder("run-2")).await);
            assert_eq!(code, Code::Held, "{text}");
        }
        lock.release().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_at_once_one_gets_it() {
    both(async |service, prefix| {
        let start = Arc::new(Barrier::new(10));
        let threads: Vec<_> = (0..10)
            .map(|number| {
                let (start, settings) = (Arc::clone(&start), service.settings(User::All, prefix));
                std::thread::spawn(move || one_of_many(number, &start, settings))
            })
            .collect();
        let codes: Vec<Code> = tokio::task::block_in_place(|| threads.into_iter().map(|t| t.join().unwrap()).collect());
        assert_eq!(codes.iter().filter(|code| **code == Code::Done).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == Code::Held).count(), 9, "{codes:?}");
    })
    .await;
}

fn one_of_many(number: usize, start: &Barrier, settings: S3Settings) -> Code {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let storage = open(settings).await;
        start.wait();
        let lock = storage.lock(&holder(&format!("run-{number}"))).await;
        let code = lock.as_ref().map_or_else(Code::of, |lock| {
            lock.check().unwrap();
            Code::Done
        });
        // Nobody is to find it free before everybody has looked.
        start.wait();
        code
    })
}

/// A holder that is cut off finds out by itself, in time, and whoever comes next takes over.
#[tokio::test]
async fn a_holder_that_is_cut_off_stops_before_the_next_one_starts() {
    both(async |service, prefix| {
        let relay = Relay::to(service.port);
        let endpoint = Some(format!("http://127.0.0.1:{}", relay.port));
        let cut_off = open(S3Settings { endpoint, ..service.settings(User::All, prefix) }).await;
        let lost = cut_off.lock(&holder("run-1")).await.unwrap();
        relay.set(Line::Dead);
        let next = taken_over(&service.storage(User::All, prefix).await, &lost).await;
        // Back on the line, the first neither gets it back nor takes it away.
        relay.set(Line::Whole);
        pass(30.0).await;
        assert!(lost.check().is_err());
        // Its files would replace those of the next one.
        let late = format!("{:#}", anyhow::Error::from(cut_off.write(&Name::SyncReport, b"{}").await.unwrap_err()));
        assert!(late.contains("var/sync.lock is no longer held"), "{late}");
        assert!(cut_off.remove(&Name::PendingNewUsers).await.is_err());
        next.check().unwrap();
        drop(lost);
        cut_off.close().await;
        next.check().unwrap();
        let (code, text) = refused(service.storage(User::All, prefix).await.lock(&holder("run-3")).await);
        assert_eq!(code, Code::Held);
        assert!(text.contains("run-2"), "{text}");
        next.release().await;
    })
    .await;
}

/// Tries until the lock is had; by then the one before must know that it is lost.
async fn taken_over(storage: &Storage, lost: &Lock) -> Lock {
    for _ in 0..200 {
        match storage.lock(&holder("run-2")).await {
            Ok(lock) => {
                let why = format!("{:#}", lost.check().unwrap_err());
                assert!(why.contains("its time passed without a renewal"), "{why}");
                return lock;
            }
            Err(error) => assert_eq!(Code::of(&error), Code::Held, "{error:#}"),
        }
        pass(5.0).await;
    }
    panic!("the lock never expired");
}

#[tokio::test]
async fn a_lock_that_somebody_removed_or_wrote_over_is_lost() {
    let service = ours(&[]);
    for call in ["delete_object", "put_object"] {
        let storage = service.storage(User::All, call).await;
        let lock = storage.lock(&holder("run-1")).await.unwrap();
        service.boto(&json!([[call, { "Bucket": BUCKET, "Key": format!("{call}/var/sync.lock") }]]));
        let why = format!("{:#}", until_lost(&lock).await);
        assert!(why.contains("it was removed") || why.contains("somebody wrote over it"), "{why}");
    }
}

#[tokio::test]
async fn a_service_without_conditional_writes_is_refused() {
    for header in ["if-none-match", "if-match"] {
        let service = ours(&["--ignore", header]);
        let storage = service.storage(User::All, "p").await;
        for _ in 0..2 {
            let (code, text) = refused(storage.lock(&holder("run-1")).await);
            assert_eq!(code, Code::Failed, "{text}");
            assert!(text.contains("does not support conditional writes"), "{text}");
        }
        assert!(storage.read(&Name::SyncLock).await.unwrap().is_none(), "nothing is left behind");
    }
}

#[tokio::test]
async fn without_the_rights_the_lock_says_what_is_missing() {
    for user in [User::Reader, User::Nothing] {
        let service = ours(&[]);
        let (code, text) = refused(service.storage(user, "").await.lock(&holder("run-1")).await);
        assert_eq!(code, Code::Failed, "{text}");
        assert!(text.contains("s3:PutObject") && text.contains("var/sync.lock"), "{text}");
    }
}

#[tokio::test]
async fn a_local_lock_is_given_up_too() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::local(folder.path());
    let lock = storage.lock(&holder("run-1")).await.unwrap();
    lock.check().unwrap();
    lock.release().await;
    assert!(lock.check().is_err());
    storage.lock(&holder("run-2")).await.unwrap().check().unwrap();
}
