//! Managers, also those who are not among the people fetched.

use crate::helpers::{but, fetch, group, ids, person, tenant, user};
use sandbox::Sandbox;
use serde_json::json;

#[test]
fn managers_outside_the_filter_are_fetched_up_to_the_top_and_are_inactive() {
    let under = |id: &str, boss: &str| but(user(id, id), json!({ "manager": boss }));
    let users = vec![under("u1", "u2"), under("u2", "u3"), user("u3", "Top"), under("u4", "u3"), under("u5", "gone")];
    let groups = vec![group("g1", "Few", &["u1", "u5"]), group("g2", "Bosses", &["u3"])];
    let sandbox = Sandbox::start(tenant(users, groups));
    let run = fetch(&sandbox).env("AZURE_FILTER_GROUPS", "Few").env("AZURE_SUPERVISOR_GROUPS", "Bosses");
    run.go(&[]).expect(0).says("azuread: 4 users, 2 active").says("1 supervisors are named by users").says("gone");
    assert_eq!(ids(&run), ["u1", "u2", "u3", "u5"]);
    assert_eq!(person(&run, "u2")["status"], "inactive");
    assert_eq!(
        (&person(&run, "u2")["supervisor_id"], &person(&run, "u3")["status"]),
        (&json!("u3"), &json!("inactive"))
    );
    assert_eq!(person(&run, "u3")["role_id"], "2");
    assert_eq!(person(&run, "u5")["supervisor_id"], "gone");
}

#[test]
fn a_circle_of_managers_is_read_and_ends() {
    let under = |id: &str, boss: &str| but(user(id, id), json!({ "manager": boss }));
    let users = vec![under("u1", "u2"), under("u2", "u3"), under("u3", "u2"), under("u4", "u4")];
    let sandbox = Sandbox::start(tenant(users, vec![group("g1", "Few", &["u1", "u4"])]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0);
    assert_eq!(ids(&run), ["u1", "u2", "u3", "u4"]);
    run.clone().env("AZURE_FILTER_GROUPS", "Few").go(&["--allow-shrink"]).expect(0);
    assert_eq!(ids(&run), ["u1", "u2", "u3", "u4"]);
    let supervisors = ["u1", "u2", "u3", "u4"].map(|id| person(&run, id)["supervisor_id"].clone());
    assert_eq!(supervisors, ["u2", "u3", "u2", "u4"]);
}

#[test]
fn a_manager_who_is_a_contact_is_named_and_does_no_harm() {
    let sandbox = Sandbox::start(tenant(vec![but(user("u1", "Ann"), json!({ "manager": "contact-1" }))], vec![]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("not to be found in the source: contact-1");
    assert_eq!(person(&run, "u1")["supervisor_id"], "contact-1");
}
