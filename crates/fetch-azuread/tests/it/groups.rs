//! Groups that filter and groups that make supervisors.

use crate::helpers::{but, fails_and_keeps_the_file, fetch, group, ids, people, person, requests, tenant, user};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::Run;

/// Six people; `Outer` holds u1, a device and the group `Inner`, which holds u2, u3 and `Outer` again.
fn nested() -> Value {
    let device = json!({ "@odata.type": "#microsoft.graph.device", "id": "d1" });
    let principal = json!({ "@odata.type": "#microsoft.graph.servicePrincipal", "id": "s1" });
    let groups = vec![
        json!({ "id": "g1", "displayName": "Outer", "members": ["u1", "g2", device] }),
        json!({ "id": "g2", "displayName": "Inner", "members": ["u2", "u3", "u1", "g1", principal] }),
        group("g3", "O'Brien's team", &["u4"]),
        group("g4", "Leads & Co", &["u1", "u5"]),
        group("g5", "R+D 100% / #1 ?", &["u6"]),
        group("g6", "Nobody", &[]),
    ];
    tenant((1..=6).map(|number| user(&format!("u{number}"), "Name")).collect(), groups)
}

fn filtered(sandbox: &Sandbox, groups: &str) -> Run {
    fetch(sandbox).env("AZURE_FILTER_GROUPS", groups)
}

#[test]
fn only_direct_members_are_fetched_unless_asked_otherwise() {
    let sandbox = Sandbox::start(nested());
    let run = filtered(&sandbox, "Outer");
    run.go(&[]).expect(0).says("group `Outer`: 1 people, 2 other members");
    assert_eq!(ids(&run), ["u1"]);
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 0, "one person is looked up, not searched for among all");
    run.clone().env("AZURE_TRANSITIVE_GROUPS", "true").go(&[]).expect(0);
    assert_eq!(ids(&run), ["u1", "u2", "u3"]);
}

#[test]
fn names_with_quotes_ampersands_and_other_signs() {
    let sandbox = Sandbox::start(nested());
    let run = filtered(&sandbox, " O'Brien's team , Leads & Co,R+D 100% / #1 ?");
    run.go(&[]).expect(0);
    assert_eq!(ids(&run), ["u1", "u4", "u5", "u6"]);
}

#[test]
fn members_of_supervisor_groups_get_role_2() {
    let sandbox = Sandbox::start(nested());
    let run = fetch(&sandbox).env("AZURE_SUPERVISOR_GROUPS", "Leads & Co,Nobody");
    run.go(&[]).expect(0);
    let roles: Vec<(String, Option<Value>)> =
        ids(&run).into_iter().map(|id| (id.clone(), person(&run, &id).get("role_id").cloned())).collect();
    let expected =
        ["u1", "u2", "u3", "u4", "u5", "u6"].map(|id| (id.to_owned(), matches!(id, "u1" | "u5").then(|| json!("2"))));
    assert_eq!(roles, expected);
}

#[test]
fn a_group_that_does_not_exist_fails_the_run_by_name() {
    let sandbox = Sandbox::start(nested());
    let run = filtered(&sandbox, "Outer,Ghosts").env("AZURE_SUPERVISOR_GROUPS", "Bosses' club");
    fails_and_keeps_the_file(&run, 1)
        .says("AZURE_FILTER_GROUPS names the group `Ghosts`, which Entra ID does not have")
        .says("AZURE_SUPERVISOR_GROUPS names the group `Bosses' club`, which Entra ID does not have")
        .says_not("`Outer`");
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 0);
}

#[test]
fn two_groups_of_one_name_fail_the_run_by_their_ids() {
    let mut world = nested();
    world["entra"]["groups"].as_array_mut().unwrap().push(group("g9", "outer", &["u6"]));
    let sandbox = Sandbox::start(world);
    fails_and_keeps_the_file(&filtered(&sandbox, "Outer"), 1).says("Entra ID has 2 of that name (g1, g9)");
}

#[test]
fn a_group_without_people_does_not_empty_the_file() {
    let sandbox = Sandbox::start(nested());
    fails_and_keeps_the_file(&filtered(&sandbox, "Nobody"), 6)
        .says("the source gave no active user")
        .says("the group `Nobody` has nobody in it")
        .says("AZURE_TRANSITIVE_GROUPS=true");
}

#[test]
fn missing_permissions_say_what_to_grant() {
    for (right, missing) in [("User.Read.All", "GroupMember.Read.All"), ("GroupMember.Read.All", "User.Read.All")] {
        let mut world = nested();
        world["entra"]["rights"] = json!([right]);
        let sandbox = Sandbox::start(world);
        for run in [filtered(&sandbox, "Outer"), fetch(&sandbox).env("AZURE_SUPERVISOR_GROUPS", "Outer")] {
            fails_and_keeps_the_file(&run, 1).says(&format!("add the application permission {missing} and grant"));
        }
    }
    let mut world = nested();
    world["entra"]["rights"] = json!([]);
    let sandbox = Sandbox::start(world);
    fails_and_keeps_the_file(&fetch(&sandbox), 1)
        .says("add the application permission User.Read.All")
        .says("answered 403 (Authorization_RequestDenied: Insufficient privileges to complete the operation.)");
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 1, "403 is never tried again");
}

#[test]
fn few_members_are_looked_up_and_many_are_read_with_everybody_to_the_same_result() {
    let mut users = people(1300);
    users[0]["manager"] = json!("u01299");
    let members: Vec<&str> = users[..500].iter().map(|user| user["id"].as_str().unwrap()).collect();
    let groups = vec![group("g1", "Many", &members), group("g2", "Few", &members[..45])];
    let sandbox = Sandbox::start(tenant(users, groups));
    let run = filtered(&sandbox, "Few");
    run.go(&[]).expect(0);
    assert_eq!(requests(&sandbox, "POST", "v1.0/$batch"), 4, "three for the members, one for a supervisor");
    let few = run.users();
    sandbox.clear_journal();
    run.clone().env("AZURE_FILTER_GROUPS", "Many").go(&[]).expect(0);
    assert_eq!(run.users().len(), 501);
    assert_eq!(requests(&sandbox, "POST", "v1.0/$batch"), 0, "who was read already is not looked up");
    let same: Vec<Value> = run.users().into_iter().filter(|user| few.contains(user)).collect();
    assert_eq!(same, few);
    assert_eq!(few.len(), 46);
}

#[test]
fn refused_parts_of_a_batch_are_asked_for_again_alone() {
    let users = people(30);
    let members: Vec<&str> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
    let mut world = tenant(users.clone(), vec![group("g1", "All", &members)]);
    world["entra"]["quirks"] = json!({ "refuse_parts": 7 });
    let sandbox = Sandbox::start(world);
    let run = filtered(&sandbox, "All");
    run.go(&[]).expect(0);
    let asked: Vec<usize> = sandbox
        .journal()
        .iter()
        .filter(|entry| entry.is("POST", "v1.0/$batch"))
        .map(|entry| entry.body["requests"].as_array().unwrap().len())
        .collect();
    assert_eq!(asked, [20, 7, 10]);
    assert_eq!(run.users().len(), 30);
}

#[test]
fn a_batch_that_stays_refused_fails_the_run() {
    let mut world = tenant(vec![but(user("u1", "Ann"), json!({}))], vec![group("g1", "All", &["u1"])]);
    world["entra"]["quirks"] = json!({ "refuse_parts": 1000 });
    let sandbox = Sandbox::start(world);
    let run = filtered(&sandbox, "All").env("HTTP_RETRY_BUDGET", "3s");
    fails_and_keeps_the_file(&run, 1)
        .says("Entra ID is throttled: it refuses 1 of 1 look-ups for another ")
        .says("HTTP_RETRY_BUDGET");
}

#[test]
fn a_batch_that_is_refused_without_a_wait_is_not_asked_for_without_end() {
    let sandbox = Sandbox::start(tenant(people(1), vec![group("g1", "All", &["u00000"])]));
    let part = json!({ "id": "u00000", "status": 429, "headers": { "Retry-After": "0" } });
    sandbox
        .fault(Fault::new(On::service("entra").route("v1.0/$batch"), Do::answer(200, json!({ "responses": [part] }))));
    fails_and_keeps_the_file(&filtered(&sandbox, "All"), 1)
        .says("Entra ID refuses 1 of 1 look-ups and does not say for how long")
        .says("run again later")
        .says_not("for another")
        .says_not("throttled");
    assert_eq!(requests(&sandbox, "POST", "v1.0/$batch"), 6);
}

#[test]
fn members_who_are_no_users_any_more_are_named() {
    let gone = json!({ "@odata.type": "#microsoft.graph.user", "id": "gone" });
    let groups = vec![json!({ "id": "g1", "displayName": "All", "members": ["u00000", gone] })];
    let sandbox = Sandbox::start(tenant(people(2), groups));
    let run = filtered(&sandbox, "All");
    run.go(&[]).expect(0).says("left out: 1 members of AZURE_FILTER_GROUPS").says("deleted just now: gone");
    assert_eq!(ids(&run), ["u00000"]);
}

#[test]
fn what_a_batch_answers_is_held_against_what_was_asked() {
    let world = tenant(people(2), vec![group("g1", "All", &["u00000", "u00001"])]);
    let part = |id: &str, status: u16| json!({ "id": id, "status": status, "body": { "error": { "message": "Why" } } });
    for (parts, said) in [
        (vec![part("u00000", 404)], "left 1 of 2 look-ups of a batch without an answer, such as u00001"),
        (vec![part("u00000", 404), part("u00001", 500)], "answered 500 to the look-up of the user u00001 (Why)"),
        (vec![part("u00000", 403), part("u00001", 404)], "add the application permission User.Read.All"),
        (vec![part("u00000", 404), part("u00001", 404)], "the source gave no active user"),
    ] {
        let sandbox = Sandbox::start(world.clone());
        let body = json!({ "responses": parts });
        let trouble = Do::Status { code: 200, headers: BTreeMap::new(), body };
        sandbox.fault(Fault::new(On::service("entra").route("v1.0/$batch"), trouble));
        let code = if said.contains("no active user") { 6 } else { 1 };
        fails_and_keeps_the_file(&filtered(&sandbox, "All"), code).says(said);
    }
    let sandbox = Sandbox::start(world);
    let body = json!({ "responses": [part("u00000", 503), part("u00001", 504)] });
    let trouble = Do::Status { code: 200, headers: BTreeMap::new(), body };
    sandbox.fault(Fault::new(On::service("entra").route("v1.0/$batch").nth(1), trouble));
    let run = filtered(&sandbox, "All");
    run.go(&[]).expect(0);
    assert_eq!(ids(&run), ["u00000", "u00001"]);
}
