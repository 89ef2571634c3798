//! The token is nowhere to be read, whatever is logged.

use crate::{fetch, id, user};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

const SECRET: &str = "00Ab_c/+=d9f8e7-token";
/// The token in every form in which it travels or could be quoted: as it is, as a form writes it, in base64 alone, and
/// in base64 after `SSWS `.
const FORMS: [&str; 5] = [
    SECRET,
    "00Ab_c%2F%2B%3Dd9f8e7-token",
    "MDBBYl9jLys9ZDlmOGU3LXRva2Vu",
    "U1NXUyAwMEFiX2MvKz1kOWY4ZTctdG9rZW4",
    "AwMEFiX2MvKz1kOWY4ZTctdG9rZW4",
];

#[test]
fn the_token_shows_at_no_level_and_in_no_form() {
    let people = json!([user(1, json!({ "managerId": id(2) })), user(2, json!({}))]);
    let sandbox = Sandbox::start(json!({ "okta": { "api_token": SECRET, "users": people } }));
    for (name, value) in [("RUST_LOG", "trace"), ("RUST_LOG", ""), ("LOG_FORMAT", "json")] {
        let run = fetch(&sandbox).env("OKTA_API_TOKEN", SECRET).env(name, value);
        let good = run.go(&["--debug"]).expect(0);
        run.hides(good, &FORMS);
        // A service that says the token back in its error.
        let summary = format!("token {SECRET} is unknown, as is {} and {}", FORMS[2], FORMS[3]);
        sandbox.fault(Fault::once(On::any(), Do::answer(401, json!({ "errorSummary": summary }))));
        let bad = run.go(&["--debug"]).expect(1).says("is unknown");
        run.hides(bad, &FORMS);
    }
}

#[test]
fn the_token_may_come_from_a_file() {
    let sandbox = Sandbox::start(json!({ "okta": { "api_token": SECRET, "users": [user(1, json!({}))] } }));
    let run = fetch(&sandbox)
        .without("OKTA_API_TOKEN")
        .file("token", format!("{SECRET}\n"))
        .env("OKTA_API_TOKEN_FILE", "token");
    run.go(&[]).expect(0).shows_nowhere(SECRET);
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    let sandbox = Sandbox::start(json!({ "okta": { "api_token": SECRET, "users": [user(1, json!({}))] } }));
    for address in ["https://ann:open-sesame@acme.okta.com", "ann:open-sesame@acme.okta.com:port"] {
        let run = fetch(&sandbox).env("OKTA_ORG_URL", address).env("RUST_LOG", "trace");
        let done = run.go(&["--debug"]).expect(2).says("OKTA_ORG_URL: holds a user name or password");
        done.shows_nowhere("open-sesame").shows_nowhere("ann:");
    }
}
