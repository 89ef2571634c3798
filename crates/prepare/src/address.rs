//! Addresses: how they compare, and the domain that replaces theirs.

use std::borrow::Cow;

/// An address as it is written to TimeCamp before its domain is replaced, and as it compares: trimmed, lower case.
pub(crate) fn lower(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if address.bytes().all(is_lower) { Cow::Borrowed(address) } else { Cow::Owned(address.to_lowercase()) }
}

/// `address` with `domain` after its `@`; an address without exactly one `@` stays.
pub(crate) fn moved<'t>(address: Cow<'t, str>, domain: Option<&str>) -> Cow<'t, str> {
    match (address.split_once('@'), domain) {
        (Some((local, rest)), Some(domain)) if !rest.contains('@') => Cow::Owned(format!("{local}@{domain}")),
        _ => address,
    }
}

/// The primary address in TimeCamp.
pub(crate) fn primary<'t>(email: &'t str, domain: Option<&str>) -> Cow<'t, str> {
    let moved = moved(lower(email), domain);
    match domain {
        Some(_) => Cow::Owned(moved.to_lowercase()),
        None => moved,
    }
}

/// The additional address in TimeCamp: none when it is empty or the same as the primary one.
pub(crate) fn additional<'t>(real_email: &'t str, email: &str, domain: Option<&str>) -> Option<Cow<'t, str>> {
    let real = real_email.trim();
    (!real.is_empty() && lower(real) != lower(email)).then(|| moved(Cow::Borrowed(real), domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primary_addresses_are_lower_case() {
        assert_eq!(primary(" Ann@X.Test ", None), "ann@x.test");
        assert_eq!(primary("ŁUCJA@x.test", None), "łucja@x.test");
        assert_eq!(primary("Ann@X.Test", Some("T.io")), "ann@t.io");
    }

    #[test]
    fn only_one_at_sign_makes_a_domain() {
        assert_eq!(primary("ann", Some("t.io")), "ann");
        assert_eq!(primary("a@b@c", Some("t.io")), "a@b@c");
        assert_eq!(primary("a@", Some("t.io")), "a@t.io");
    }

    #[test]
    fn the_additional_address_keeps_its_case_and_differs() {
        assert_eq!(additional("Ann@Home.Test", "ann@x.test", None).unwrap(), "Ann@Home.Test");
        assert_eq!(additional("Ann@Home.Test", "ann@x.test", Some("t.io")).unwrap(), "Ann@t.io");
        assert_eq!(additional("ANN@x.test", "ann@X.test", Some("t.io")), None);
        assert_eq!(additional(" ", "ann@x.test", None), None);
    }
}
