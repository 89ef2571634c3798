//! Roles from groups, in both directories.

use crate::samba::{self, samba};
use crate::slapd::{self, TOP, slapd};
use crate::{person, requests};
use serde_json::Value;
use testkit::Run;

/// The names of those with the role that `field` forces.
#[track_caller]
fn with(run: &Run, field: &str) -> Vec<String> {
    let name = |user: &Value| user["name"].as_str().unwrap_or_default().to_owned();
    let mut names: Vec<String> = run.users().iter().filter(|user| user.get(field).is_some()).map(name).collect();
    assert!(run.users().iter().all(|user| user.get(field).is_none_or(|value| value == true)), "{:?}", run.users());
    names.sort();
    names
}

const SUPERVISORS: &str = "force_supervisor_role";
const ADMINS: &str = "force_global_admin_role";

#[test]
fn names_match_whole_and_in_any_letter_case() {
    for fetch in [samba().fetch(), slapd().fetch()] {
        let fetch = fetch.envs([
            ("LDAP_SUPERVISOR_GROUP_NAME", "team LEADS"),
            ("LDAP_GLOBAL_ADMIN_GROUP_NAME", "admins, timecamp (all)"),
        ]);
        fetch.go(&[]).expect(0);
        assert_eq!(with(&fetch, SUPERVISORS), ["Ann Ex"]);
        assert_eq!(with(&fetch, ADMINS), ["Ann Ex", "Bob Ray"]);
    }
}

#[test]
fn the_primary_group_counts() {
    let fetch = samba().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", "Contractors");
    fetch.go(&[]).expect(0);
    // Paul has it as his primary group, which no memberOf tells; Dora is an ordinary member.
    assert!(samba().values("(cn=Paul)", "memberOf").iter().all(|group| !group.contains("Contractors")));
    assert_eq!(with(&fetch, SUPERVISORS), ["Dora", "Paul"]);
    let users = samba().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", "domain users");
    users.go(&[]).expect(0);
    assert_eq!(with(&users, SUPERVISORS), ["Ann Ex", "Bob Ray", "Dora", "Joiner", "Paul", "Łukasz Żółć"]);
}

#[test]
fn a_group_that_is_not_there_is_an_error_naming_it_and_an_empty_one_is_a_warning() {
    for fetch in [samba().fetch(), slapd().fetch()] {
        let missing = fetch.clone().env("LDAP_GLOBAL_ADMIN_GROUP_NAME", "Team Lead").file("var/users.json", "{}");
        missing.go(&[]).expect(1).says("LDAP_GLOBAL_ADMIN_GROUP_NAME: there is no group `Team Lead`");
        assert_eq!(missing.read("var/users.json"), "{}");
    }
    let empty = samba().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", "Empty");
    empty.go(&[]).expect(0).says("nobody who was read is in the group `Empty`");
    let elsewhere = slapd().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", "Board Only");
    elsewhere.go(&[]).expect(0).says("nobody who was read is in the group `Board Only`");
}

#[test]
fn two_groups_of_a_name_count_both_and_are_named() {
    let fetch = slapd().fetch().env("LDAP_GLOBAL_ADMIN_GROUP_NAME", "Twice");
    let done = fetch.go(&[]).expect(0).says("LDAP_GLOBAL_ADMIN_GROUP_NAME: 2 groups are called `Twice`");
    done.says("cn=Twice,ou=board").says("cn=twice,ou=groups");
    assert_eq!(with(&fetch, ADMINS), ["Ann Ex", "Joiner"]);
}

#[test]
fn a_distinguished_name_for_a_group_is_told_apart_from_a_group_that_is_gone() {
    let fetch = slapd().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", format!("cn=Team Leads,ou=groups,{TOP}"));
    fetch.go(&[]).expect(1).says("set LDAP_SUPERVISOR_GROUP_NAME to the name alone: `Team Leads`");
}

#[test]
fn a_person_in_sixteen_hundred_groups() {
    // The group that the server tells of last, beyond what it sends at once.
    let last = samba().values("(cn=Joiner)", "memberOf").pop().unwrap();
    let name = last.trim_start_matches("CN=").split(',').next().unwrap().to_owned();
    assert!(name.starts_with("Club "), "{last}");
    let fetch = samba().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", name);
    let done = fetch.go(&[]).expect(0);
    assert_eq!(with(&fetch, SUPERVISORS), ["Joiner"]);
    // Besides logging on, the root DSE, a page, the group and the managers: the rest of the groups.
    assert_eq!(requests(&done), 6, "{done}");

    let fetch = slapd().fetch().env("LDAP_SUPERVISOR_GROUP_NAME", format!("club {:04}", slapd::CLUBS - 1));
    fetch.go(&[]).expect(0);
    assert_eq!(with(&fetch, SUPERVISORS), ["Joiner"]);
    const { assert!(samba::CLUBS > 1500 && slapd::CLUBS > 1500) }
}

#[test]
fn a_group_with_two_thousand_members() {
    let active_directory = samba().fetch_from(&format!("OU=Many,{}", samba::DOMAIN));
    let openldap = slapd().fetch_from(&format!("ou=many,{TOP}"));
    for (fetch, members) in [(active_directory, samba::MEMBERS), (openldap, slapd::MEMBERS)] {
        let fetch = fetch.env("LDAP_SUPERVISOR_GROUP_NAME", "everyone here");
        fetch.go(&[]).expect(0);
        let found = with(&fetch, SUPERVISORS);
        assert_eq!(found.len(), members);
        assert_eq!((found[0].as_str(), found[members - 1].as_str()), ("Person 0000", "Person 1999"));
        assert!(person(&fetch, "Person 2000").get(SUPERVISORS).is_none());
    }
}
