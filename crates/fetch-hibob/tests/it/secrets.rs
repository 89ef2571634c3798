//! The token is nowhere to be read, whatever is logged.

use crate::{fetch, reporting};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

const USER: &str = "SERVICE-0815";
const SECRET: &str = "9f8e7d6c/+=5b4a-token";
/// The token in every form in which it travels or could be quoted: as it is, as a form writes it, in base64 alone and
/// as Basic authentication sends it (`SERVICE-0815:token`), whole and from the token's own bytes on.
const FORMS: [&str; 5] = [
    SECRET,
    "9f8e7d6c%2F%2B%3D5b4a-token",
    "OWY4ZTdkNmMvKz01YjRhLXRva2Vu",
    "U0VSVklDRS0wODE1OjlmOGU3ZDZjLys9NWI0YS10b2tlbg",
    "lmOGU3ZDZjLys9NWI0YS10b2tlb",
];

#[test]
fn the_token_shows_at_no_level_and_in_no_form() {
    let people = json!([reporting(1, json!("5"))]);
    let sandbox = Sandbox::start(json!({ "hibob": { "service_user_id": USER, "token": SECRET, "employees": people } }));
    for (name, value) in [("RUST_LOG", "trace"), ("RUST_LOG", ""), ("LOG_FORMAT", "json")] {
        let run =
            fetch(&sandbox).env("HIBOB_SERVICE_USER_ID", USER).env("HIBOB_SERVICE_USER_TOKEN", SECRET).env(name, value);
        let good = run.go(&["--debug"]).expect(0);
        run.hides(good, &FORMS);
        // A service that says the credentials back in its error.
        let error = format!("token {SECRET} is unknown, as is {} and {}==", FORMS[2], FORMS[3]);
        sandbox.fault(Fault::once(On::any(), Do::answer(401, json!({ "error": error }))));
        let bad = run.go(&["--debug"]).expect(1).says("is unknown");
        run.hides(bad, &FORMS);
    }
}
