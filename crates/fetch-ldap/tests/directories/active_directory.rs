//! Every field, from Active Directory.

use crate::samba::{DOMAIN, samba};
use crate::{names, person};
use serde_json::{Value, json};

const ANN: &str = "33323130-3534-3736-3839-616263646566";
const CHAIR: &str = "00000001-0001-4002-8003-fffefdfcfbfa";
const BOSS: &str = "00000002-0001-4002-8003-fffefdfcfbfa";
const SLEEPING: &str = "00000003-0001-4002-8003-fffefdfcfbfa";

/// A person by the attribute `department` and without roles.
fn plain(id: &str, name: &str, email: &str, supervisor: &str) -> Value {
    json!({
        "external_id": id, "name": name, "email": email, "department": null, "job_title": null,
        "status": "active", "supervisor_id": supervisor,
    })
}

#[test]
fn people_have_every_field_and_computers_contacts_and_disabled_accounts_are_left_out() {
    let fetch = samba().fetch();
    let done = fetch.go(&[]).expect(0).says("Active Directory at ldap://").shows_nowhere("Reader-Passw0rd");
    assert_eq!(names(&fetch), ["Ann Ex", "Bob Ray", "Dora", "Joiner", "Paul", "Łukasz Żółć"]);
    let mut ann = plain(ANN, "Ann Ex", "ann.ex@mail.example.com", BOSS);
    ann["department"] = json!("Ops/Berlin");
    ann["job_title"] = json!("Engineer");
    assert_eq!(person(&fetch, "Ann Ex"), ann);
    let id = |number: u32| format!("{number:08x}-0001-4002-8003-fffefdfcfbfa");
    assert_eq!(person(&fetch, "Bob Ray"), plain(&id(4), "Bob Ray", "bob@corp.example.com", ANN));
    assert_eq!(person(&fetch, "Łukasz Żółć"), plain(&id(5), "Łukasz Żółć", "lukasz@corp.example.com", SLEEPING));
    assert_eq!(person(&fetch, "Dora"), plain(&id(6), "Dora", "dora@one.example.com", ""));
    assert_eq!(person(&fetch, "Paul"), plain(&id(7), "Paul", "paul@corp.example.com", &id(5)));
    let ids: Vec<Value> = fetch.users().iter().map(|user| user["external_id"].clone()).collect();
    assert!(ids.is_sorted_by_key(|id| id.as_str().unwrap_or_default().to_owned()), "{ids:?}");
    // Logging on, the root DSE, one page, the two managers outside the search.
    assert_eq!(crate::requests(&done), 4, "{done}");
}

#[test]
fn whole_hierarchy_fetches_managers_and_theirs_as_inactive_people() {
    let fetch = samba().fetch().env("TIMECAMP_USE_SUPERVISOR_GROUPS", "true");
    fetch.go(&[]).expect(0);
    let inactive = |name: &str| {
        let user = person(&fetch, name);
        assert_eq!(user["status"], "inactive", "{user}");
        (user["external_id"].clone(), user["supervisor_id"].clone())
    };
    assert_eq!(fetch.users().len(), 9);
    assert_eq!(inactive("Big Boss"), (json!(BOSS), json!(CHAIR)));
    assert_eq!(inactive("Sleeping Sam"), (json!(SLEEPING), json!(CHAIR)));
    assert_eq!(inactive("The Chair"), (json!(CHAIR), json!("")));
    assert_eq!(person(&fetch, "Ann Ex")["status"], "active");
}

#[test]
fn units_make_departments_and_neither_commas_nor_slashes_make_levels() {
    let fetch = samba().fetch().env("LDAP_USE_OU_STRUCTURE", "true");
    fetch.go(&[]).expect(0);
    assert_eq!(person(&fetch, "Ann Ex")["department"], "Staff/Engineering/Backend, Core");
    assert_eq!(person(&fetch, "Bob Ray")["department"], "Staff/R-D");
    assert_eq!(person(&fetch, "Łukasz Żółć")["department"], "Staff/Zürich");
    assert_eq!(person(&fetch, "Paul")["department"], "Staff");
    let described = fetch.clone().env("LDAP_USE_OU_DESCRIPTION", "true");
    let done = described.go(&[]).expect(0);
    assert_eq!(person(&described, "Ann Ex")["department"], "Staff/Research-Development/Backend, Core");
    assert_eq!(person(&described, "Bob Ray")["department"], "Staff/R-D");
    assert_eq!(person(&described, "Łukasz Żółć")["department"], "Staff/Büro Zürich");
    // One more than without: all units in one look-up.
    assert_eq!(crate::requests(&done), 5, "{done}");
    let below = samba().fetch_from(&format!("OU=Engineering,OU=Staff,{DOMAIN}"));
    let below = below.env("LDAP_USE_OU_STRUCTURE", "true").env("LDAP_USE_OU_DESCRIPTION", "true");
    below.go(&[]).expect(0);
    assert_eq!(person(&below, "Ann Ex")["department"], "Staff/Research-Development/Backend, Core");
}

#[test]
fn each_address_rule_over_the_binary() {
    let address = |set: &[(&str, &str)]| {
        let fetch = samba().fetch().envs(set.iter().copied());
        fetch.go(&[]).expect(0);
        let ann = person(&fetch, "Ann Ex");
        (ann["email"].clone(), ann.get("real_email").cloned())
    };
    let mail = json!("ann.ex@mail.example.com");
    let on = "true";
    assert_eq!(address(&[]), (mail.clone(), None));
    let real = Some(mail.clone());
    assert_eq!(address(&[("LDAP_USE_SAMACCOUNTNAME", on)]), (json!("ann.ex@corp.example.com"), real.clone()));
    assert_eq!(address(&[("LDAP_USE_SAMACCOUNTNAME_ONLY", on)]), (json!("ann.ex"), real.clone()));
    let windows = [("LDAP_USE_WINDOWS_LOGIN_EMAIL", on), ("LDAP_EMAIL_DOMAIN", "Win.Example.com")];
    assert_eq!(address(&windows), (json!("ann.ex@win.example.com"), real.clone()));
    let swapped = [("LDAP_USE_SAMACCOUNTNAME_ONLY", on), ("LDAP_USE_REAL_EMAIL_AS_EMAIL", on)];
    assert_eq!(address(&swapped), (mail, real));
}

#[test]
fn of_several_addresses_the_one_in_the_replaced_domain_is_taken() {
    let fetch = samba().fetch().env("TIMECAMP_REPLACE_EMAIL_DOMAIN", "@two.example.com");
    fetch.go(&[]).expect(0);
    assert_eq!(person(&fetch, "Dora")["email"], "dora@two.example.com");
    assert_eq!(person(&fetch, "Ann Ex")["email"], "ann.ex@mail.example.com");
}

#[test]
fn a_filter_of_ones_own_brings_disabled_accounts_as_inactive_and_computers() {
    let fetch = samba().fetch().env("LDAP_FILTER", "objectClass=person");
    fetch.go(&[]).expect(0);
    let sam = person(&fetch, "Sleeping Sam");
    assert_eq!((&sam["status"], &sam["supervisor_id"]), (&json!("inactive"), &json!(CHAIR)));
    assert!(fetch.users().iter().any(|user| user["email"] == "pc1$@corp.example.com"), "{:?}", fetch.users());
}

#[test]
fn managers_in_another_tree_than_the_people_are_found() {
    let fetch = samba().fetch_from(&format!("CN=Services,CN=Configuration,{DOMAIN}"));
    let fetch = fetch.env("LDAP_FILTER", "(objectClass=contact)");
    fetch.go(&[]).expect(0);
    assert_eq!(person(&fetch, "Outsider")["supervisor_id"], BOSS);
}

#[test]
fn a_base_by_its_guid_leaves_managers_and_groups_where_they_are() {
    let unit = samba().values("(&(ou=Staff)(objectClass=organizationalUnit))", "objectGUID").remove(0);
    let fetch = samba().fetch_from(&format!("<GUID={unit}>")).env("LDAP_SUPERVISOR_GROUP_NAME", "Team Leads");
    fetch.go(&[]).expect(0);
    let ann = person(&fetch, "Ann Ex");
    assert_eq!((&ann["supervisor_id"], &ann["force_supervisor_role"]), (&json!(BOSS), &json!(true)));
}

#[test]
fn the_originals_filter_works_and_references_at_the_domain_root_are_ignored() {
    let original = "(&(objectClass=person)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))";
    let fetch = samba().fetch_from(DOMAIN).env("LDAP_FILTER", original).env("RUST_LOG", "debug");
    fetch.go(&[]).expect(0).says("references to other servers are ignored");
    let names = names(&fetch);
    assert!(names.contains(&"Big Boss".to_owned()) && !names.contains(&"Sleeping Sam".to_owned()), "{}", names.len());
}

#[test]
fn a_dry_run_writes_nothing_and_a_second_run_writes_the_same() {
    let fetch = samba().fetch();
    fetch.go(&["--dry-run"]).expect(0).prints("Would write var/users.json: 6 users, 6 active");
    assert!(!fetch.exists("var/users.json"));
    fetch.go(&[]).expect(0);
    let first = fetch.bytes("var/users.json");
    fetch.go(&[]).expect(0);
    assert_eq!(fetch.bytes("var/users.json"), first);
}
