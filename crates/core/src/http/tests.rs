//! The loop over real HTTP; the rule itself is tested beside it.

use super::*;
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

fn http(sandbox: &Sandbox, auth: Auth, budget: Duration) -> Http {
    let settings = HttpSettings { retry_budget: budget, pace: Pace::scaled(0.01), ..HttpSettings::default() };
    let base = format!("{}/third_party/api", sandbox.url());
    Http::new(&base, auth, Verify::Certificate, 1, &settings).unwrap()
}

/// A request that stood in line for longer than its whole budget, because others were told to wait, has it all still.
#[tokio::test]
async fn waiting_in_line_is_no_part_of_the_budget() {
    let sandbox = Sandbox::start(json!({}));
    sandbox.fault(Fault::once(On::any(), Do::throttle(2)));
    sandbox.fault(Fault::new(On::any(), Do::answer(200, json!([]))));
    let http = http(&sandbox, Auth::None, Duration::from_mins(3));
    http.gate().hold(Duration::from_millis(1900));
    http.get("users").send().await.unwrap();
    assert_eq!(sandbox.journal().len(), 2);
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_an_error_and_not_left_out() {
    let sandbox = Sandbox::start(json!({}));
    for auth in [
        Auth::Header { name: "authorization", scheme: "SSWS ", key: Secret::new("torn\nkey") },
        Auth::Bearer(Secret::new("torn\nkey")),
    ] {
        let error = http(&sandbox, auth, Duration::from_mins(2)).get("users").send().await.unwrap_err();
        assert!(matches!(error, HttpError::Setup { .. }), "{error:?}");
        assert!(error.to_string().contains("line break"), "{error}");
    }
    assert!(sandbox.journal().is_empty());
}

#[tokio::test]
async fn a_key_of_other_letters_goes_as_it_is() {
    let sandbox = Sandbox::start(json!({}));
    let auth = Auth::Header { name: "authorization", scheme: "SSWS ", key: Secret::new("klücz-4711") };
    let http = http(&sandbox, auth, Duration::from_mins(2));
    let request = http.get("users").build().build().unwrap();
    assert_eq!(request.headers()["authorization"].as_bytes(), "SSWS klücz-4711".as_bytes());
}

/// Whether it was carried out nobody knows: sent once, unless sending it twice is harmless.
#[tokio::test]
async fn a_lost_answer_is_asked_for_again_only_where_that_is_harmless() {
    for (replay, sent) in [(Replay::Unsafe, 1), (Replay::Safe, 2)] {
        let sandbox = Sandbox::start(json!({}));
        sandbox.fault(Fault::once(On::any(), Do::DropAfter));
        sandbox.fault(Fault::new(On::any(), Do::answer(200, json!({}))));
        let http = http(&sandbox, Auth::None, Duration::from_mins(5));
        let ended = http.put("group").json(&json!({})).unwrap().replay(replay).send().await;
        assert_eq!(ended.is_ok(), replay == Replay::Safe);
        assert!(ended.err().is_none_or(|error| error.may_have_taken_effect()));
        assert_eq!(sandbox.journal().len(), sent, "{replay:?}");
        assert_eq!((http.settings.tally.requests(), http.settings.tally.retries()), (sent as u64, sent as u64 - 1));
    }
}
