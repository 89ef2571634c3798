//! What is not written, and what the report says of it.

use crate::{fails, fetch, id, in_status, order, org, user};
use serde_json::json;

#[test]
fn active_people_need_an_address_and_an_id() {
    let sandbox = org(json!([
        user(1, json!({ "email": null })),
        user(2, json!({ "email": "   ", "employeeNumber": null })),
        user(3, json!({})),
    ]));
    let run = fetch(&sandbox).env("OKTA_EXTERNAL_ID_FIELD", "employeeNumber");
    fails(
        &run,
        1,
        &[
            "1 active users have no external id; fill in `employeeNumber`: Person 2 (login2@x.test, 00u00002)",
            "2 active users have no address; fill in `email`: Person 1 (login1@x.test, 00u00001), Person 2",
        ],
    );
}

#[test]
fn inactive_people_without_an_address_are_written() {
    let sandbox = org(json!([user(1, json!({})), in_status("SUSPENDED", user(2, json!({ "email": null })))]));
    let run = fetch(&sandbox).env("OKTA_USER_STATUSES", "ACTIVE,SUSPENDED");
    run.go(&[]).expect(0);
    assert_eq!(order(&run), [id(1), id(2)]);
}

#[test]
fn an_id_that_stands_twice_fails_the_run() {
    let sandbox = org(json!([user(1, json!({ "employeeNumber": "7" })), user(2, json!({ "employeeNumber": 7 }))]));
    let run = fetch(&sandbox).env("OKTA_EXTERNAL_ID_FIELD", "employeeNumber");
    fails(
        &run,
        1,
        &["the external id 7 stands 2 times; correct `employeeNumber`: Person 1 (login1@x.test, 00u00001), Person 2"],
    );
}

#[test]
fn a_circle_of_supervisors_fails_the_run() {
    let people = json!([
        user(1, json!({ "managerId": id(2) })),
        user(2, json!({ "managerId": id(3) })),
        in_status("DEPROVISIONED", user(3, json!({ "managerId": id(1) }))),
        user(4, json!({ "managerId": id(4) })),
    ]);
    let path = "Person 1 (login1@x.test, 00u00001) -> Person 2 (login2@x.test, 00u00002) -> \
                Person 3 (login3@x.test, 00u00003) -> Person 1";
    let sandbox = org(people);
    fails(&fetch(&sandbox), 1, &["supervisors form a circle; correct one's `managerId`", path]);
}

#[test]
fn too_many_people_without_a_supervisor_fail_the_run() {
    let people = json!([
        user(1, json!({ "boss": id(9) })),
        user(2, json!({ "boss": id(2) })),
        user(3, json!({ "boss": "" })),
        in_status("DEPROVISIONED", user(9, json!({}))),
    ]);
    let sandbox = org(people);
    let run = fetch(&sandbox).env("OKTA_SUPERVISOR_ID_FIELD", "boss");
    let strict = run.clone().env("OKTA_MAX_HIERARCHY_ROOTS", "2");
    fails(
        &strict,
        1,
        &[
            "3 people have no supervisor, OKTA_MAX_HIERARCHY_ROOTS allows 2; fill in `boss`: Person 2",
            "Person 3",
            "Person 9",
        ],
    );
    run.clone().env("OKTA_MAX_HIERARCHY_ROOTS", "3").go(&[]).expect(0);
    run.clone().env("OKTA_MAX_HIERARCHY_ROOTS", "0").go(&[]).expect(0);
}

#[test]
fn everything_is_said_at_once_and_masked_when_wanted() {
    let sandbox = org(json!([
        user(1, json!({ "email": null, "displayName": "Zoe Quill" })),
        user(2, json!({ "managerId": "nobody" })),
    ]));
    let run = fetch(&sandbox);
    fails(&run, 1, &["no address", "Zoe Quill", "`nobody`", "Okta Admin Console"]);
    let masked = run.env("LOG_MASK_PII", "true").go(&[]).expect(1);
    masked.says("no address").says("00u00001").says_not("Zoe Quill").says_not("login1@x.test");
}
