//! Who is written, and as whom.

use crate::support::{BOTH, outcome, pairs, person, with};
use serde_json::{Value, json};

#[test]
fn nobody_gives_an_empty_list() {
    assert_eq!(outcome(&json!([]), &[]).text, "[]\n");
    let excluded = outcome(&json!([person("1", "A", "", "")]), &[("TIMECAMP_EXCLUDE_REGEX", ".")]);
    assert_eq!(excluded.text, "[]\n");
}

#[test]
fn a_user_is_written_with_its_keys_in_order() {
    let user = with(
        person("7", "Ann Łęcka", "Ops", ""),
        &json!({ "email": "Ann@X.Test", "real_email": "Ann@Home.Test", "x": [], "raw_data": { "n": 1.5 } }),
    );
    let text = outcome(&json!([user]), &[]).text;
    let start = "[\n  {\n    \"timecamp_external_id\": \"7\",\n    \"timecamp_user_name\": \"Ann Łęcka\",\n    \
                 \"timecamp_email\": \"ann@x.test\",\n    \"timecamp_groups_breadcrumb\": \"Ops\",\n    \
                 \"timecamp_status\": \"active\",\n    \"timecamp_role\": \"user\",\n    \
                 \"timecamp_real_email\": \"Ann@Home.Test\",\n    \"raw_data\": {\n      ";
    assert!(text.starts_with(start), "{text}");
    assert!(text.ends_with("\n    }\n  }\n]\n"), "{text}");
    assert!(text.contains("\n      \"raw_data\": {\n        \"n\": 1.5\n      }"), "{text}");
    assert!(text.contains("\"x\": []"), "{text}");
}

#[test]
fn files_made_by_hand_and_by_the_original_are_accepted() {
    let users = json!([
        { "external_id": 12, "name": "Ann", "email": "ann@x.test", "supervisor_id": null, "role_id": 1 },
        { "external_id": 13, "name": "Bob", "email": "bob@x.test", "department": null, "supervisor_id": 12, "status": "ACTIVE" },
    ]);
    let found = outcome(&users, BOTH);
    assert_eq!(found.roles(), pairs([("ann", "administrator"), ("bob", "user")]));
    assert_eq!(found.groups(), pairs([("ann", "Ann"), ("bob", "Ann")]));
    assert_eq!(found.users[0]["timecamp_external_id"], "12");
    assert_eq!(found.by_email("timecamp_status")["ann@x.test"], "inactive");
    assert_eq!(found.by_email("timecamp_status")["bob@x.test"], "active");
    assert_eq!(found.users[0]["raw_data"], users[0]);
}

#[test]
fn the_later_record_of_an_id_counts_at_the_place_of_the_earlier() {
    let same = json!({ "email": "Same@x.test" });
    let users = json!([
        with(person("1", "First", "Old", ""), &json!({ "email": "old@x.test" })),
        with(person("2", "Second", "B", ""), &same),
        with(person("1", "Third", "New", ""), &same),
    ]);
    let found = outcome(&users, &[]);
    // Number 1 stands first, so that number 2 is the later one of the two with the same address.
    assert_eq!(found.by_email("timecamp_user_name"), [("same@x.test".to_owned(), json!("Second"))].into());
    assert_eq!(found.unplaced, ["old@x.test"]);
}

#[test]
fn of_one_address_the_active_person_is_written_else_the_later() {
    let user = |id: &str, name: &str, email: &str, status: &str| {
        with(person(id, name, "", ""), &json!({ "email": email, "status": status }))
    };
    let users = json!([
        user("1", "Active", "a@x.test", "active"),
        user("2", "Gone", "A@x.test", "inactive"),
        user("3", "Earlier", "b@x.test", "active"),
        user("4", "Later", "B@X.test", "active"),
        user("5", "Gone First", "c@x.test", "inactive"),
        user("6", "Gone Last", "c@x.test", ""),
    ]);
    let names = outcome(&users, &[]).by_email("timecamp_user_name");
    let expected = [("a@x.test", "Active"), ("b@x.test", "Later"), ("c@x.test", "Gone Last")];
    assert_eq!(names, expected.map(|(email, name)| (email.to_owned(), json!(name))).into());
}

#[test]
fn people_who_only_serve_the_hierarchy_do_not_contend_for_an_address() {
    let users = json!([
        with(person("1", "Ann", "", ""), &json!({ "status": "inactive" })),
        with(person("2", "Ann", "", ""), &json!({ "hierarchy_only": true })),
    ]);
    let found = outcome(&users, &[]);
    assert_eq!(found.users[0]["timecamp_external_id"], "1");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn exclusion_goes_by_address_and_sees_the_source_as_it_is() {
    let pattern = |pattern: &'static str| [("TIMECAMP_EXCLUDE_REGEX", pattern)];
    let users = json!([
        with(person("1", "Ann", "A \"q\"", ""), &json!({ "email": "Ann@X.test", "job_title": null })),
        with(person("2", "Bob", "HR", ""), &json!({ "email": "bob@x.test" })),
        with(person("", "Ghost", "Secret", ""), &json!({ "email": "BOB@x.test" })),
    ]);
    assert_eq!(outcome(&users, &pattern("department=\"A 'q'\" job_title=\"\" email=\"Ann@")).emails(), ["bob@x.test"]);
    assert_eq!(outcome(&users, &pattern("ann@")).emails(), ["ann@x.test", "bob@x.test"], "letter case counts");
    assert_eq!(outcome(&users, &pattern("Secret")).emails(), ["ann@x.test"], "a record that shares the address is out");
    assert_eq!(outcome(&users, &pattern("None")).emails(), ["ann@x.test", "bob@x.test"], "null is empty");
    assert!(outcome(&users, &pattern("Secret")).unplaced.is_empty(), "left out by a filter");
    assert!(outcome(&users, &pattern("HR")).summary.contains("exclude regex left out 1"));
}

#[test]
fn domains_are_replaced_and_sorting_follows() {
    let users = json!([
        with(person("1", "Zed", "", ""), &json!({ "email": "Zed@a.test", "real_email": "Zed@Home.Test" })),
        with(person("2", "Ann", "", ""), &json!({ "email": "ann@z.test", "real_email": "ANN@Z.test" })),
        with(person("3", "Odd", "", ""), &json!({ "email": "Odd@@z.test", "real_email": "odd" })),
        with(person("4", "Éva", "", ""), &json!({ "email": "éva@z.test" })),
    ]);
    let found = outcome(&users, &[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "@T.io")]);
    assert_eq!(found.emails(), ["ann@t.io", "odd@@z.test", "zed@t.io", "éva@t.io"]);
    let real = found.by_email("timecamp_real_email");
    assert_eq!(real["zed@t.io"], "Zed@T.io");
    assert_eq!(real["odd@@z.test"], "odd");
    assert_eq!(found.users[0].get("timecamp_real_email"), None);
}

#[test]
fn forced_roles_count_as_json_true_only() {
    let forced = |value: Value| {
        let first = with(person("1", "A", "", ""), &json!({ "force_supervisor_role": value, "role_id": "5" }));
        outcome(&json!([first, with(person("2", "B", "", ""), &json!({ "role_id": "1" }))]), &[]).roles()
    };
    assert_eq!(forced(json!(true)), pairs([("a", "supervisor"), ("b", "user")]));
    for other in [json!("true"), json!(1), json!(false), json!(null)] {
        assert_eq!(forced(other), pairs([("a", "guest"), ("b", "administrator")]));
    }
}

#[test]
fn a_forced_supervisor_anywhere_in_the_source_makes_users_of_the_others() {
    let users = json!([
        with(person("", "Ghost", "", ""), &json!({ "force_supervisor_role": true })),
        with(person("2", "B", "", ""), &json!({ "role_id": "1" })),
        with(person("3", "C", "Dept", ""), &json!({ "force_global_admin_role": true })),
    ]);
    let found = outcome(&users, &[]);
    assert_eq!(found.roles(), pairs([("b", "user"), ("c", "administrator")]));
    assert_eq!(found.groups()["c"], "");
}

#[test]
fn is_supervisor_in_words() {
    let role = |value: Value| {
        let user = with(person("1", "A", "", ""), &json!({ "is_supervisor": value, "role_id": "1" }));
        outcome(&json!([user]), &[("TIMECAMP_USE_IS_SUPERVISOR_ROLE", "true")]).roles()["a"].clone()
    };
    for yes in [json!(true), json!("TRUE"), json!("1"), json!("Yes")] {
        assert_eq!(role(yes), "supervisor");
    }
    for no in [json!(false), json!(1), json!("0"), json!("on"), json!(null), json!({})] {
        assert_eq!(role(no), "user");
    }
}
