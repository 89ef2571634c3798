//! Who is in the groups that give a role.

use crate::directory::Kind;
use crate::dn::{Dn, DnKey};
use crate::entry::Entry;
use crate::identity::{self, Sid};
use std::collections::BTreeSet;
use timecamp_scim_core::names::loose_name_key;

/// What is asked of a group. Active Directory sends at most so many members at once anyway, asked for in parts or not.
pub(crate) fn attributes(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::ActiveDirectory => ["member;range=0-1499", "uniqueMember", "objectSid"],
        Kind::Other => ["member", "uniqueMember", "objectSid"],
    }
}

/// A group that the settings name, with what the directory tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Group {
    name: String,
    /// The distinguished names of all groups of that name.
    found: Vec<String>,
    /// Members that the group's own entry names.
    members: BTreeSet<DnKey>,
    /// Its identifiers, for accounts that have it as their primary group.
    sids: BTreeSet<Sid>,
}

impl Group {
    /// The group of that name, from the entries found under it: only those whose own name it is, in any letter case.
    /// `None` when there is none.
    pub(crate) fn new(name: &str, found: &[Entry]) -> Option<Self> {
        let wanted = loose_name_key(name);
        let own: Vec<&Entry> = found
            .iter()
            .filter(|entry| entry.name().is_some_and(|dn| loose_name_key(dn.first_value()) == wanted))
            .collect();
        let values = |name: &'static str| own.iter().flat_map(move |entry| entry.texts(name));
        let members = values("member").chain(values("uniqueMember")).filter_map(|dn| Dn::parse(dn).ok());
        (!own.is_empty()).then(|| Self {
            name: wanted,
            found: own.iter().map(|entry| entry.dn.clone()).collect(),
            members: members.map(|dn| dn.key()).collect(),
            sids: own.iter().filter_map(|entry| identity::sid(entry)).collect(),
        })
    }

    /// A group that is only known from the `memberOf` of its members, such as one of another domain.
    pub(crate) fn by_name(name: &str) -> Self {
        Self { name: loose_name_key(name), ..Self::default() }
    }

    /// The groups of that name, as far as their entries may be seen.
    pub(crate) fn found(&self) -> &[String] {
        &self.found
    }

    /// Whether the entry is a member: by its `memberOf`, by the group's own list, or by its primary group.
    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        self.is_named_by(entry)
            || entry.name().is_some_and(|dn| self.members.contains(&dn.key()))
            || identity::primary_group(entry).is_some_and(|sid| self.sids.contains(&sid))
    }

    /// Whether the entry's `memberOf` names a group of this name.
    pub(crate) fn is_named_by(&self, entry: &Entry) -> bool {
        entry
            .texts("memberOf")
            .filter_map(|dn| Dn::parse(dn).ok())
            .any(|dn| loose_name_key(dn.first_value()) == self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    fn member_of(groups: &[&str]) -> Entry {
        let values = groups.iter().map(|group| group.as_bytes().to_vec()).collect();
        Entry::new("CN=Ann,DC=corp".to_owned(), [("memberOf".to_owned(), values)])
    }

    #[test]
    fn a_name_matches_whole_in_any_letter_case() {
        let leads = Group::by_name("team leads");
        assert!(leads.holds(&member_of(&["CN=Other,DC=corp", "cn=Team Leads,OU=x,DC=corp"])));
        for other in ["CN=Team Leads Berlin,DC=corp", "CN=Leads,DC=corp", "CN=x,OU=team leads,DC=corp"] {
            assert!(!leads.holds(&member_of(&[other])), "{other}");
        }
        assert!(Group::by_name("Ops, Berlin").holds(&member_of(&[r"CN=Ops\, Berlin,DC=corp"])));
    }

    #[test]
    fn the_groups_own_list_counts_too() {
        let entry = sample("cn=Leads,ou=groups,dc=corp", &[("member", "cn=ann, dc=CORP")]);
        let similar = sample("cn=Leads 2,ou=groups,dc=corp", &[("member", "cn=eve,dc=corp")]);
        let leads = Group::new("leads", &[similar.clone(), entry]).unwrap();
        assert!(leads.holds(&sample("CN=Ann,DC=corp", &[])));
        assert!(!leads.holds(&sample("CN=Eve,DC=corp", &[])));
        assert_eq!(Group::new("leads", &[similar]), None);
    }

    #[test]
    fn the_primary_group_counts() {
        let sid = |last: u8| vec![vec![1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, last, 2, 0, 0]];
        let with = |dn: &str, last, primary: &str| {
            let primary = ("primaryGroupID".to_owned(), vec![primary.as_bytes().to_vec()]);
            Entry::new(dn.to_owned(), [("objectSid".to_owned(), sid(last)), primary])
        };
        let users = Group::new("domain users", &[with("CN=Domain Users,DC=corp", 1, "")]).unwrap();
        assert!(users.holds(&with("CN=Ann,DC=corp", 9, "513")));
        assert!(!users.holds(&with("CN=Bob,DC=corp", 9, "514")));
    }
}
