//! Groups by name and by id.

use crate::{fails, fetch, id, ids, order, org_with, quirky, user, users};
use sandbox::Sandbox;
use serde_json::{Value, json};

fn group(number: u64, name: &str, members: &[u64]) -> Value {
    json!({ "id": format!("00g{number}"), "name": name, "members": ids(members) })
}

fn four_people(groups: Value) -> Sandbox {
    org_with((1..=4).map(|number| user(number, json!({}))).collect(), groups)
}

#[test]
fn names_with_quotes_and_ampersands_are_found_exactly() {
    let sandbox = four_people(json!([
        group(1, "Leads & Company", &[4]),
        group(2, "Leads & Co", &[2]),
        group(3, "O'Brien's team", &[1, 2]),
        group(4, "LEADS & CO", &[3]),
        group(5, "100% \"sure\"? #1/2+3", &[3]),
    ]));
    let run = fetch(&sandbox);
    run.clone().env("OKTA_FILTER_GROUPS", "Leads & Co,O'Brien's team").go(&[]).expect(0);
    assert_eq!(order(&run), [id(1), id(2)]);
    run.clone().env("OKTA_FILTER_GROUPS", "100% \"sure\"? #1/2+3").go(&["--allow-shrink"]).expect(0);
    assert_eq!(order(&run), [id(3)]);
}

#[test]
fn a_name_behind_too_many_with_the_same_beginning_is_searched_exactly() {
    let sandbox = four_people(json!([group(1, "Team", &[1])]));
    sandbox.fault(sandbox::Fault::new(
        sandbox::On::service("okta").route("groups").path_containing("q=Team"),
        sandbox::Do::answer(200, json!([{ "id": "00g9", "profile": { "name": "Team of others" } }])),
    ));
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "Team");
    run.go(&[]).expect(0);
    assert_eq!(order(&run), [id(1)]);
}

#[test]
fn groups_over_many_pages_are_looked_through() {
    let mut groups: Vec<Value> = (1..=450).map(|number| group(number, &format!("Team {number}"), &[4])).collect();
    groups.push(group(451, "Team", &[1]));
    let sandbox = four_people(json!(groups));
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "Team");
    run.go(&[]).expect(0);
    assert_eq!(order(&run), [id(1)]);
    assert_eq!(sandbox.journal().iter().filter(|entry| entry.is("GET", "groups")).count(), 3);
}

#[test]
fn a_missing_group_is_an_error_that_names_it() {
    let sandbox = four_people(json!([group(1, "Leads & Company", &[1])]));
    let run = fetch(&sandbox);
    for variable in ["OKTA_FILTER_GROUPS", "OKTA_SUPERVISOR_GROUPS"] {
        let run = run.clone().env(variable, "Leads");
        fails(
            &run,
            1,
            &[&format!("{variable} names the group `Leads`, which Okta does not have"), "`Leads & Company`"],
        );
    }
    for wrong in ["00gNone", "../users"] {
        let run = run.clone().env("OKTA_FILTER_GROUP_IDS", wrong);
        fails(&run, 1, &[&format!("OKTA_FILTER_GROUP_IDS names the group `{wrong}`, which Okta does not have")]);
    }
}

#[test]
fn one_name_for_two_groups_is_an_error_that_lists_them() {
    let sandbox = four_people(json!([group(1, "Ops", &[1]), group(2, "Ops", &[2]), group(3, "Ops East", &[3])]));
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "Ops");
    fails(&run, 1, &["2 of that name: 00g1, 00g2", "OKTA_FILTER_GROUP_IDS"]);
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUP_IDS", "00g2, 00g3");
    run.go(&[]).expect(0);
    assert_eq!(order(&run), [id(2), id(3)]);
}

#[test]
fn an_empty_group_leaves_the_file() {
    let sandbox = four_people(json!([group(1, "Ops", &[])]));
    fails(&fetch(&sandbox).env("OKTA_FILTER_GROUPS", "Ops"), 6, &["gave no active user"]);
}

#[test]
fn members_over_many_pages_are_all_read() {
    let everybody: Vec<u64> = (1..=450).collect();
    let sandbox = quirky(users(451), json!([group(1, "All", &everybody)]), json!({}));
    let run = fetch(&sandbox).env("OKTA_FILTER_GROUPS", "All");
    run.go(&[]).expect(0).says("okta: 450 users, 450 active");
    assert_eq!(sandbox.journal().iter().filter(|entry| entry.is("GET", "groups/*/users")).count(), 3);
}
