//! Five thousand people, page by page.

use crate::samba::{self, samba};
use crate::slapd::{self, TOP, slapd};
use crate::{person, requests};
use testkit::Run;

/// How a server ends a result whose last page is full.
#[derive(Clone, Copy)]
enum End {
    /// With that page.
    There,
    /// With an empty page after it.
    EmptyPage,
}

/// The requests of a run in pages of `size`: logging on, the root DSE, the pages, and the managers, fifty to a look-up.
fn expected(people: usize, size: usize, heads: usize, end: End) -> usize {
    let pages = match end {
        End::There => people.div_ceil(size),
        End::EmptyPage => people / size + 1,
    };
    2 + pages + heads.div_ceil(50)
}

#[track_caller]
fn same_file_whatever_the_size(fetch: &Run, people: usize, heads: usize, end: End) {
    let done = fetch.go(&[]).expect(0);
    assert_eq!(fetch.users().len(), people);
    assert_eq!(requests(&done) as usize, expected(people, 1000, heads, end), "{done}");
    let first = fetch.bytes("var/users.json");
    let small = fetch.clone().env("LDAP_PAGE_SIZE", "100");
    let done = small.go(&[]).expect(0);
    assert_eq!(requests(&done) as usize, expected(people, 100, heads, end), "{done}");
    assert!(fetch.bytes("var/users.json") == first, "pages of 100 gave another file");
    assert_ne!(person(fetch, "Person 0007")["supervisor_id"], "");
    assert_eq!(person(fetch, "Person 0060")["supervisor_id"], "");
}

#[test]
fn of_active_directory() {
    let fetch = samba().fetch_from(&format!("OU=Many,{}", samba::DOMAIN));
    same_file_whatever_the_size(&fetch, samba::MANY, samba::HEADS, End::EmptyPage);
    let ids = samba().values("(cn=Head 0007)", "objectGUID");
    assert_eq!(person(&fetch, "Person 0007")["supervisor_id"], ids[0].as_str());
}

#[test]
fn of_openldap_and_the_server_counts_as_many_searches() {
    let fetch = slapd().fetch_from(&format!("ou=many,{TOP}")).env("LDAP_USERNAME", format!("cn=counted,{TOP}"));
    same_file_whatever_the_size(&fetch, slapd::MANY, slapd::HEADS, End::There);
    // Two runs; logging on is no search.
    let searches = |size| expected(slapd::MANY, size, slapd::HEADS, End::There) - 1;
    assert_eq!(slapd().searches("counted"), searches(1000) + searches(100));
}
