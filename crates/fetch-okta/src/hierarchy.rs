//! Who is whose supervisor, and whether that makes a hierarchy. Pure.

use crate::report::{Defect, Report};
use crate::settings::Fields;
use crate::wire::{Key, Person};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::models::{SourceUser, Status};

/// People by the key that others name them by.
type ByKey<'a> = BTreeMap<&'a Key, Vec<&'a Person>>;

fn by_key(people: &[Person]) -> ByKey<'_> {
    let mut map = ByKey::new();
    for person in people {
        if let Some(key) = &person.key {
            map.entry(key).or_default().push(person);
        }
    }
    map
}

/// The supervisors that people name who are not among them and were not asked for yet.
pub(crate) fn missing(people: &[Person], asked: &BTreeSet<Key>) -> BTreeSet<Key> {
    let known = by_key(people);
    let named = people.iter().filter_map(|person| person.supervisor.as_ref());
    named.filter(|key| !known.contains_key(key) && !asked.contains(*key)).cloned().collect()
}

/// Adds those of `found` who were asked for. They serve the hierarchy alone, whatever their status.
pub(crate) fn add_found(people: &mut Vec<Person>, found: Vec<Person>, asked: &BTreeSet<Key>) {
    let mut known: BTreeSet<String> = people.iter().map(|person| person.okta_id.clone()).collect();
    for mut person in found {
        // Okta finds users by other things too, such as an id that is somebody's login.
        let wanted = person.key.as_ref().is_some_and(|key| asked.contains(key));
        if wanted && known.insert(person.okta_id.clone()) {
            person.user.status = Status::Inactive;
            person.user.hierarchy_only = Some(true);
            people.push(person);
        }
    }
}

/// Of several accounts with one key the one in use: an active one, else one that is not deprovisioned.
fn in_use<'a>(candidates: &[&'a Person]) -> Vec<&'a Person> {
    let rank = |person: &Person| match person.okta_status.as_str() {
        "ACTIVE" => 0,
        "DEPROVISIONED" => 2,
        _ => 1,
    };
    let best = candidates.iter().map(|person| rank(person)).min();
    candidates.iter().filter(|person| Some(rank(person)) == best).copied().collect()
}

/// Gives everybody their supervisor's external id, or says all that has to be repaired in Okta first.
pub(crate) fn resolved(
    people: &[Person],
    fields: &Fields,
    max_roots: Option<usize>,
) -> Result<Vec<SourceUser>, Report> {
    let known = by_key(people);
    let mut defects = defects_of_ids(people);
    let mut superior: BTreeMap<&str, &Person> = BTreeMap::new();
    for person in people {
        let Some(key) = &person.supervisor else { continue };
        match in_use(known.get(key).map(Vec::as_slice).unwrap_or_default()).as_slice() {
            [] => defects.push(Defect::Lost(person, &key.written)),
            [one] => {
                superior.insert(&person.okta_id, one);
            }
            several => defects.push(Defect::Ambiguous(person, &key.written, several.to_vec())),
        }
    }
    let named: BTreeMap<&str, &Person> = superior.values().map(|person| (person.okta_id.as_str(), *person)).collect();
    let nameless = |person: &&&Person| person.user.external_id.is_empty() && person.user.status == Status::Inactive;
    let nameless: Vec<&Person> = named.values().filter(nameless).copied().collect();
    if !nameless.is_empty() {
        defects.push(Defect::SupervisorsWithoutId(nameless));
    }
    defects.extend(cycles(people, &superior).into_iter().map(Defect::Cycle));
    if let Some(max) = max_roots {
        let counts =
            |person: &&Person| person.user.status == Status::Active || named.contains_key(person.okta_id.as_str());
        let is_root = |person: &&Person| match &person.supervisor {
            Some(_) => superior.get(person.okta_id.as_str()).is_some_and(|above| above.okta_id == person.okta_id),
            None => true,
        };
        let roots: Vec<&Person> = people.iter().filter(is_root).filter(counts).collect();
        if roots.len() > max {
            defects.push(Defect::Roots(roots, max));
        }
    }
    if !defects.is_empty() {
        return Err(Report::new(&defects, fields));
    }
    let user = |person: &Person| {
        let above = superior.get(person.okta_id.as_str()).map(|above| above.user.external_id.clone());
        SourceUser { supervisor_id: above.unwrap_or_default(), ..person.user.clone() }
    };
    Ok(people.iter().map(user).collect())
}

/// Active people without an identity or an address, and identities that stand twice.
fn defects_of_ids(people: &[Person]) -> Vec<Defect<'_>> {
    let active = || people.iter().filter(|person| person.user.status == Status::Active);
    let mut by_id: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for person in people.iter().filter(|person| !person.user.external_id.is_empty()) {
        by_id.entry(&person.user.external_id).or_default().push(person);
    }
    let without_id: Vec<&Person> = active().filter(|person| person.user.external_id.is_empty()).collect();
    let without_email: Vec<&Person> = active().filter(|person| person.user.email.is_empty()).collect();
    let lists = [Defect::WithoutId(without_id), Defect::WithoutEmail(without_email)];
    let twice = by_id.into_iter().filter(|(_, people)| people.len() > 1).map(|(id, people)| Defect::Twice(id, people));
    lists.into_iter().filter(|defect| !defect.is_empty()).chain(twice).collect()
}

/// Every circle of two or more people, each once, from the first of its members in the order of `people`.
fn cycles<'a>(people: &'a [Person], superior: &BTreeMap<&str, &'a Person>) -> Vec<Vec<&'a Person>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for start in people {
        let mut path: Vec<&Person> = Vec::new();
        let mut next = Some(start);
        while let Some(person) = next.filter(|person| !done.contains(person.okta_id.as_str())) {
            if let Some(place) = path.iter().position(|earlier| earlier.okta_id == person.okta_id) {
                let circle = path.split_off(place);
                done.extend(circle.iter().map(|person| person.okta_id.as_str()));
                if circle.len() > 1 {
                    found.push(circle);
                }
                break;
            }
            path.push(person);
            next = superior.get(person.okta_id.as_str()).copied();
        }
        done.extend(path.iter().map(|person| person.okta_id.as_str()));
    }
    found
}

#[cfg(test)]
mod tests;
