//! `TIMECAMP_PREPARE_TRANSFORM_CONFIG`.

use crate::support::{Outcome, outcome, pairs, person, try_outcome, with};
use prepare::Transforms;
use serde_json::{Value, json};

fn transformed(users: &Value, config: &Value) -> Outcome {
    outcome(users, &[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", &config.to_string())])
}

fn set(property: &str, value: &Value) -> Value {
    json!({ "property": property, "action": "replace_all", "value": value })
}

fn is(property: &str, test: &str, wanted: &str) -> Value {
    json!({ "property": property, "string": { test: wanted } })
}

fn ann(changes: &Value) -> Value {
    with(person("1", "Ann", "Eng/Web", ""), changes)
}

/// Whether a record with this value of `v` matches the filter.
fn matches(value: &Value, filter: &Value) -> bool {
    let config = json!({ "filter": filter, "transform": [set("name", &json!("hit"))] });
    let found = transformed(&json!([ann(&json!({ "v": value }))]), &config);
    found.users[0]["timecamp_user_name"] == "hit"
}

#[test]
fn values_compare_as_text() {
    for (value, test, text, expected) in [
        (json!("Łódź"), "equals", "Łódź", true),
        (json!("Łódź"), "starts_with", "Łó", true),
        (json!("Łódź"), "ends_with", "dź", true),
        (json!("Łódź"), "contains", "ód", true),
        (json!("Łódź"), "contains", "OD", false),
        (json!(7), "equals", "7", true),
        (json!(true), "equals", "True", true),
        (json!(true), "equals", "true", true),
        (json!(false), "equals", "False", true),
        (json!(true), "equals", "yes", false),
        (json!(null), "equals", "", false),
        (json!(null), "contains", "", false),
        (json!(""), "equals", "", true),
        (json!(["a", 1]), "contains", "\"a\"", true),
    ] {
        assert_eq!(matches(&value, &is("v", test, text)), expected, "{value} {test} {text}");
    }
    assert!(!matches(&json!({}), &is("v.w", "contains", "")), "a missing value matches nothing");
}

#[test]
fn paths_index_lists_by_digits() {
    let value = json!({ "list": [{ "k": 5 }, "x"], "7": "seven" });
    assert!(matches(&value, &is("v.list.0.k", "equals", "5")));
    assert!(matches(&value, &is("v.list.1", "equals", "x")));
    assert!(matches(&value, &is("v.7", "equals", "seven")));
    assert!(!matches(&value, &is("v.list.2", "contains", "")));
    assert!(!matches(&value, &is("v.list.k", "contains", "")));
}

#[test]
fn conditions_combine() {
    let (yes, no) = (is("v", "equals", "x"), is("v", "equals", "y"));
    for (filter, expected) in [
        (json!({ "and": [] }), true),
        (json!({ "and": [yes, no] }), false),
        (json!({ "and": [yes, yes] }), true),
        (json!({ "or": [] }), false),
        (json!({ "or": [no, yes] }), true),
        (json!({ "not": yes }), false),
        (json!({ "not": no }), true),
        (json!({ "not": [no, yes] }), false),
        (json!({ "not": [no, no] }), true),
        (json!({ "not": [] }), true),
        (json!({ "and": [yes], "or": [], "property": "v", "string": { "equals": "y" } }), true),
        (json!({ "or": [no], "not": no }), false),
        (json!({}), true),
    ] {
        assert_eq!(matches(&json!("x"), &filter), expected, "{filter}");
    }
}

#[test]
fn the_filter_says_what_is_changed_and_drops_nothing() {
    let users = json!([ann(&json!({})), person("2", "Bob", "Ops", "")]);
    let found = transformed(
        &users,
        &json!({ "filter": is("department", "starts_with", "Eng"), "transform": [set("department", &json!("R&D"))] }),
    );
    assert_eq!(found.groups(), pairs([("ann", "R&D"), ("bob", "Ops")]));
    assert_eq!(found.users[0]["raw_data"], users[0], "the source user as it stood in the file");
    assert!(found.summary.contains("transform of department changed 1"), "{}", found.summary);
}

#[test]
fn both_passes_get_the_same_rules() {
    let users = json!([ann(&json!({ "status": "inactive" })), person("2", "Bob", "", "")]);
    let found = transformed(
        &users,
        &json!({
            "exclude": is("timecamp_status", "equals", "inactive"),
            "transform": [set("extra", &json!({ "n": 1 })), set("timecamp_role", &json!("guest"))],
        }),
    );
    assert_eq!(found.emails(), ["bob@x.test"]);
    assert_eq!(found.users[0]["raw_data"], users[1]);
    assert!(found.text.contains("    },\n    \"extra\": {\n      \"n\": 1\n    }\n  }"), "{}", found.text);
    assert_eq!(found.users[0]["timecamp_role"], "guest");
    assert!(found.summary.contains("1 guests"), "{}", found.summary);
    assert!(found.summary.contains("dropped records: 0; and prepared users: 1"), "{}", found.summary);
    assert!(found.unplaced.is_empty());
}

#[test]
fn setting_makes_what_is_missing_on_the_way() {
    let user = ann(&json!({ "raw_data": { "tags": ["a", { "k": 1 }], "scalar": 5, "none": null } }));
    let found = transformed(
        &json!([user]),
        &json!({ "transform": [
            set("raw_data.raw_data.tags.1.k", &json!("z")),
            set("raw_data.raw_data.tags.9", &json!("beyond")),
            set("raw_data.raw_data.tags.x", &json!("no index")),
            set("raw_data.raw_data.scalar.deep.er", &json!([1.0, 2])),
            set("raw_data.raw_data.none.x", &json!(null)),
            set("new.1.path", &json!(true)),
        ] }),
    );
    let expected =
        json!({ "tags": ["a", { "k": "z" }], "scalar": { "deep": { "er": [1.0, 2] } }, "none": { "x": null } });
    assert_eq!(found.users[0]["raw_data"]["raw_data"], expected);
    assert_eq!(found.users[0]["new"], json!({ "1": { "path": true } }));
}

#[test]
fn values_are_written_as_they_stand_in_the_rules() {
    let config = r#"{"transform": [{"property": "x", "action": "replace_all", "value": [1.0, 1e5, "\u0105"]}]}"#;
    let found = outcome(&json!([ann(&json!({}))]), &[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", config)]);
    assert!(found.text.contains("\"x\": [\n      1.0,\n      1e5,\n      \"\\u0105\"\n    ]"), "{}", found.text);
}

#[test]
fn what_the_rules_set_is_what_counts() {
    let users = json!([ann(&json!({ "name": 7 })), person("2", "Bob", "", "")]);
    let found =
        transformed(&users, &json!({ "transform": [set("name", &json!("New")), set("status", &json!("gone"))] }));
    assert_eq!(found.users[0]["timecamp_user_name"], "New", "the wrong type in the file was replaced");
    assert!(found.summary.contains("2 out: 0 active, 2 inactive"), "{}", found.summary);
    let config = json!({ "transform": [set("department", &json!(5))] }).to_string();
    let error = try_outcome(&users, &[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", &config)]).unwrap_err().to_string();
    assert!(error.contains("users[1] (external id 2, bob@x.test): `department` is a number"), "{error}");
    assert!(error.contains("(after TIMECAMP_PREPARE_TRANSFORM_CONFIG changed this record)"), "{error}");
}

#[test]
fn the_source_user_is_found_by_id_and_else_by_address() {
    let users = json!([
        person("1", "Ann", "", ""),
        person("2", "Bob", "", ""),
        with(person("3", "Cid", "", ""), &json!({ "status": "gone" }))
    ]);
    let only_ann = is("email", "equals", "ann@x.test");
    let raw = |transform: Value| {
        let found = transformed(&users, &json!({ "filter": only_ann, "transform": transform }));
        let ann = found.users.iter().find(|user| user["timecamp_user_name"] == "Ann").unwrap();
        ann["raw_data"]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(raw(json!([set("external_id", &json!("new"))])), "Ann", "by address");
    assert_eq!(raw(json!([set("email", &json!("new@x.test"))])), "Ann", "by id");
    assert_eq!(
        raw(json!([set("external_id", &json!("new")), set("email", &json!("CID@x.test"))])),
        "Cid",
        "by address"
    );
    assert_eq!(raw(json!([set("external_id", &json!("new")), set("email", &json!("new@x.test"))])), "Ann", "its own");
}

#[test]
fn an_empty_exclusion_drops_nobody_and_one_by_not_sees_prepared_users_too() {
    let users = json!([ann(&json!({}))]);
    assert_eq!(transformed(&users, &json!({ "exclude": {}, "filter": null, "transform": null })).users.len(), 1);
    let not = json!({ "not": is("department", "starts_with", "Eng") });
    assert_eq!(transformed(&users, &json!({ "exclude": not })).users.len(), 0, "a prepared user has no department");
}

#[test]
fn dropped_records_are_gone_for_every_purpose() {
    let users = json!([person("1", "Top", "", ""), person("2", "Ann", "Eng", "1")]);
    let config = json!({ "exclude": is("name", "equals", "Ann") }).to_string();
    let env = [("TIMECAMP_PREPARE_TRANSFORM_CONFIG", config.as_str()), ("TIMECAMP_USE_SUPERVISOR_GROUPS", "true")];
    let found = outcome(&users, &env);
    assert_eq!(found.groups(), pairs([("top", "")]), "nobody reports to them any more");
    assert!(found.summary.starts_with("2 users in, 1 out"), "{}", found.summary);
}

#[test]
fn whatever_is_not_known_is_an_error_that_says_where() {
    for (config, part) in [
        ("{", "it is not JSON: EOF"),
        ("[]", "at the top: an object is expected, not a list"),
        (r#"{"transforms": []}"#, "at the top: `transforms` is not known; use exclude, filter, transform"),
        (r#"{"transform": {}}"#, "at transform: a list is expected, not an object"),
        (r#"{"transform": [7]}"#, "at transform[0]: an object is expected, not a number"),
        (
            r#"{"transform": [{"property": "a", "action": "delete", "value": 1}]}"#,
            "at transform[0].action: \"delete\" is not known",
        ),
        (r#"{"transform": [{"property": "a", "value": 1}]}"#, "at transform[0]: `action` is missing"),
        (r#"{"transform": [{"property": "a", "action": "replace_all"}]}"#, "at transform[0]: `value` is missing"),
        (r#"{"transform": [{"action": "replace_all", "value": 1}]}"#, "at transform[0].property: it is missing"),
        (
            r#"{"transform": [{"property": 1, "action": "replace_all", "value": 1}]}"#,
            "at transform[0].property: text is expected, not a number",
        ),
        (r#"{"transform": [{"property": "a..b", "action": "replace_all", "value": 1}]}"#, "`a..b` is no path"),
        (
            r#"{"transform": [{"property": "a", "action": "replace_all", "value": 1, "x": 1}]}"#,
            "at transform[0]: `x` is not known",
        ),
        (r#"{"filter": {"xor": []}}"#, "at filter: `xor` is not known; use and, or, not, property, string"),
        (r#"{"filter": {"and": {}}}"#, "at filter.and: a list is expected"),
        (r#"{"filter": {"and": [{}]}}"#, "at filter.and[0]: none of `and`, `or`, `not` and `property` is there"),
        (r#"{"filter": {"not": [{"property": "a"}]}}"#, "at filter.not[0]: `string` is missing"),
        (r#"{"exclude": {"property": "a", "string": {}}}"#, "at exclude.string: exactly one of"),
        (
            r#"{"exclude": {"property": "a", "string": {"equals": "a", "contains": "b"}}}"#,
            "at exclude.string: exactly one of",
        ),
        (r#"{"exclude": {"property": "a", "string": {"regex": "a"}}}"#, "at exclude.string: `regex` is not known"),
        (
            r#"{"exclude": {"property": "a", "string": {"equals": 1}}}"#,
            "at exclude.string.equals: text is expected, not a number",
        ),
        (r#"{"exclude": "x"}"#, "at exclude: an object is expected, not text"),
    ] {
        let text = Transforms::parse(config).unwrap_err().to_string();
        assert!(text.contains(part), "{config}: {text}");
    }
    let deep = format!("{}{}{}", r#"{"filter": "#, r#"{"not": "#.repeat(120), "1".to_owned() + &"}".repeat(121));
    Transforms::parse(&deep).unwrap_err();
}
