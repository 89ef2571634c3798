//! From an entry to a person.

use crate::address::{Addresses, Given};
use crate::directory::Kind;
use crate::dn::Dn;
use crate::entry::Entry;
use crate::groups::Group;
use crate::identity;
use crate::units::{Department, Descriptions};
use timecamp_scim_core::models::{SourceUser, Status};

/// ACCOUNTDISABLE in `userAccountControl` (MS-ADTS 2.2.16).
const DISABLED: i64 = 2;

/// What is asked of everybody.
const ATTRIBUTES: [&str; 14] = [
    "objectGUID",
    "entryUUID",
    "displayName",
    "givenName",
    "sn",
    "mail",
    "department",
    "title",
    "manager",
    "userAccountControl",
    "sAMAccountName",
    "uid",
    "objectSid",
    "primaryGroupID",
];

/// The groups that give a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    /// Its members become supervisors.
    pub(crate) supervisors: Option<Group>,
    /// Its members become administrators.
    pub(crate) admins: Option<Group>,
}

/// How entries become people.
#[derive(Debug)]
pub(crate) struct Mapping<'s> {
    pub(crate) addresses: &'s Addresses,
    pub(crate) department: Department,
    pub(crate) roles: Roles,
    pub(crate) descriptions: Descriptions,
}

/// The attributes to ask for. `memberOf` may be long, and elsewhere than in Active Directory it is operational: it
/// comes only when named.
pub(crate) fn attributes(kind: Kind, groups: Groups) -> Vec<&'static str> {
    let member_of = (groups == Groups::Wanted).then_some(match kind {
        Kind::ActiveDirectory => "memberOf;range=0-1499",
        Kind::Other => "memberOf",
    });
    ATTRIBUTES.into_iter().chain(member_of).collect()
}

/// Whether group membership matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Groups {
    /// A group is configured.
    Wanted,
    /// None is.
    Unwanted,
}

impl Mapping<'_> {
    /// The person of an entry. `supervisor_id` is who its `manager` is.
    pub(crate) fn person(&self, entry: &Entry, supervisor_id: Option<String>) -> SourceUser {
        let Given { email, real_email } = self.addresses.of(entry);
        let in_group = |group: &Option<Group>| group.as_ref().is_some_and(|group| group.holds(entry)).then_some(true);
        SourceUser {
            name: name(entry),
            email,
            real_email,
            department: self.department.of(entry, &self.descriptions),
            job_title: entry.text("title").map(str::to_owned),
            status: if is_disabled(entry) { Status::Inactive } else { Status::Active },
            supervisor_id: supervisor_id.unwrap_or_default(),
            force_supervisor_role: in_group(&self.roles.supervisors),
            force_global_admin_role: in_group(&self.roles.admins),
            ..SourceUser::new(identity::external_id(entry).unwrap_or_default())
        }
    }
}

/// `displayName`, else `givenName sn`.
fn name(entry: &Entry) -> String {
    let both = || [entry.text("givenName"), entry.text("sn")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    entry.text("displayName").map_or_else(both, str::to_owned)
}

/// Directories without `userAccountControl`, and accounts that may not read it, know nobody as disabled.
pub(crate) fn is_disabled(entry: &Entry) -> bool {
    let control = entry.text("userAccountControl").and_then(|text| text.parse::<i64>().ok());
    control.is_some_and(|control| control & DISABLED != 0)
}

/// Whom the entry names as its manager, as it is written.
pub(crate) fn manager_text(entry: &Entry) -> Option<&str> {
    entry.text("manager")
}

/// Whom the entry names as its manager; `None` also when the name cannot be read.
pub(crate) fn manager(entry: &Entry) -> Option<Dn> {
    manager_text(entry).and_then(|dn| Dn::parse(dn).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Primary, Rule};
    use crate::entry::sample;

    fn addresses() -> Addresses {
        Addresses { rule: Rule::Mail, domain: "corp.test".to_owned(), preferred: None, primary: Primary::Rule }
    }

    fn person(attributes: &[(&str, &str)]) -> SourceUser {
        let addresses = addresses();
        let roles = Roles { supervisors: Some(Group::by_name("leads")), admins: None };
        let mapping = Mapping {
            addresses: &addresses,
            department: Department::Attribute,
            roles,
            descriptions: Descriptions::new(),
        };
        mapping.person(&sample("CN=Ann,DC=corp", attributes), Some("boss".to_owned()))
    }

    #[test]
    fn every_field() {
        let ann = person(&[
            ("ENTRYUUID", "4711"),
            ("DisplayName", " Ann Ex "),
            ("mail", "Ann@corp.test"),
            ("department", "Ops"),
            ("title", "Lead"),
            ("userAccountControl", "512"),
            ("memberOf", "CN=Leads,DC=corp"),
        ]);
        let expected = SourceUser {
            name: "Ann Ex".to_owned(),
            email: "ann@corp.test".to_owned(),
            department: Some("Ops".to_owned()),
            job_title: Some("Lead".to_owned()),
            supervisor_id: "boss".to_owned(),
            force_supervisor_role: Some(true),
            ..SourceUser::new("4711")
        };
        assert_eq!(ann, expected);
    }

    #[test]
    fn a_name_from_its_parts_and_a_disabled_account() {
        let ann = person(&[("givenName", "Ann"), ("sn", "Ex"), ("userAccountControl", "514")]);
        assert_eq!((ann.name.as_str(), ann.status), ("Ann Ex", Status::Inactive));
        assert_eq!(person(&[("sn", "Ex")]).name, "Ex");
        assert_eq!(person(&[("userAccountControl", "-2147483646")]).status, Status::Inactive);
        assert_eq!(person(&[]).status, Status::Active);
        assert_eq!(person(&[]).force_supervisor_role, None);
    }

    #[test]
    fn only_what_is_needed_is_asked_for() {
        assert_eq!(attributes(Kind::ActiveDirectory, Groups::Unwanted), ATTRIBUTES);
        assert!(attributes(Kind::ActiveDirectory, Groups::Wanted).contains(&"memberOf;range=0-1499"));
        assert!(attributes(Kind::Other, Groups::Wanted).contains(&"memberOf"));
    }
}
