//! Which role a person has.

use crate::hierarchy::Lead;
use crate::record::{Claim, Force, Record};
use crate::settings::{Grouping, RoleSource, Settings};
use timecamp_scim_core::models::Role;

/// Why a person has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    ForcedAdministrator,
    ForcedSupervisor,
    /// Supervisors are forced for others.
    NotForced,
    IsSupervisor,
    RoleId,
    HasReports,
    NoReports,
}

/// Whether any record forces the supervisor role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forced {
    Nobody,
    Somebody,
}

impl Forced {
    pub(crate) fn of(records: &[Record<'_>]) -> Self {
        if records.iter().any(Record::forces_supervisor) { Self::Somebody } else { Self::Nobody }
    }
}

/// The role of the person with this record.
pub(crate) fn of(record: &Record<'_>, lead: Lead, forced: Forced, settings: &Settings) -> (Role, Why) {
    match (record.force, forced, settings.roles) {
        (Force::Administrator | Force::Both, _, _) => (Role::Administrator, Why::ForcedAdministrator),
        (Force::Supervisor, _, _) => (Role::Supervisor, Why::ForcedSupervisor),
        (Force::Nothing, Forced::Somebody, _) => (Role::User, Why::NotForced),
        (Force::Nothing, Forced::Nobody, RoleSource::IsSupervisor) => match record.claim {
            Claim::Supervisor => (Role::Supervisor, Why::IsSupervisor),
            Claim::Other => (Role::User, Why::IsSupervisor),
        },
        (Force::Nothing, Forced::Nobody, RoleSource::RoleId) => by_id(record, lead, settings.grouping),
    }
}

fn by_id(record: &Record<'_>, lead: Lead, grouping: Grouping) -> (Role, Why) {
    match (record.role_id.as_ref(), grouping, lead) {
        ("1", _, _) => (Role::Administrator, Why::RoleId),
        ("2", _, _) => (Role::Supervisor, Why::RoleId),
        ("5", _, _) => (Role::Guest, Why::RoleId),
        (_, Grouping::Departments, _) => (Role::User, Why::RoleId),
        (_, Grouping::Supervisors | Grouping::Both, Lead::Known | Lead::Unknown) => (Role::Supervisor, Why::HasReports),
        (_, Grouping::Supervisors | Grouping::Both, Lead::Nobody) => (Role::User, Why::NoReports),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(force: Force, id: &'static str, claim: Claim, lead: Lead, settings: (Grouping, RoleSource)) -> Role {
        let record = Record { force, role_id: id.into(), claim, ..Record::default() };
        let forced = Forced::of(std::slice::from_ref(&record));
        let settings = Settings { grouping: settings.0, roles: settings.1, ..Settings::default() };
        of(&record, lead, forced, &settings).0
    }

    const BY_ID: (Grouping, RoleSource) = (Grouping::Departments, RoleSource::RoleId);
    const BY_REPORTS: (Grouping, RoleSource) = (Grouping::Both, RoleSource::RoleId);
    const BY_CLAIM: (Grouping, RoleSource) = (Grouping::Both, RoleSource::IsSupervisor);

    #[test]
    fn role_ids() {
        for (id, plain, leading) in [
            ("1", Role::Administrator, Role::Administrator),
            ("2", Role::Supervisor, Role::Supervisor),
            ("5", Role::Guest, Role::Guest),
            ("3", Role::User, Role::Supervisor),
            ("9", Role::User, Role::Supervisor),
            ("", Role::User, Role::Supervisor),
        ] {
            assert_eq!(role(Force::Nothing, id, Claim::Supervisor, Lead::Known, BY_ID), plain, "{id}");
            assert_eq!(role(Force::Nothing, id, Claim::Supervisor, Lead::Known, BY_REPORTS), leading, "{id}");
            assert_eq!(role(Force::Nothing, id, Claim::Supervisor, Lead::Unknown, BY_REPORTS), leading, "{id}");
            assert_eq!(role(Force::Nothing, id, Claim::Supervisor, Lead::Nobody, BY_REPORTS), plain, "{id}");
        }
    }

    #[test]
    fn force_comes_first_and_makes_users_of_the_others() {
        assert_eq!(role(Force::Both, "5", Claim::Other, Lead::Nobody, BY_CLAIM), Role::Administrator);
        assert_eq!(role(Force::Supervisor, "1", Claim::Other, Lead::Nobody, BY_ID), Role::Supervisor);
        let other = Record { role_id: "1".into(), ..Record::default() };
        assert_eq!(of(&other, Lead::Known, Forced::Somebody, &Settings::default()), (Role::User, Why::NotForced));
    }

    #[test]
    fn claims_count_when_they_are_asked_for() {
        assert_eq!(role(Force::Nothing, "1", Claim::Supervisor, Lead::Nobody, BY_CLAIM), Role::Supervisor);
        assert_eq!(role(Force::Nothing, "1", Claim::Other, Lead::Known, BY_CLAIM), Role::User);
    }
}
