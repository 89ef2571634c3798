//! Who the managers are: a table from the main search, completed by few look-ups.

use crate::dn::{Dn, DnKey};
use crate::entry::Entry;
use crate::identity;
use crate::person;
use std::collections::{BTreeMap, BTreeSet};

/// Names to one look-up; well below every limit on results and on the length of a filter.
pub(crate) const BATCH: usize = 50;

/// What is known of the entries that somebody names as manager.
#[derive(Debug, Default)]
pub(crate) struct Managers {
    known: BTreeMap<DnKey, Manager>,
    /// What stands where a manager's name should, and is none.
    unreadable: BTreeSet<String>,
}

#[derive(Debug)]
enum Manager {
    /// One of the people.
    Person(String),
    /// Found besides; the entry is there to become a person if wanted.
    Besides(String, Box<Entry>),
    /// The directory does not show it, or it has no identity. Its name, for the warning.
    Lost(String),
}

impl Managers {
    /// The table of everybody in the main search.
    pub(crate) fn of(people: &[Entry]) -> Self {
        let known = people
            .iter()
            .filter_map(|entry| Some((entry.name()?.key(), Manager::Person(identity::external_id(entry)?))));
        Self { known: known.collect(), unreadable: BTreeSet::new() }
    }

    /// Managers of these entries that have not been looked up, each once.
    pub(crate) fn missing<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> Vec<Dn> {
        let mut missing = BTreeMap::new();
        for manager in entries.into_iter().filter_map(person::manager_text) {
            match Dn::parse(manager) {
                Ok(dn) => {
                    missing.entry(dn.key()).or_insert(dn);
                }
                Err(_) => {
                    self.unreadable.insert(manager.to_owned());
                }
            }
        }
        missing.retain(|key, _| !self.known.contains_key(key));
        missing.into_values().collect()
    }

    /// Takes in what a look-up of `asked` found; the rest is lost.
    pub(crate) fn add(&mut self, asked: &[Dn], found: Vec<Entry>) {
        for entry in found {
            if let (Some(dn), Some(id)) = (entry.name(), identity::external_id(&entry)) {
                self.known.entry(dn.key()).or_insert_with(|| Manager::Besides(id, Box::new(entry)));
            }
        }
        for dn in asked {
            self.known.entry(dn.key()).or_insert_with(|| Manager::Lost(dn.to_string()));
        }
    }

    /// The identity of the entry's manager.
    pub(crate) fn of_entry(&self, entry: &Entry) -> Option<String> {
        match self.known.get(&person::manager(entry)?.key())? {
            Manager::Person(id) | Manager::Besides(id, _) => Some(id.clone()),
            Manager::Lost(_) => None,
        }
    }

    /// The entries, found besides the people, of these identities.
    pub(crate) fn entries(&self, ids: &[String]) -> Vec<Entry> {
        let entry = |manager: &Manager| match manager {
            Manager::Besides(id, entry) if ids.contains(id) => Some(Entry::clone(entry)),
            Manager::Person(_) | Manager::Besides(..) | Manager::Lost(_) => None,
        };
        self.known.values().filter_map(entry).collect()
    }

    /// The names of the managers that are not to be found, and what is no name at all.
    pub(crate) fn lost(&self) -> Vec<&str> {
        let lost = self.known.values().filter_map(|manager| match manager {
            Manager::Lost(dn) => Some(dn.as_str()),
            Manager::Person(_) | Manager::Besides(..) => None,
        });
        lost.chain(self.unreadable.iter().map(String::as_str)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    #[test]
    fn people_first_then_those_found_besides_then_the_lost() {
        let ann = sample(r"CN=Ex\, Ann,OU=a,DC=x", &[("entryUUID", "1"), ("manager", "cn=Bob,ou=b,dc=x")]);
        let eve = sample("CN=Eve,OU=a,DC=x", &[("entryUUID", "2"), ("manager", r"cn=ex\2c ann, ou=A,dc=x")]);
        let max = sample("CN=Max,OU=a,DC=x", &[("entryUUID", "3"), ("manager", "CN=Gone,DC=x")]);
        let odd = sample("CN=Odd,OU=a,DC=x", &[("entryUUID", "4"), ("manager", "nobody")]);
        let people = [ann, eve, max, odd];
        let mut managers = Managers::of(&people);
        let missing = managers.missing(&people);
        assert_eq!(missing.iter().map(Dn::as_str).collect::<Vec<_>>(), ["cn=Bob,ou=b,dc=x", "CN=Gone,DC=x"]);
        let bob = sample("CN=Bob,OU=b,DC=x", &[("entryUUID", "9")]);
        let nameless = sample("CN=Gone,DC=x", &[]);
        managers.add(&missing, vec![bob.clone(), nameless]);
        let ids: Vec<Option<String>> = people.iter().map(|entry| managers.of_entry(entry)).collect();
        assert_eq!(ids, [Some("9".to_owned()), Some("1".to_owned()), None, None]);
        assert_eq!(managers.entries(&["9".to_owned(), "1".to_owned()]), [bob]);
        assert_eq!(managers.lost(), ["CN=Gone,DC=x", "nobody"]);
        assert!(managers.missing(&people).is_empty());
    }
}
