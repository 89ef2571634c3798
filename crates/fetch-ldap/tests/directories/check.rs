//! `--check`.

use crate::samba::samba;
use crate::slapd::{TOP, slapd};

#[test]
fn shows_how_many_people_three_of_them_masked_and_what_is_missing() {
    let fetch = samba().fetch();
    let done = fetch.go(&["--check"]).expect(0).prints("Active Directory at ldap://").prints("6 people found");
    assert!(!fetch.exists("var/users.json"));
    let examples = done.stdout.lines().filter(|line| line.contains("***") && line.contains('<')).count();
    assert_eq!(examples, 3, "{done}");
    let done = done.prints("3 of 6 without mail").prints("5 of 6 without department").prints("2 of 6 without manager");
    let done = done.prints("0 of 6 without identity").prints("0 of 6 without name");
    for name in ["Ann", "Łukasz", "ann.ex", "corp.example.com>", "Reader-Passw0rd", "ldap-reader"] {
        assert!(!done.stdout.contains(name), "{name} is shown: {done}");
    }
}

#[test]
fn works_elsewhere_and_when_nobody_is_found() {
    slapd().fetch().go(&["--check"]).expect(0).prints("LDAP directory at ldap://").prints("4 people found");
    let nobody = slapd().fetch_from(&format!("ou=groups,{TOP}"));
    nobody.go(&["--check"]).expect(0).prints("0 people found").says("nobody matches");
}
