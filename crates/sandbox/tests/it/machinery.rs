//! Journal, faults, limits: what every service has.

use std::collections::BTreeMap;

use sandbox::{Do, Fault, On};
use serde_json::{Value, json};

use crate::client::{Client, begun, half_a_client, start};

/// A rename of Ann.
fn rename(name: &str) -> Value {
    json!({ "user_id": 901, "display_name": name })
}

#[test]
fn the_journal_keeps_every_request_in_order() {
    let (sandbox, client) = start(&json!({}));
    client.get("users?active_only=true");
    client.post("user", &rename("Ann"));
    client.delete("group", &json!({ "group_id": 100 }));
    let journal = sandbox.journal();
    let seen: Vec<_> = journal.iter().map(|one| (one.method.as_str(), one.route.as_str(), one.status)).collect();
    assert_eq!(seen, [("GET", "users", 200), ("POST", "user", 200), ("DELETE", "group", 403)]);
    assert_eq!(journal[0].path, "/third_party/api/users?active_only=true");
    assert_eq!(journal[1].body, rename("Ann"));
    assert!(journal.iter().all(|entry| entry.service == "timecamp"));
    assert!(journal[1].is("POST", "user") && !journal[1].is("GET", "user"));
    assert_eq!(sandbox.writes().len(), 2);
    sandbox.clear_journal();
    client.get("me");
    assert_eq!(sandbox.journal().len(), 1);
}

#[test]
fn requests_at_once_are_counted() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::new(On::any(), Do::Hang));
    let requests: Vec<_> = (0..5).map(|_| ("GET", "me", Value::Null)).collect();
    std::thread::scope(|scope| {
        let replies = scope.spawn(|| client.send_all(&requests));
        begun(&sandbox, 5);
        while !replies.is_finished() {
            sandbox.release();
        }
        assert!(replies.join().unwrap().iter().all(|reply| reply.as_ref().unwrap().status == 200));
    });
    let at_once: Vec<_> = sandbox.journal().iter().map(|entry| entry.in_flight).collect();
    assert_eq!(at_once, [0, 1, 2, 3, 4]);
}

#[test]
fn a_status_can_be_ordered_for_the_kth_request() {
    let (sandbox, client) = start(&json!({}));
    let headers = BTreeMap::from([("retry-after".to_owned(), "7".to_owned())]);
    let does = Do::Status { code: 503, headers, body: json!({ "message": "busy" }) };
    sandbox.fault(Fault::new(On::timecamp("POST", "user").containing("\"display_name\":\"Ann").nth(2), does));
    assert_eq!(client.post("user", &rename("Ann 1")).status, 200);
    assert_eq!(client.post("user", &rename("Bob")).status, 200);
    let struck = client.post("user", &rename("Ann 2"));
    assert_eq!((struck.status, struck.header("retry-after"), struck.message().as_str()), (503, Some("7"), "busy"));
    assert_eq!(client.post("user", &rename("Ann 3")).status, 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Ann 3");
    assert_eq!(sandbox.journal()[2].note.as_deref(), Some("fault: status"));
}

#[test]
fn faults_strike_as_often_as_told_and_on_what_they_are_told() {
    let (sandbox, client) = start(&json!({}));
    sandbox.faults(vec![
        Fault::new(On::timecamp("GET", "group/*/user"), Do::throttle(3)).times(2),
        Fault::new(On::service("timecamp").path_containing("context=admin").every(2), Do::status(502)),
        Fault::new(On::service("bamboohr"), Do::status(500)),
    ]);
    let statuses = |path: &str| (0..4).map(|_| client.get(path).status).collect::<Vec<_>>();
    assert_eq!(statuses("group/101/user"), [429, 429, 200, 200]);
    assert_eq!(statuses("people_picker?context=admin"), [200, 502, 200, 502]);
    assert_eq!(statuses("users"), [200, 200, 200, 200]);
    sandbox.clear_faults();
    assert_eq!(statuses("people_picker?context=admin"), [200, 200, 200, 200]);
}

#[test]
fn connections_are_dropped_before_and_after_the_work() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::DropBefore));
    assert!(client.send("POST", "user", &rename("Lost")).is_err());
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "User 901");
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::DropAfter));
    assert!(client.send("POST", "user", &rename("Done")).is_err());
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Done");
    let statuses: Vec<_> = sandbox.journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [0, 0]);
    assert_eq!(client.post("user", &rename("Well")).status, 200);
}

#[test]
fn answers_break_off_in_the_middle() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("GET", "users"), Do::HalfBody));
    assert!(client.send("GET", "users", &Value::Null).is_err());
    assert_eq!(client.get("users").status, 200);
}

#[test]
fn a_web_page_can_stand_in_the_way() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::any(), Do::HtmlPage));
    let page = client.get("users");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html")));
    assert!(page.text.starts_with("<html>"));
}

#[test]
fn a_stalled_request_is_carried_out_before_it_is_answered() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::Stall { ms: 60_000 }));
    let stalled = half_a_client(&sandbox, "Stalled");
    while sandbox.view()["users"]["ann@x.test"]["name"] != "Stalled" {
        std::thread::yield_now();
    }
    assert_eq!(sandbox.journal()[0].status, 0, "not answered yet");
    assert_eq!(client.get("me").status, 200, "the others are not held up");
    drop(stalled);
}

#[test]
fn a_delayed_request_is_carried_out_in_the_end() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::Delay { ms: 20 }));
    assert_eq!(client.post("user", &rename("Patient")).status, 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Patient");
    assert_eq!(sandbox.journal()[0].note.as_deref(), Some("fault: delayed"));
}

#[test]
fn a_request_is_carried_out_though_its_client_has_gone() {
    let (sandbox, _client) = start(&json!({ "latency_ms": 100 }));
    let stream = half_a_client(&sandbox, "Nobody waits");
    begun(&sandbox, 1);
    drop(stream);
    while sandbox.journal()[0].status == 0 {
        std::thread::yield_now();
    }
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Nobody waits");
}

#[test]
fn a_request_that_hangs_is_not_carried_out_when_its_client_has_gone() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::Hang));
    let stream = half_a_client(&sandbox, "Ghost");
    begun(&sandbox, 1);
    drop(stream);
    sandbox.release();
    assert_eq!(client.post("user", &json!({ "user_id": 902, "display_name": "Next" })).status, 200);
    sandbox.release();
    let users = sandbox.view()["users"].clone();
    assert_eq!((&users["ann@x.test"]["name"], &users["bob@x.test"]["name"]), (&json!("User 901"), &json!("Next")));
}

#[test]
fn a_request_that_hangs_is_carried_out_when_released() {
    let (sandbox, client) = start(&json!({}));
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::Hang));
    std::thread::scope(|scope| {
        let hung = scope.spawn(|| client.post("user", &rename("Late")).status);
        begun(&sandbox, 1);
        assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "User 901");
        while !hung.is_finished() {
            sandbox.release();
        }
        assert_eq!(hung.join().unwrap(), 200);
    });
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Late");
}

#[test]
fn too_many_requests_are_refused_and_told_when_to_come_back() {
    let refusal = |kind: &str| {
        let limit = json!({ "requests": 2, "seconds": 30, "retry_after": kind });
        let (sandbox, client) = start(&json!({ "rate_limit": limit }));
        assert_eq!((client.get("me").status, client.get("me").status), (200, 200));
        let refused = client.get("me");
        assert_eq!(refused.status, 429);
        client.get("me");
        let notes: Vec<_> = sandbox.rate_limited().into_iter().filter_map(|entry| entry.note).collect();
        assert_eq!(notes, ["rate limit", "rate limit ignored"]);
        refused
    };
    let seconds: u64 = refusal("seconds").header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds));
    assert!(refusal("date").header("retry-after").unwrap().ends_with(" GMT"));
    assert!(refusal("epoch").header("x-ratelimit-reset").unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    assert!(refusal("body").json()["retry_after"].as_u64().unwrap() >= 1);
    let silent = refusal("none");
    assert_eq!((silent.header("retry-after"), silent.json().get("retry_after")), (None, None));
}

#[test]
fn the_limit_lets_requests_through_again() {
    let (sandbox, client) = start(&json!({ "rate_limit": { "requests": 1, "seconds": 1 } }));
    assert_eq!(client.get("me").status, 200);
    while client.get("me").status == 429 {}
    let last = sandbox.journal().pop().unwrap();
    assert!(last.at_ms >= 1000, "let through again after {} ms", last.at_ms);
}

#[test]
fn everything_can_be_steered_over_http() {
    let (sandbox, client) = start(&json!({}));
    let control = Client::new(&format!("{}/_sandbox", sandbox.url()), "");
    assert_eq!(control.read("view"), sandbox.view());
    let fault = json!({ "on": { "method": "GET", "route": "me" }, "do": { "status": { "code": 500 } }, "times": 1 });
    assert_eq!(control.post("faults", &json!([fault, { "on": { "route": "users" }, "do": "html_page" }])).status, 200);
    assert_eq!(client.get("me").status, 500);
    assert!(client.get("users").text.starts_with("<html>"));
    assert_eq!(control.delete("faults", &Value::Null).status, 200);
    assert_eq!(client.get("users").text.get(..1), Some("["));
    assert_eq!(control.read("journal").as_array().unwrap().len(), 3);
    control.delete("journal", &Value::Null);
    assert_eq!(control.read("journal"), json!([]));

    let mut world = control.read("state");
    world["timecamp"]["users"][1]["display_name"] = json!("Ann Again");
    assert_eq!(control.put("state", &world).status, 200);
    assert_eq!(control.read("state"), world);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Ann Again");
    let wrong = control.put("state", &json!({ "timecamp": { "quirks": { "idz": 1 } } }));
    assert_eq!(wrong.status, 400);
    assert_eq!(control.post("faults", &json!({ "do": "explode" })).status, 400);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Ann Again", "a world that is none changes nothing");
}

#[test]
fn a_world_that_is_none_says_why() {
    let problem = |world: Value| format!("{:#}", sandbox::Sandbox::open(world, 0).unwrap_err());
    assert!(problem(json!([])).contains("JSON object"));
    assert!(problem(json!({ "timekamp": {} })).contains("timekamp"));
    assert!(problem(json!({ "timecamp": { "me": "x" } })).contains("`me`"));
    let mut account = crate::client::account();
    account["quirks"] = json!({ "ids": "roman" });
    assert!(problem(json!({ "timecamp": account })).contains("roman"));
}
