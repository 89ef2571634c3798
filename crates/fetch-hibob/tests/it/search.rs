//! What HiBob is asked: fields and filters.

use crate::{company, fails, fetch, order, people, person};
use sandbox::Sandbox;
use serde_json::{Value, json};

fn asked(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.journal().into_iter().map(|entry| entry.body).collect()
}

#[test]
fn without_a_filter_none_is_sent() {
    let sandbox = company(people(2));
    fetch(&sandbox).go(&[]).expect(0);
    let body = asked(&sandbox).remove(0);
    assert_eq!(body["humanReadable"], "APPEND");
    assert_eq!(body["showInactive"], false);
    assert_eq!(body.get("filters"), None, "an empty list is refused");
    let entry = &sandbox.journal()[0];
    assert!(entry.is("POST", "search") && entry.path == "/v1/people/search", "{entry:?}");
}

#[test]
fn the_filter_is_sent_and_only_its_people_come() {
    let sandbox = company(people(5));
    let filter = r#"{"fieldPath":"root.email","operator":"equals","values":["person2@x.test","person4@x.test"]}"#;
    for text in [filter.to_owned(), format!("[{filter}]")] {
        let run = fetch(&sandbox).env("HIBOB_EXCLUDE_FILTER", text);
        let done = run.go(&[]).expect(0).says_not("documents only");
        assert_eq!(order(&run), ["2", "4"], "{done}");
    }
    assert_eq!(asked(&sandbox)[0]["filters"], json!([serde_json::from_str::<Value>(filter).unwrap()]));
}

#[test]
fn a_filter_that_is_not_one_equals_is_refused_before_any_request() {
    let sandbox = company(people(1));
    for (text, wrong) in [
        (r#"{"fieldPath":"root.id","operator":"notEquals","values":["1"]}"#, "has the operator `notEquals`"),
        (r#"[{"fieldPath":"root.id","operator":"equals","values":["1"]},{}]"#, "is a list of 2 filters"),
        ("[]", "is a list of 0 filters"),
        ("work.site=Berlin", "is not JSON"),
        (r#"{"fieldPath":"root.id","operator":"equals","values":[]}"#, "has `values` that are not a list of texts"),
    ] {
        let words = [&format!("HIBOB_EXCLUDE_FILTER: {wrong}"), "HiBob takes one filter with the operator `equals`"];
        fails(&fetch(&sandbox).env("HIBOB_EXCLUDE_FILTER", text), 2, &words);
    }
    assert_eq!(sandbox.journal(), Vec::new());
}

#[test]
fn a_filter_that_hibob_does_not_take_is_its_error() {
    let sandbox = company(people(1));
    let filter = r#"{"fieldPath":"work.site","operator":"equals","values":["Berlin"]}"#;
    fails(
        &fetch(&sandbox).env("HIBOB_EXCLUDE_FILTER", filter),
        1,
        &["HiBob documents only root.id and root.email", "look at HIBOB_EXCLUDE_FILTER", "work.site is not supported"],
    );
    assert_eq!(sandbox.journal().len(), 1, "400 is not tried again");
}

#[test]
fn further_fields_land_in_the_raw_data() {
    let more = json!({ "about": { "hobby": "chess" }, "work": { "site": "Berlin", "custom": { "column_7": "x" } } });
    let sandbox = company(json!([person(1, more)]));
    let run = fetch(&sandbox).envs([
        ("HIBOB_CUSTOM_FIELDS", "about.hobby, work.site ,no.such.field"),
        ("HIBOB_SUPERVISOR_RULE", "humanReadable.work.custom.column_7:Head"),
    ]);
    run.go(&[]).expect(0);
    let raw = run.users()[0]["raw_data"].clone();
    assert_eq!(raw.pointer("/about/hobby"), Some(&json!("chess")));
    assert_eq!(raw.pointer("/work/site"), Some(&json!("Berlin")));
    assert_eq!(raw.pointer("/work/custom/column_7"), Some(&json!("x")), "the rule's field is asked for too");
    assert_eq!(raw.get("no"), None);
}
