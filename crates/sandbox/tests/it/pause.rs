//! Stopping after the k-th answered request.

use std::time::Duration;

use sandbox::{On, Sandbox};
use serde_json::{Value, json};

use crate::client::{Client, account, half_a_client, start};

const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn exactly_k_requests_are_let_through() {
    let (sandbox, client) = start(&json!({ "latency_ms": 5 }));
    let pause = sandbox.on_answered(3);
    std::thread::scope(|scope| {
        let names: Vec<_> =
            (0..6).map(|n| ("PUT", "group", json!({ "name": format!("G{n}"), "parent_id": 100 }))).collect();
        let client = scope.spawn(move || client.send_all(&names));
        assert!(pause.wait(LIMIT));
        assert_eq!(sandbox.journal().len(), 3);
        assert_eq!(sandbox.view()["groups"].as_array().unwrap().len(), 4 + 3);
        assert!(sandbox.journal().iter().all(|entry| entry.status == 200));
        pause.release();
        assert!(client.join().unwrap().iter().all(|reply| reply.as_ref().unwrap().status == 200));
    });
    assert_eq!(sandbox.view()["groups"].as_array().unwrap().len(), 4 + 6);
}

#[test]
fn a_held_request_whose_client_has_gone_is_never_carried_out() {
    let sandbox = Sandbox::with_account(account());
    let client = Client::timecamp(&sandbox);
    let pause = sandbox.on_answered(1);
    assert_eq!(client.get("me").status, 200);
    assert!(pause.wait(LIMIT));
    for _ in 0..20 {
        drop(half_a_client(&sandbox, "Ghost"));
    }
    let patient = half_a_client(&sandbox, "Patient");
    pause.release();
    while sandbox.journal().iter().filter(|entry| entry.status == 200).count() < 2 {
        std::thread::yield_now();
    }
    drop(patient);
    assert_eq!(client.get("users").status, 200);
    let names: Vec<_> = sandbox.writes().iter().map(|entry| entry.body["display_name"].clone()).collect();
    assert_eq!(names, ["Patient"]);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Patient");
}

#[test]
fn only_requests_of_one_kind_can_be_counted() {
    let (sandbox, client) = start(&json!({}));
    let pause = sandbox.pause(On::timecamp("POST", "user"), 1);
    assert_eq!((client.get("me").status, client.get("users").status), (200, 200));
    assert!(!pause.wait(Duration::ZERO));
    assert_eq!(client.post("user", &json!({ "user_id": 901, "display_name": "Ann" })).status, 200);
    assert!(pause.wait(LIMIT));
    std::thread::scope(|scope| {
        let held = scope.spawn(|| client.get("me").status);
        pause.release();
        assert_eq!(held.join().unwrap(), 200);
    });
    assert_eq!(sandbox.journal().len(), 4);
}

#[test]
fn a_dropped_pause_holds_nothing() {
    let (sandbox, client) = start(&json!({}));
    drop(sandbox.on_answered(0));
    assert_eq!(client.get("me").status, 200);
}

#[test]
fn a_pause_can_be_set_over_http() {
    let (sandbox, client) = start(&json!({}));
    let control = Client::new(&format!("{}/_sandbox", sandbox.url()), "");
    assert_eq!(control.read("pause"), Value::Null);
    control.post("pause", &json!({ "after": 1, "on": { "service": "timecamp" } }));
    assert_eq!(control.read("pause"), json!({ "answered": 0, "holds": false }));
    client.get("me");
    assert_eq!(control.read("pause"), json!({ "answered": 1, "holds": true }));
    control.delete("pause", &Value::Null);
    assert_eq!(client.get("me").status, 200);
}
