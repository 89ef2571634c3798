//! Input that cannot be used: what is said, and the exit code.

use crate::support::{person, settings, try_bytes, try_outcome, with};
use serde_json::{Value, json};
use testkit::Run;

fn said(input: &[u8]) -> String {
    try_bytes(input, &settings(&[])).unwrap_err().to_string()
}

#[test]
fn every_kind_of_broken_file_has_its_message() {
    let whole =
        serde_json::to_vec_pretty(&json!({ "users": [person("1", "Ann", "", ""), person("2", "Bob", "", "")] }));
    let whole = whole.unwrap();
    let half = &whole[..whole.len() / 2];
    for (input, part) in [
        (&b""[..], "the file is empty"),
        (b" \n", "the file is empty"),
        (half, "is cut off: its JSON ends too early at line 10"),
        (b"{\"users\": [", "after 11 bytes. Run the fetch again"),
        (b"{\"users\": [}", "the file is not JSON: expected value at line 1 column 12"),
        (b"{\"users\": []} x", "not JSON: trailing characters at line 1 column 15"),
        (b"name,email", "is not JSON: expected"),
        (b"{\"users\": [\"\xff\"]}", "not UTF-8 text: the byte at offset 12"),
        (b"{}", "it has no `users`"),
        (b"{\"user\": []}", "it has no `users`"),
        (b"[]", "{\"users\": [...]}: invalid type: sequence, expected an object with a list `users`"),
        (b"7", "expected an object with a list `users`"),
        (b"{\"users\": {}}", "invalid type: map, expected `users` to be a list"),
        (b"{\"users\": null}", "expected `users` to be a list"),
        (b"{\"users\": [], \"users\": []}", "`users` stands twice"),
        (b"{\"users\": [{}, 7]}", "users[1]: is a number, not an object"),
        (b"{\"users\": [{\"name\": \"a\nb\"}]}", "control character"),
    ] {
        let text = said(input);
        assert!(text.contains(part), "{part} missing in {text}");
    }
}

#[test]
fn a_byte_order_mark_and_other_keys_do_no_harm() {
    let text = "\u{feff}{\"note\": [1, {}], \"users\": [], \"end\": null}";
    assert_eq!(try_bytes(text.as_bytes(), &settings(&[])).unwrap().text, "[]\n");
}

#[test]
fn a_field_of_a_wrong_type_names_the_record() {
    for (field, value, part) in [
        ("name", json!(7), "`name` is a number, but must be text"),
        ("email", json!(["a"]), "`email` is a list, but must be text"),
        ("department", json!({}), "`department` is an object, but must be text"),
        ("job_title", json!(true), "`job_title` is true or false, but must be text"),
        ("real_email", json!(1), "`real_email` is a number, but must be text"),
        ("status", json!(1), "`status` is a number, but must be text"),
        ("external_id", json!(true), "`external_id` is true or false, but must be text or a number"),
        ("supervisor_id", json!([]), "`supervisor_id` is a list, but must be text or a number"),
        ("role_id", json!({}), "`role_id` is an object, but must be text or a number"),
        ("hierarchy_only", json!("yes"), "`hierarchy_only` is text, but must be true or false"),
    ] {
        let users = json!([person("1", "Ann", "", ""), with(person("2", "Bob", "", ""), &json!({ field: value }))]);
        let text = try_outcome(&users, &[]).unwrap_err().to_string();
        let who = match field {
            "external_id" => "users[1] (bob@x.test): ",
            "email" => "users[1] (external id 2): ",
            _ => "users[1] (external id 2, bob@x.test): ",
        };
        assert!(text.contains(&format!("{who}{part}")), "{text}");
    }
}

#[test]
fn many_wrong_records_are_counted() {
    let users: Value = (0..50).map(|_| json!({ "name": 1 })).collect();
    let text = try_outcome(&users, &[]).unwrap_err().to_string();
    assert!(text.starts_with("50 records cannot be used"), "{text}");
    assert!(text.contains("users[9]") && !text.contains("users[10]") && text.ends_with("and 40 more"), "{text}");
}

#[test]
fn of_a_key_that_stands_twice_the_later_counts() {
    let input = br#"{"users": [{"external_id": "1", "email": "a@x.test", "name": "A", "name": "B"}]}"#;
    let found = try_bytes(input, &settings(&[])).unwrap();
    assert_eq!(found.users[0]["timecamp_user_name"], "B");
    assert!(found.text.contains("\"name\": \"A\",\n      \"name\": \"B\""), "carried through as it is");
}

#[test]
fn broken_escapes_matter_only_where_the_text_is_used() {
    let used = br#"{"users": [{"external_id": "1", "name": "\ud800"}]}"#;
    assert!(said(used).contains("`name` is text with a broken \\u escape"));
    let carried = br#"{"users": [{"external_id": "1", "email": "a@x.test", "name": "A", "raw_data": "\ud800"}]}"#;
    let prepared = settings(&[]);
    let prepared = prepare::prepare(carried, &prepared).unwrap();
    let mut output = Vec::new();
    prepared.write(&mut output).unwrap();
    assert!(String::from_utf8(output).unwrap().contains(r#""raw_data": "\ud800""#));
}

#[test]
fn a_key_that_is_no_text_does_not_cost_the_record() {
    let input = br#"{"users": [{"\ud800": 1, "external_id": "1", "email": "a@x.test", "n\u0061me": "Ann"}]}"#;
    let change = (
        "TIMECAMP_PREPARE_TRANSFORM_CONFIG",
        r#"{"transform": [{"property": "department", "action": "replace_all", "value": "Ops"}]}"#,
    );
    for env in [&[][..], &[change]] {
        let prepared = settings(env);
        let prepared = prepare::prepare(input, &prepared).unwrap();
        let mut output = Vec::new();
        prepared.write(&mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        assert!(text.contains(r#""timecamp_user_name": "Ann""#) && text.contains(r#""\ud800": 1"#), "{text}");
    }
}

#[test]
fn tokens_of_the_source_are_carried_through_unchanged() {
    let tokens = r#"[1.0, 1e5, 12345678901234567890, 1.23456789012345678901, -0, "\u0105\/", "ą"]"#;
    let input =
        format!(r#"{{"users": [{{"external_id": "1", "email": "a@x.test", "raw_data": {tokens}, "\u0061x": 1}}]}}"#);
    let text = try_bytes(input.as_bytes(), &settings(&[])).unwrap().text;
    for token in tokens.trim_matches(['[', ']']).split(", ") {
        assert!(text.contains(&format!("        {token}")), "{token} in {text}");
    }
    assert!(text.contains("      \"\\u0061x\": 1"), "{text}");
}

#[test]
fn the_binary_refuses_with_exit_6_and_writes_nothing() {
    let run = |content: &[u8]| {
        Run::new(env!("CARGO_BIN_EXE_prepare")).env("DISABLE_FILE_LOGGING", "true").file("var/users.json", content)
    };
    for (content, part) in [
        (&b"{\"users\": ["[..], "var/users.json: the file is cut off"),
        (b"[]", "var/users.json: the file is not what a fetch writes"),
        (b"name,email\nAnn,ann@x.test\n", "var/users.json: the file is not JSON"),
        (b"{\"people\": []}", "{\"users\": [...]}: it has no `users`"),
        (b"{\"users\": [\"\xff\"]}", "var/users.json: the file is not UTF-8 text"),
        (b"{\"users\": [7]}", "users[0]: is a number, not an object"),
        (b"{\"users\": [{\"external_id\": \"7\", \"name\": 7}]}", "users[0] (external id 7): `name` is a number"),
    ] {
        let run = run(content);
        run.go(&[]).expect(6).says(part);
        assert!(!run.exists("var/timecamp_users.json"));
    }
    let none = Run::new(env!("CARGO_BIN_EXE_prepare")).env("DISABLE_FILE_LOGGING", "true");
    none.go(&[]).expect(6).says("var/users.json does not exist");
}

#[test]
fn deep_records_are_carried_through() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let user = format!(r#"{{"external_id": "1", "email": "a@x.test", "status": "active", "x": {deep}}}"#);
    let run = Run::new(env!("CARGO_BIN_EXE_prepare")).env("DISABLE_FILE_LOGGING", "true");
    let run = run.file("var/users.json", format!(r#"{{"note": {deep}, "users": [{user}]}}"#));
    run.go(&[]).expect(0);
    assert_eq!(run.read("var/timecamp_users.json").matches('[').count(), 200_001);
    let change = r#"{"exclude": {"property": "x.0.0", "string": {"equals": "y"}}, "transform": [{"property": "x.0.0", "action": "replace_all", "value": 7}]}"#;
    let run = run.env("TIMECAMP_PREPARE_TRANSFORM_CONFIG", change);
    run.go(&[]).expect(0);
    assert_eq!(
        run.read("var/timecamp_users.json").matches('[').count(),
        200_001,
        "raw_data is the record as it stood in the file"
    );
}
