//! What becomes of each field, with values as people leave them.

use crate::{column, fetch, id, ids, in_status, order, org, org_with, user, written};
use serde_json::{Value, json};

#[test]
fn a_user_is_written_as_documented() {
    let mut ann = user(
        7,
        json!({ "email": " Ann.Ex@X.test ", "displayName": "  Ann   Ex ", "department": " Works/East ", "title": "Lead",
            "managerId": id(7) }),
    );
    ann["credentials"] = json!({ "recovery_question": { "question": "Pet?" } });
    let sandbox = org(json!([ann]));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("okta: 1 users, 1 active");
    let mut raw = ann.clone();
    raw.as_object_mut().unwrap().remove("credentials");
    assert_eq!(
        run.users(),
        [json!({
            "external_id": id(7), "name": "Ann   Ex", "email": "Ann.Ex@X.test", "department": "Works/East",
            "job_title": "Lead", "status": "active", "supervisor_id": id(7), "is_supervisor": false, "raw_data": raw,
        })]
    );
    assert_eq!(run.json("var/users.json.manifest.json")["source"], "okta");
}

#[test]
fn names_fall_back_to_what_there_is() {
    let sandbox = org(json!([
        user(1, json!({ "displayName": "   ", "firstName": " Ann ", "lastName": "Ex" })),
        user(2, json!({ "displayName": null, "firstName": null, "lastName": "O'Why" })),
        user(3, json!({ "displayName": "" })),
        user(4, json!({ "displayName": "Zoë 张 \"Z\"" })),
        in_status("SUSPENDED", user(5, json!({ "displayName": null, "email": null }))),
    ]));
    let run = fetch(&sandbox).env("OKTA_USER_STATUSES", "ACTIVE,SUSPENDED");
    run.go(&[]).expect(0);
    let names: Vec<Value> = column(&run, "name").into_values().collect();
    assert_eq!(names, ["Ann Ex", "O'Why", "person3@x.test", "Zoë 张 \"Z\"", "login5@x.test"]);
}

#[test]
fn every_field_can_be_another_one() {
    let profile = json!({
        "number": 42, "mail": { "work": "ann@work.test" }, "nickName": "Annie", "unit": { "path": "A/B" }, "job": "Head",
        "boss": " LOGIN2@X.test ", "flags": { "lead": "Yes" },
    });
    let sandbox = org(json!([user(1, profile), user(2, json!({ "number": 43, "mail": { "work": "bob@work.test" } }))]));
    let run = fetch(&sandbox).envs([
        ("OKTA_EXTERNAL_ID_FIELD", "number"),
        ("OKTA_EMAIL_FIELD", "mail.work"),
        ("OKTA_NAME_FIELD", "profile.nickName"),
        ("OKTA_DEPARTMENT_FIELD", "unit.path"),
        ("OKTA_JOB_TITLE_FIELD", "job"),
        ("OKTA_SUPERVISOR_ID_FIELD", "boss"),
        ("OKTA_SUPERVISOR_MATCH_FIELD", "login"),
        ("OKTA_SUPERVISOR_RULE", "flags.lead: Yes"),
    ]);
    run.go(&[]).expect(0);
    let written = written(&run);
    let mut ann = written["42"].clone();
    ann.as_object_mut().unwrap().remove("raw_data");
    assert_eq!(
        ann,
        json!({ "external_id": "42", "name": "Annie", "email": "ann@work.test", "department": "A/B", "job_title": "Head",
            "status": "active", "supervisor_id": "43", "is_supervisor": true })
    );
    assert_eq!(written["43"]["is_supervisor"], false);
    assert_eq!(written["43"]["department"], Value::Null);
}

#[test]
fn excluded_departments_are_left_out_by_their_exact_name() {
    let department = |number, name: Value| user(number, json!({ "department": name }));
    let sandbox = org(json!([
        department(1, json!("R & D")),
        department(2, json!(" Board ")),
        department(3, json!("board")),
        department(4, json!("Board/East")),
        department(5, Value::Null),
    ]));
    let run = fetch(&sandbox).env("OKTA_EXCLUDED_DEPARTMENTS", "R & D , Board");
    run.go(&[]).expect(0).says("left out: 2 in an excluded department");
    assert_eq!(order(&run), [id(3), id(4), id(5)]);
}

#[test]
fn members_of_supervisor_groups_get_the_role() {
    let groups = json!([{ "id": "00g1", "name": "Leads & Co", "members": ids(&[2, 9]) }]);
    let sandbox = org_with(json!([user(1, json!({})), user(2, json!({})), user(9, json!({}))]), groups);
    let run = fetch(&sandbox).env("OKTA_SUPERVISOR_GROUPS", "Leads & Co");
    run.go(&[]).expect(0);
    let roles: Vec<(Value, Value)> =
        written(&run).into_values().map(|user| (user["role_id"].clone(), user["is_supervisor"].clone())).collect();
    let lead = (json!("2"), json!(true));
    assert_eq!(roles, [(Value::Null, json!(false)), lead.clone(), lead]);
}
