use super::*;
use crate::wire::tests::fields;
use serde_json::{Value, json};

fn record(id: &str, profile: &Value) -> Value {
    json!({ "id": id, "status": "ACTIVE", "profile": profile })
}

fn person(id: &str, manager: &str) -> Person {
    let profile = json!({ "email": format!("{id}@x.test"), "login": format!("{id}@x.test"), "managerId": manager,
        "displayName": format!("Person {id}") });
    Person::of(record(id, &profile), &fields())
}

fn report(people: &[Person], max_roots: Option<usize>) -> String {
    resolved(people, &fields(), max_roots).unwrap_err().to_string()
}

fn keys(values: &[&str]) -> BTreeSet<Key> {
    values.iter().map(|value| Key::new("id", (*value).to_owned())).collect()
}

#[test]
fn supervisors_are_named_by_external_id() {
    let fields = Fields { external_id: "number".to_owned(), supervisor_match: "login".to_owned(), ..fields() };
    let of = |id: &str, profile: Value| Person::of(record(id, &profile), &fields);
    let people = [
        of("00u1", json!({ "number": 1, "login": "Boss@x.test", "email": "b@x.test" })),
        of("00u2", json!({ "number": 2, "login": "b@x.test", "email": "c@x.test", "managerId": " boss@X.test" })),
    ];
    let users = resolved(&people, &fields, None).unwrap();
    assert_eq!(users.iter().map(|user| user.supervisor_id.as_str()).collect::<Vec<_>>(), ["", "1"]);
}

#[test]
fn missing_supervisors_are_asked_for_once() {
    let people = [person("1", "2"), person("2", "9"), person("3", "8"), person("4", "9"), person("5", "")];
    assert_eq!(missing(&people, &keys(&[])), keys(&["8", "9"]));
    assert_eq!(missing(&people, &keys(&["9"])), keys(&["8"]));
}

#[test]
fn who_was_found_serves_the_hierarchy_if_asked_for() {
    let mut people = vec![person("1", "2")];
    add_found(
        &mut people,
        vec![person("2", ""), person("2", ""), person("3", ""), person("1", "")],
        &keys(&["2", "1"]),
    );
    let added: Vec<_> = people.iter().map(|p| (p.okta_id.as_str(), p.user.status, p.user.hierarchy_only)).collect();
    assert_eq!(added, [("1", Status::Active, None), ("2", Status::Inactive, Some(true))]);
}

#[test]
fn a_hierarchy_without_defects_passes() {
    let people = [person("1", "1"), person("2", "1"), person("3", "2")];
    let users = resolved(&people, &fields(), Some(1)).unwrap();
    assert_eq!(users[0].supervisor_id, "1", "one's own supervisor is a root, not a cycle");
    assert_eq!(users[2].supervisor_id, "2");
}

#[test]
fn every_defect_names_the_users_and_the_field() {
    let without = |id: &str, profile: Value| Person::of(record(id, &profile), &fields());
    let mut nameless = person("1", "");
    nameless.user.external_id = String::new();
    let text = report(&[nameless, without("2", json!({ "login": "two", "email": null }))], None);
    assert!(text.contains("1 active users have no external id; fill in `id`: Person 1 (1@x.test, 1)"), "{text}");
    assert!(text.contains("1 active users have no address; fill in `email`: two (two, 2)"), "{text}");
    let twice = [person("1", ""), Person { okta_id: "9".to_owned(), ..person("1", "") }];
    assert!(
        report(&twice, None).contains("external id 1 stands 2 times; correct `id`: Person 1 (1@x.test, 1), Person 1")
    );
    let text = report(&[person("1", "7")], None);
    assert!(text.contains("Person 1 (1@x.test, 1) has the supervisor `7`, but nobody's `id` is that"), "{text}");
    assert!(text.contains("correct `managerId`"), "{text}");
}

#[test]
fn inactive_people_may_lack_an_address() {
    let mut gone = person("1", "");
    (gone.user.email, gone.user.status) = (String::new(), Status::Inactive);
    assert!(resolved(&[gone], &fields(), None).is_ok());
}

#[test]
fn circles_are_told_once_and_whole() {
    let people =
        [person("4", "1"), person("1", "2"), person("2", "3"), person("3", "1"), person("8", "9"), person("9", "8")];
    let text = report(&people, None);
    let circles: Vec<&str> = text.lines().filter(|line| line.contains("circle")).collect();
    assert_eq!(circles.len(), 2, "{text}");
    assert!(circles[0].ends_with(
        "Person 1 (1@x.test, 1) -> Person 2 (2@x.test, 2) -> Person 3 (3@x.test, 3) -> Person 1 (1@x.test, 1)"
    ));
    assert!(circles[1].contains("Person 8 (8@x.test, 8) -> Person 9 (9@x.test, 9) -> Person 8"));
}

#[test]
fn roots_are_those_without_a_supervisor_who_count() {
    let mut alone = person("7", "");
    alone.user.status = Status::Inactive;
    let people = [person("1", ""), person("2", "2"), person("3", "1"), alone];
    assert!(resolved(&people, &fields(), Some(2)).is_ok());
    let text = report(&people, Some(1));
    assert!(
        text.contains("2 people have no supervisor, OKTA_MAX_HIERARCHY_ROOTS allows 1; fill in `managerId`"),
        "{text}"
    );
    assert!(text.contains("Person 1") && text.contains("Person 2") && !text.contains("Person 7"), "{text}");
}

#[test]
fn of_several_accounts_with_one_number_the_one_in_use_counts() {
    let fields = Fields { supervisor_match: "number".to_owned(), ..fields() };
    let of = |id: &str, status: &str, profile: Value| {
        let email = json!(format!("{id}@x.test"));
        let mut record = json!({ "id": id, "status": status, "profile": profile });
        record["profile"]["email"] = email;
        Person::of(record, &fields)
    };
    let mut people = vec![
        of("1", "DEPROVISIONED", json!({ "number": "7" })),
        of("2", "SUSPENDED", json!({ "number": "7" })),
        of("3", "ACTIVE", json!({ "number": "8", "managerId": "7" })),
    ];
    let users = resolved(&people, &fields, None).unwrap();
    assert_eq!(users[2].supervisor_id, "2");
    people.push(of("4", "LOCKED_OUT", json!({ "number": "7" })));
    let text = resolved(&people, &fields, None).unwrap_err().to_string();
    assert!(text.contains("has the supervisor `7`, which is the `number` of 2@x.test (2), 4@x.test (4)"), "{text}");
}

#[test]
fn supervisors_without_an_id_cannot_be_named() {
    let mut boss = person("1", "");
    (boss.user.external_id, boss.user.status) = (String::new(), Status::Inactive);
    let text = report(&[boss, person("2", "1")], None);
    assert!(text.contains("1 supervisors have no external id; fill in `id`: Person 1"), "{text}");
}
