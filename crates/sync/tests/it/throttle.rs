//! A TimeCamp that is busy, slow, or wants one request at a time.

use crate::help::{ended, in_parallel, invitations, quirky, same_view, seen, settled, sync, team};
use crate::scene::{scene, start, undisturbed};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, SystemTime};

/// A team in which person 1 has to be renamed: three requests of writing, and six of reading.
fn one_change() -> (Sandbox, testkit::Run) {
    let (account, mut rows) = team(3);
    rows[1]["timecamp_user_name"] = json!("Renamed");
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &Value::Array(rows));
    (sandbox, run)
}

fn throttled(headers: &[(&str, String)], body: Value) -> Do {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Do::Status { code: 429, headers, body }
}

/// How the wait is told, and how long it is in seconds.
type Told<'a> = (&'a str, Do, Range<f64>);

#[test]
#[expect(clippy::disallowed_methods, reason = "a server tells times of day")]
fn whatever_way_the_wait_is_told_it_is_waited_and_counted() {
    let later = SystemTime::now() + Duration::from_hours(1);
    let date = httpdate::fmt_http_date(later);
    let epoch = later.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string();
    let long = 3590.0..3600.5;
    let cases: [Told<'_>; 6] = [
        ("seconds", throttled(&[("retry-after", "7".to_owned())], Value::Null), 7.0..7.001),
        ("date", throttled(&[("retry-after", date)], Value::Null), long.clone()),
        ("reset", throttled(&[("x-ratelimit-reset", epoch.clone())], Value::Null), long.clone()),
        ("other reset", throttled(&[("x-rate-limit-reset", epoch)], Value::Null), long),
        ("body", throttled(&[], json!({ "retry_after": 9 })), 9.0..9.001),
        ("nothing", throttled(&[], Value::Null), 0.0..1.001),
    ];
    for (name, does, waits) in cases {
        for on in [On::timecamp("GET", "users"), On::timecamp("POST", "user")] {
            let (sandbox, run) = one_change();
            sandbox.fault(Fault::once(on, does.clone()));
            // An hour's wait takes 36 seconds at a hundredth: these are shortened further.
            let run = run.env("HTTP_RETRY_BUDGET", "2h").env("TIMECAMP_SCIM_TIME_SCALE", "0.0001");
            let done = run.go(&[]).expect(0).says("1 retries");
            assert_eq!(seen(&sandbox, "person-001@x.test")["name"], "Renamed", "{name}");
            let report = run.json("var/sync_report.json");
            assert_eq!(report["retries"], 1, "{name}: {done}");
            let waited = report["waited_seconds"].as_f64().unwrap();
            assert!(waits.contains(&waited), "{name}: waited {waited} s, not {waits:?}");
            assert_eq!(report["requests"], sandbox.journal().len(), "{name}");
        }
    }
}

#[test]
fn a_wait_beyond_the_budget_fails_at_once_and_says_until_when() {
    let (sandbox, run) = one_change();
    sandbox.fault(Fault::new(On::timecamp("GET", "users"), Do::throttle(3600)));
    run.go(&[]).expect(1).says("throttled until");
    assert_eq!(sandbox.journal().iter().filter(|entry| entry.is("GET", "users")).count(), 1);
    let (sandbox, run) = one_change();
    sandbox.fault(Fault::new(On::timecamp("POST", "user"), Do::throttle(3600)));
    run.go(&[]).expect(5).says("person-001@x.test").says("throttled until");
}

#[test]
fn bursts_of_gateway_errors_pass() {
    let (want, _) = undisturbed();
    let cases: Vec<(u16, u64)> = [502, 503, 504].into_iter().flat_map(|code| [(code, 3), (code, 5)]).collect();
    let wrong = in_parallel(&cases, |(code, every)| {
        let (sandbox, run) = start(scene());
        sandbox.fault(Fault::new(On::service("timecamp").every(*every), Do::status(*code)));
        let outcome = ended(run.go(&[]), 0).and_then(|_| same_view(&sandbox.view(), &want)).and_then(|()| {
            sandbox.clear_faults();
            settled(&run)
        });
        let retries = run.json("var/sync_report.json")["retries"].as_u64().unwrap_or_default();
        if retries == 0 { Some("no retry was counted".to_owned()) } else { outcome.err() }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn five_failed_tries_end_a_read_and_fail_a_write() {
    let (sandbox, run) = one_change();
    sandbox.fault(Fault::new(On::timecamp("GET", "group"), Do::status(503)));
    run.go(&[]).expect(1).says("cannot read the groups");
    assert_eq!(sandbox.journal().iter().filter(|entry| entry.is("GET", "group")).count(), 6);
    let (sandbox, run) = one_change();
    sandbox.fault(Fault::new(On::timecamp("POST", "user"), Do::status(503)));
    run.go(&[]).expect(5).says("person-001@x.test").says("503");
    assert_eq!(sandbox.journal().iter().filter(|entry| entry.is("POST", "user")).count(), 6);
}

#[test]
fn answers_that_come_too_late_are_lost_answers() {
    let (want, _) = undisturbed();
    let cases: Vec<On> = ["GET", "PUT", "POST", "DELETE"]
        .into_iter()
        .flat_map(|method| [1, 2].map(|k| On::service("timecamp").method(method).nth(k)))
        .collect();
    let wrong = in_parallel(&cases, |on| {
        let (sandbox, run) = start(scene());
        sandbox.fault(Fault::once(on.clone(), Do::Stall { ms: 2500 }));
        let run = run.env("HTTP_TIMEOUT", "1s");
        let outcome = ended(run.go(&[]), 0).and_then(|_| same_view(&sandbox.view(), &want));
        outcome.and_then(|()| settled(&run)).err().map(|why| format!("== {on:?}: {why}"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In real time: a client that comes back before the time it was told shows in the journal.
fn held_to(limit: &Value, concurrency: &str) -> Result<Sandbox, String> {
    let (account, mut rows) = team(45);
    for (number, row) in rows.iter_mut().enumerate().skip(1) {
        row["timecamp_user_name"] = json!(format!("Renamed {number}"));
    }
    let sandbox = Sandbox::with_account(quirky(account, &json!({ "rate_limit": limit })));
    let run = sync(&sandbox, &Value::Array(rows))
        .without("TIMECAMP_SCIM_TIME_SCALE")
        .env("TIMECAMP_CONCURRENCY", concurrency);
    let done = ended(run.go(&[]), 0)?;
    let refused = sandbox.rate_limited();
    let report = run.json("var/sync_report.json");
    if refused.is_empty() || report["retries"] != refused.len() {
        return Err(format!("{} refusals, {} retries: {done}", refused.len(), report["retries"]));
    }
    if seen(&sandbox, "person-045@x.test")["name"] != "Renamed 45" {
        return Err("not everybody was renamed".to_owned());
    }
    Ok(sandbox)
}

#[test]
fn a_rate_limit_is_never_met_again_too_early() {
    let cases = [
        (json!({ "requests": 60, "seconds": 10, "retry_after": "seconds" }), "1"),
        (json!({ "requests": 40, "seconds": 2, "retry_after": "seconds" }), "1"),
        (json!({ "requests": 40, "seconds": 2, "retry_after": "date" }), "1"),
        (json!({ "requests": 40, "seconds": 2, "retry_after": "epoch" }), "1"),
        (json!({ "requests": 40, "seconds": 2, "retry_after": "body" }), "1"),
        (json!({ "requests": 60, "seconds": 10, "retry_after": "seconds" }), "4"),
    ];
    let wrong = in_parallel(&cases, |(limit, concurrency)| {
        let sandbox = match held_to(limit, concurrency) {
            Ok(sandbox) => sandbox,
            Err(why) => return Some(format!("== {limit} at {concurrency}: {why}")),
        };
        let mut notes: BTreeMap<String, usize> = BTreeMap::new();
        for entry in sandbox.rate_limited() {
            *notes.entry(entry.note.unwrap_or_default()).or_default() += 1;
        }
        let early = notes.get("rate limit ignored").copied().unwrap_or_default();
        // Those already under way when the first of them was refused could not know.
        let under_way = notes["rate limit"] * (concurrency.parse::<usize>().unwrap() - 1);
        (early > under_way).then(|| format!("== {limit} at {concurrency}: {notes:?}"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_timecamp_that_takes_one_write_at_a_time_is_given_one_at_a_time() {
    let (want, _) = undisturbed();
    for overlap in ["writes", "invitations"] {
        let account = quirky(scene(), &json!({ "overlap": overlap, "latency_ms": 3, "visible_after_ms": 30 }));
        let (sandbox, run) = start(account);
        let run = run.env("TIMECAMP_CONCURRENCY", "8");
        let done = run.go(&[]).expect(0);
        same_view(&sandbox.view(), &want).unwrap();
        let refused = sandbox.journal().iter().filter(|entry| entry.note.as_deref() == Some("overlap")).count();
        if overlap == "writes" {
            assert!(refused > 0, "nothing overlapped");
            let done = done.says("one by one");
            // Once it is known, nothing is refused any more: at most those that were under way.
            assert!(refused <= 7, "{refused} refusals: {done}");
        } else {
            assert_eq!(refused, 0, "invitations go one at a time from the start");
        }
        assert!(invitations(&sandbox).values().all(|count| *count == 1));
        settled(&run).unwrap();
    }
}

/// In real time: the whole client waits for minutes, but not when it is asked to stop.
#[test]
fn a_run_that_waits_as_told_still_stops_when_asked() {
    let (account, mut rows) = team(20);
    for row in rows.iter_mut().skip(1) {
        row["timecamp_user_name"] = json!("Renamed");
    }
    let sandbox = Sandbox::with_account(account);
    sandbox.fault(Fault::once(On::timecamp("POST", "user"), Do::throttle(250)));
    let run = sync(&sandbox, &Value::Array(rows)).without("TIMECAMP_SCIM_TIME_SCALE");
    let running = run.spawn(&["--debug"]);
    running.wait_for("waiting before the request is sent again", Duration::from_mins(1));
    running.term();
    running.wait().expect(1).says("asked to stop");
    assert_eq!(run.json("var/sync_report.json")["exit_code"], 1);
}
