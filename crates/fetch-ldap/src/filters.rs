//! Search filters (RFC 4515).

use crate::directory::Kind;
use crate::dn::Dn;
use ldap3::ldap_escape;

/// Enabled accounts of people; a plain `(objectClass=person)` would find computers too.
const ACTIVE_DIRECTORY: &str =
    "(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))";
const ELSEWHERE: &str = "(objectClass=person)";
/// Everybody who might be meant, to tell a wrong filter from missing rights.
pub(crate) const ANYBODY: &str = "(|(objectClass=person)(objectClass=posixAccount))";
/// Any entry at all.
pub(crate) const ANYTHING: &str = "(objectClass=*)";

/// What of Active Directory a filter may use: elsewhere such a condition is undefined, and nobody matches.
const ACTIVE_DIRECTORY_ONLY: [&str; 6] = [
    "1.2.840.113556.1.4.803",
    "1.2.840.113556.1.4.804",
    "1.2.840.113556.1.4.1941",
    "userAccountControl",
    "objectCategory",
    "sAMAccountName",
];

/// The filter for people when none is set.
pub(crate) fn default_for(kind: Kind) -> &'static str {
    match kind {
        Kind::ActiveDirectory => ACTIVE_DIRECTORY,
        Kind::Other => ELSEWHERE,
    }
}

/// The filter as it is sent: in parentheses.
pub(crate) fn whole(filter: &str) -> String {
    let filter = filter.trim();
    if filter.starts_with('(') { filter.to_owned() } else { format!("({filter})") }
}

/// Whether a filter can be read.
pub(crate) fn is_valid(filter: &str) -> bool {
    ldap3::parse_filter(whole(filter)).is_ok()
}

/// What in the filter only Active Directory understands.
pub(crate) fn active_directory_only(filter: &str) -> Vec<&'static str> {
    let filter = filter.to_ascii_lowercase();
    ACTIVE_DIRECTORY_ONLY.into_iter().filter(|part| filter.contains(&part.to_ascii_lowercase())).collect()
}

/// Groups of this name.
pub(crate) fn groups(kind: Kind, name: &str) -> String {
    let name = ldap_escape(name.trim());
    match kind {
        Kind::ActiveDirectory => format!("(&(objectCategory=group)(cn={name}))"),
        Kind::Other => {
            let classes: String =
                ["groupOfNames", "groupOfUniqueNames", "groupOfMembers", "groupOfURLs", "posixGroup", "group"]
                    .map(|class| format!("(objectClass={class})"))
                    .concat();
            format!("(&(|{classes})(cn={name}))")
        }
    }
}

/// The entries of these names; `attribute` holds an entry's own name (`distinguishedName`, `entryDN`).
pub(crate) fn any_of<'d>(attribute: &str, names: impl IntoIterator<Item = &'d Dn>) -> String {
    let any: Vec<String> = names.into_iter().map(|dn| format!("({attribute}={})", ldap_escape(dn.as_str()))).collect();
    format!("(|{})", any.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_can_be_read() {
        let dn = Dn::parse(r"CN=Ex\, Ann (Ops)*,DC=corp").unwrap();
        let by_name = any_of("distinguishedName", [&dn, &dn]);
        assert_eq!(
            by_name,
            r"(|(distinguishedName=CN=Ex\5c, Ann \28Ops\29\2a,DC=corp)(distinguishedName=CN=Ex\5c, Ann \28Ops\29\2a,DC=corp))"
        );
        for kind in [Kind::ActiveDirectory, Kind::Other] {
            for filter in [default_for(kind), &groups(kind, "Team (Leads) *"), ANYBODY, ANYTHING, &by_name] {
                assert!(is_valid(filter), "{filter}");
            }
        }
        assert!(is_valid("mail=*"));
        assert_eq!(whole(" mail=* "), "(mail=*)");
        assert!(!is_valid("(&(mail=*)"));
    }

    #[test]
    fn what_only_active_directory_understands() {
        let original = "(&(objectClass=person)(!(useraccountcontrol:1.2.840.113556.1.4.803:=2)))";
        assert_eq!(active_directory_only(original), ["1.2.840.113556.1.4.803", "userAccountControl"]);
        assert!(active_directory_only(ELSEWHERE).is_empty());
    }
}
