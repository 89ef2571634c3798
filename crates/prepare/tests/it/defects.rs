//! What is wrong with people, and what is said of it.

use crate::support::{outcome, person, with};
use serde_json::{Value, json};

/// The one warning about `users`.
fn warning(users: &Value, env: &[(&str, &str)]) -> String {
    let found = outcome(users, env);
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    found.warnings.into_iter().next().unwrap()
}

#[test]
fn without_an_external_id() {
    let users = json!([
        with(person("", "Ann", "", ""), &json!({ "email": "Ann@x.test" })),
        with(person("", "Bob", "", ""), &json!({ "external_id": null, "email": "" })),
        with(person("  ", "Cid", "", ""), &json!({ "hierarchy_only": true })),
        person("4", "Dan", "", ""),
    ]);
    let text = warning(&users, &[]);
    assert!(text.starts_with("3 users have no external id, without which"), "{text}");
    assert!(text.ends_with(": Ann <Ann@x.test>, Bob, Cid <cid@x.test>"), "{text}");
    let found = outcome(&users, &[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "t.io")]);
    assert_eq!(found.emails(), ["dan@t.io"]);
    assert_eq!(found.unplaced, ["ann@t.io"], "as it would have been written; nobody would have written the others");
}

#[test]
fn the_same_external_id() {
    let users = json!([person("1", "Ann", "", ""), person("1", "Bob", "", ""), person("1", "Cid", "", "")]);
    let text = warning(&users, &[]);
    assert!(text.starts_with("2 users have an external id that stands again later"), "{text}");
    assert!(text.ends_with(": Ann <ann@x.test>, Bob <bob@x.test>"), "{text}");
    assert_eq!(outcome(&users, &[]).unplaced, ["ann@x.test", "bob@x.test"]);
}

#[test]
fn the_same_address() {
    let users =
        json!([person("1", "Ann", "", ""), with(person("2", "Bob", "", ""), &json!({ "email": "ANN@x.test" }))]);
    let text = warning(&users, &[]);
    assert!(text.starts_with("1 user has an address that another person has too"), "{text}");
    assert!(text.ends_with(": Ann <ann@x.test>"), "{text}");
    assert!(outcome(&users, &[]).unplaced.is_empty(), "the address is written");
}

#[test]
fn without_an_address() {
    let users = json!([
        with(person("1", "Ann", "", ""), &json!({ "email": " " })),
        with(person("2", "Bob", "", ""), &json!({ "email": null, "hierarchy_only": true })),
    ]);
    let text = warning(&users, &[]);
    assert_eq!(text, "1 user has no address: not written, but serving the hierarchy: Ann (1)");
}

#[test]
fn without_a_name() {
    let users = json!([
        with(person("1", "Ann", "", ""), &json!({ "name": "" })),
        with(person("2", "Bob", "", ""), &json!({ "name": null })),
        with(person("3", "Cid", "", ""), &json!({ "name": "()" })),
    ]);
    let text = warning(&users, &[]);
    assert!(text.starts_with("3 users have no name: what stands before the @"), "{text}");
    let names = outcome(&users, &[]).by_email("timecamp_user_name");
    assert_eq!(names.values().collect::<Vec<_>>(), ["ann", "bob", "cid"]);
}

#[test]
fn the_same_address_after_the_domain_was_replaced() {
    let users = json!([
        with(person("1", "Ann", "", ""), &json!({ "email": "ann@a.test" })),
        with(person("2", "Bob", "", ""), &json!({ "email": "ann@b.test" })),
    ]);
    let text = warning(&users, &[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "t.io")]);
    assert!(text.ends_with(": Bob <ann@b.test>"), "{text}");
}

#[test]
fn many_people_are_counted_and_the_first_named() {
    let users: Value = (0..100).map(|number| person("", &format!("P{number}"), "", "")).collect();
    let text = warning(&users, &[]);
    assert!(text.starts_with("100 users have no external id"), "{text}");
    assert!(text.ends_with("P19 <p19@x.test> and 80 more"), "{text}");
}

#[test]
fn an_address_that_is_written_is_not_unplaced() {
    let users = json!([
        with(person("1", "Ann", "", ""), &json!({ "email": "ann@x.test" })),
        with(person("1", "Ann", "", ""), &json!({ "email": "ANN@x.test" })),
        with(person("", "Ann", "", ""), &json!({ "email": "Ann@x.test" })),
    ]);
    assert!(outcome(&users, &[]).unplaced.is_empty());
}
