//! What TimeCamp has: who can be found how, and the kinds of day.

use crate::settings::{ExternalIds, Policy};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::names::{address_key, loose_name_key, same_name_key};
use timecamp_scim_core::timecamp::{DayType, Setting, Usage, User, UserId};

/// Settings by user.
pub(crate) type Settings = BTreeMap<UserId, BTreeMap<Setting, String>>;

/// The account as far as time off is concerned.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// Everybody, by id.
    pub(crate) users: BTreeMap<UserId, Person>,
    /// Users who are never touched.
    pub(crate) ignored: BTreeSet<UserId>,
    /// The kinds of day, by id.
    pub(crate) day_types: BTreeMap<u64, DayType>,
    primary: BTreeMap<String, UserId>,
    additional: BTreeMap<String, UserId>,
    external: BTreeMap<String, UserId>,
}

/// How a user is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) name: String,
}

impl World {
    /// Puts together what was read. Where an address or an external id stands twice, the lowest user id has it.
    pub(crate) fn new(mut users: Vec<User>, settings: &Settings, day_types: Vec<DayType>, policy: &Policy) -> Self {
        users.sort_by_key(|user| user.id);
        let mut world = Self {
            ignored: policy.ignored.clone(),
            day_types: day_types.into_iter().map(|kind| (kind.id, kind)).collect(),
            ..Self::default()
        };
        for User { id, email, name, group: _ } in users {
            let set = |setting| settings.get(&id).and_then(|all| all.get(&setting)).map(String::as_str);
            add(&mut world.primary, address_key(&email), id);
            add(&mut world.additional, address_key(set(Setting::AdditionalEmail).unwrap_or_default()), id);
            if policy.external_ids == ExternalIds::Ours {
                let external = set(Setting::ExternalId).unwrap_or_default().trim().to_owned();
                add(&mut world.external, external, id);
            }
            world.users.insert(id, Person { email, name });
        }
        world
    }

    /// Who has this address, else this additional address, else this external id.
    pub(crate) fn find(&self, email: Option<&str>, external_id: Option<&str>) -> Option<UserId> {
        let email = email.map(address_key);
        let by_address = |all: &BTreeMap<String, UserId>| all.get(email.as_ref()?).copied();
        by_address(&self.primary)
            .or_else(|| by_address(&self.additional))
            .or_else(|| self.external.get(external_id?.trim()).copied())
    }

    /// The kind of day of this name: exactly, else whatever the letter case, and before all one that is in use. Of
    /// several the one with the lowest id.
    pub(crate) fn day_type(&self, name: &str) -> Option<&DayType> {
        let by = |usage: Usage, key: fn(&str) -> String| {
            let wanted = key(name);
            self.day_types.values().find(move |kind| kind.usage == usage && key(&kind.name) == wanted)
        };
        let named = |usage| by(usage, same_name_key).or_else(|| by(usage, loose_name_key));
        named(Usage::InUse).or_else(|| named(Usage::Retired))
    }
}

fn add(index: &mut BTreeMap<String, UserId>, key: String, user: UserId) {
    if !key.is_empty() {
        index.entry(key).or_insert(user);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn user(id: u64, email: &str) -> User {
        User { id: UserId(id), email: email.to_owned(), name: format!("User {id}"), group: None }
    }

    pub(crate) fn day_types() -> Vec<DayType> {
        [(12, "Working Day", false), (13, "Vacation", true), (14, "Sick Leave", true), (15, "Home office", false)]
            .into_iter()
            .map(|(id, name, day_off)| DayType { id, name: name.to_owned(), day_off, usage: Usage::InUse })
            .collect()
    }

    fn settings(of: &[(u64, Setting, &str)]) -> Settings {
        let mut all = Settings::new();
        for (user, setting, value) in of {
            all.entry(UserId(*user)).or_default().insert(*setting, (*value).to_owned());
        }
        all
    }

    #[test]
    fn the_address_comes_before_the_additional_one_and_both_before_the_external_id() {
        let of = settings(&[
            (1, Setting::AdditionalEmail, "b@x.test"),
            (1, Setting::ExternalId, "e1"),
            (3, Setting::AdditionalEmail, " Third@X.test "),
            (4, Setting::ExternalId, " e1 "),
            (4, Setting::AdditionalEmail, "third@x.test"),
        ]);
        let users = vec![user(4, "d@x.test"), user(3, "c@x.test"), user(2, "B@x.test"), user(1, "a@x.test")];
        let world = World::new(users, &of, Vec::new(), &Policy::default());
        let find = |email, id| world.find(email, id).map(|user| user.0);
        assert_eq!(find(Some(" A@X.test"), None), Some(1));
        assert_eq!(find(Some("b@x.test"), Some("e1")), Some(2));
        assert_eq!(find(Some("third@x.test"), Some("e1")), Some(3));
        assert_eq!(find(Some("nobody@x.test"), Some(" e1 ")), Some(1));
        assert_eq!(find(None, Some("e1")), Some(1));
        assert_eq!(find(Some("nobody@x.test"), Some("e2")), None);
        assert_eq!(find(None, None), None);
        assert_eq!(find(Some(""), Some("")), None);
    }

    #[test]
    fn foreign_external_ids_find_nobody() {
        let of = settings(&[(1, Setting::ExternalId, "e1")]);
        let policy = Policy { external_ids: ExternalIds::Foreign, ..Policy::default() };
        assert_eq!(World::new(vec![user(1, "a@x.test")], &of, Vec::new(), &policy).find(None, Some("e1")), None);
    }

    #[test]
    fn day_types_are_found_by_name() {
        let mut kinds = day_types();
        kinds.push(DayType { id: 9, name: "VACATION".to_owned(), day_off: true, usage: Usage::InUse });
        let world = World::new(Vec::new(), &Settings::new(), kinds, &Policy::default());
        let id = |name| world.day_type(name).map(|kind| kind.id);
        assert_eq!(id("Vacation"), Some(13));
        assert_eq!(id(" sick  leave "), Some(14));
        assert_eq!(id("vacation"), Some(9), "the lowest of those that differ in letter case alone");
        assert_eq!(id("Holiday"), None);
    }
}
