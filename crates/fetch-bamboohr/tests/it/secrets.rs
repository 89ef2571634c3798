//! The key is nowhere to be read, whatever is logged.

use crate::{employee, fetch, world};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

const KEY: &str = "9f8e7d6c/+=5b4a-key";
/// The key in every form in which it travels or could be quoted: as it is, as a form writes it, in base64 alone and as
/// Basic authentication sends it (`key:x`, `key:`), and the head that these share.
const FORMS: [&str; 6] = [
    KEY,
    "9f8e7d6c%2F%2B%3D5b4a-key",
    "OWY4ZTdkNmMvKz01YjRhLWtleQ",
    "OWY4ZTdkNmMvKz01YjRhLWtleTp4",
    "OWY4ZTdkNmMvKz01YjRhLWtleTo",
    "OWY4ZTdkNmMvKz01Yj",
];

#[test]
fn the_key_shows_at_no_level_and_in_no_form() {
    let mut state = world(json!([employee(1, json!({ "supervisorId": "5" }))]), json!({}));
    state["bamboohr"]["api_key"] = json!(KEY);
    for (name, value) in [("RUST_LOG", "trace"), ("RUST_LOG", ""), ("LOG_FORMAT", "json")] {
        let sandbox = Sandbox::start(state.clone());
        let run = fetch(&sandbox).env(name, value);
        let good = run.go(&["--debug"]).expect(0);
        run.hides(good, &FORMS);
        // A service that says the key back in its error.
        let refusal = Do::answer(401, json!({ "message": format!("key {KEY} is unknown, as is {}", FORMS[3]) }));
        sandbox.fault(Fault::new(On::any(), refusal));
        let bad = run.go(&["--debug"]).expect(1).says("is unknown");
        run.hides(bad, &FORMS);
    }
}

#[test]
fn people_are_masked_in_the_log_when_wanted() {
    let state = world(json!([employee(1, json!({})), employee(1, json!({ "name": "Zoe Quill" }))]), json!({}));
    let sandbox = Sandbox::start(state);
    let run = fetch(&sandbox);
    run.go(&["--debug"]).expect(0).says("Zoe Quill");
    run.env("LOG_MASK_PII", "true").go(&["--debug"]).expect(0).says("share an external_id").says_not("Zoe Quill");
}
