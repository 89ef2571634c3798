//! The key is nowhere to be read, whatever is logged.

use crate::helpers::{employee, fetch, firm, leave};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::json;

const KEY: &str = "c2VjcmV0/+=of-factorial";
/// The key as it is, and as an address writes it.
const FORMS: [&str; 2] = [KEY, "c2VjcmV0%2F%2B%3Dof-factorial"];

#[test]
fn the_key_shows_at_no_level_and_in_no_form() {
    let mut world = firm(json!([employee(1, json!({ "manager_id": 5 }))]), json!([]), json!([leave(1, 1, json!({}))]));
    world["factorial"]["api_key"] = json!(KEY);
    for (name, value) in [("RUST_LOG", "trace"), ("RUST_LOG", ""), ("LOG_FORMAT", "json")] {
        let sandbox = Sandbox::start(world.clone());
        let run = fetch(&sandbox).env("FACTORIAL_API_KEY", KEY).env(name, value);
        let good = run.go(&["--debug"]).expect(0);
        run.hides(good, &FORMS);
        // A service that says the key back in its error.
        let refusal = Do::answer(401, json!({ "error": format!("key {KEY} is unknown, as is {}", FORMS[1]) }));
        sandbox.fault(Fault::new(On::any(), refusal));
        let bad = run.go(&["--debug"]).expect(1).says("is unknown");
        run.hides(bad, &FORMS);
    }
}
