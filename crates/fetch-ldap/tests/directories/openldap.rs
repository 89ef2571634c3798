//! Every field, from OpenLDAP.

use crate::slapd::{TOP, slapd};
use crate::{names, person};
use serde_json::{Value, json};

fn id(number: u32) -> String {
    format!("{number:08x}-2222-1033-8444-555566667777")
}

fn plain(id: &str, name: &str, email: &str, supervisor: &str) -> Value {
    json!({
        "external_id": id, "name": name, "email": email, "department": null, "job_title": null,
        "status": "active", "supervisor_id": supervisor,
    })
}

#[test]
fn people_have_every_field() {
    let fetch = slapd().fetch();
    let done = fetch.go(&[]).expect(0).says("LDAP directory at ldap://").shows_nowhere("open-Passw0rd");
    assert_eq!(names(&fetch), ["Ann Ex", "Bob Ray", "Joiner", "Łukasz Żółć"]);
    let mut ann = plain(&id(3), "Ann Ex", "ann.ex@mail.example.org", &id(2));
    ann["department"] = json!("Ops/Berlin");
    ann["job_title"] = json!("Engineer");
    assert_eq!(person(&fetch, "Ann Ex"), ann);
    assert_eq!(person(&fetch, "Bob Ray"), plain(&id(4), "Bob Ray", "bob@example.org", &id(3)));
    assert_eq!(person(&fetch, "Łukasz Żółć"), plain(&id(5), "Łukasz Żółć", "lukasz@example.org", ""));
    assert_eq!(person(&fetch, "Joiner"), plain(&id(6), "Joiner", "joiner@example.org", ""));
    // Logging on, the root DSE, one page, the managers outside the search, and once more the one that is not there.
    assert_eq!(crate::requests(&done), 5, "{done}");
    let lost: Vec<&str> = done.warnings().into_iter().filter(|line| line.contains("not to be found")).collect();
    assert!(lost.len() == 1 && lost[0].contains("1 managers") && lost[0].contains("uid=gone,ou=board"), "{done}");
}

#[test]
fn whole_hierarchy_fetches_managers_and_theirs_as_inactive_people() {
    let fetch = slapd().fetch().env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true");
    fetch.go(&[]).expect(0);
    assert_eq!(names(&fetch), ["Ann Ex", "Big Boss", "Bob Ray", "Joiner", "The Chair", "Łukasz Żółć"]);
    let boss = person(&fetch, "Big Boss");
    assert_eq!((&boss["status"], &boss["supervisor_id"]), (&json!("inactive"), &json!(id(1))));
    // Who manages whom may go in a circle.
    let chair = person(&fetch, "The Chair");
    assert_eq!((&chair["status"], &chair["supervisor_id"]), (&json!("inactive"), &json!(id(2))));
}

#[test]
fn managers_are_found_one_by_one_where_they_cannot_be_searched_for() {
    // One may not search from the top of the tree, the other may not see by which name it asks.
    for account in ["narrow", "plain"] {
        let fetch = slapd().fetch().env("LDAP_USERNAME", format!("cn={account},{TOP}"));
        let done = fetch.go(&[]).expect(0);
        assert_eq!(person(&fetch, "Ann Ex")["supervisor_id"], id(2), "{done}");
        assert_eq!(person(&fetch, "Łukasz Żółć")["supervisor_id"], "", "{done}");
    }
}

#[test]
fn units_make_departments_and_neither_commas_nor_slashes_make_levels() {
    let fetch = slapd().fetch().env("LDAP_USE_OU_STRUCTURE", "true");
    fetch.go(&[]).expect(0);
    assert_eq!(person(&fetch, "Ann Ex")["department"], "staff/Engineering/Backend, Core");
    assert_eq!(person(&fetch, "Bob Ray")["department"], "staff/R-D");
    let described = fetch.clone().env("LDAP_USE_OU_DESCRIPTION", "true");
    described.go(&[]).expect(0);
    assert_eq!(person(&described, "Ann Ex")["department"], "staff/Research-Development/Backend, Core");
    assert_eq!(person(&described, "Łukasz Żółć")["department"], "staff/Büro Zürich");
}

#[test]
fn units_that_may_not_be_seen_keep_their_names_and_the_run_says_so() {
    let fetch = slapd().fetch().env("LDAP_USERNAME", format!("cn=unitless,{TOP}"));
    let fetch = fetch.env("LDAP_USE_OU_STRUCTURE", "true").env("LDAP_USE_OU_DESCRIPTION", "true");
    let done = fetch.go(&[]).expect(0);
    assert_eq!(person(&fetch, "Łukasz Żółć")["department"], "staff/Zürich");
    let unseen: Vec<&str> = done.warnings().into_iter().filter(|line| line.contains("organisational units")).collect();
    assert!(unseen.len() == 1 && unseen[0].contains("4 organisational units"), "{done}");
}

#[test]
fn each_address_rule_over_the_binary() {
    let address = |set: &[(&str, &str)]| {
        let fetch = slapd().fetch().envs(set.iter().copied());
        fetch.go(&[]).expect(0);
        let of = |name: &str| {
            let user = person(&fetch, name);
            (
                user["email"].as_str().unwrap().to_owned(),
                user.get("real_email").and_then(Value::as_str).map(str::to_owned),
            )
        };
        (of("Ann Ex"), of("Łukasz Żółć"))
    };
    let given = |email: &str, real: Option<&str>| (email.to_owned(), real.map(str::to_owned));
    let on = "true";
    let mail = Some("ann.ex@mail.example.org");
    // Łukasz has no uid: no rule makes anything of him.
    let lukasz = given("lukasz@example.org", None);
    assert_eq!(address(&[("LDAP_USE_SAMACCOUNTNAME", on)]), (given("ann.ex@example.org", mail), lukasz.clone()));
    assert_eq!(address(&[("LDAP_USE_SAMACCOUNTNAME_ONLY", on)]), (given("ann.ex", mail), lukasz.clone()));
    assert_eq!(address(&[("LDAP_USE_WINDOWS_LOGIN_EMAIL", on)]), (given("ann.ex@example.org", mail), lukasz.clone()));
    let swapped = [("LDAP_USE_SAMACCOUNTNAME", on), ("LDAP_USE_REAL_EMAIL_AS_EMAIL", on)];
    assert_eq!(address(&swapped), (given("ann.ex@mail.example.org", mail), lukasz.clone()));
    let replaced = address(&[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "two.example.org")]);
    assert_eq!(replaced, (given("ann@two.example.org", None), lukasz));
}

#[test]
fn the_originals_filter_matches_nobody_and_the_run_says_why() {
    let original = "(&(objectClass=person)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))";
    let fetch = slapd().fetch().env("LDAP_FILTER", original).file("var/users.json", "{\"users\":[]}");
    let before = fetch.files();
    fetch
        .go(&[])
        .expect(6)
        .says("nobody matches")
        .says("not Active Directory")
        .says("1.2.840.113556.1.4.803")
        .says("use (objectClass=person)");
    assert_eq!(fetch.files(), before);
}

#[test]
fn nobody_for_other_reasons_is_told_apart() {
    let filter = slapd().fetch().env("LDAP_FILTER", "(uid=nobody-at-all)");
    filter.go(&[]).expect(6).says("There are people there, so it is the filter");
    let units = slapd().fetch_from(&format!("ou=groups,{TOP}"));
    units.go(&[]).expect(6).says("There are entries there, but no people");
    let blind = slapd().fetch_from(TOP).env("LDAP_USERNAME", format!("cn=blind,{TOP}")).env("LDAP_FILTER", "(sn=Ray)");
    blind.go(&[]).expect(6).says("nobody matches (sn=Ray)");
}
