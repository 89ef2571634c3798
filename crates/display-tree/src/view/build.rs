//! Puts groups and people into the order in which they are shown.

use super::{Group, Guarded, Person, View, What};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use timecamp_scim_core::names::loose_name_key;

/// A group while the tree grows: numbered as they come, whatever the order.
#[derive(Debug, Clone)]
pub(super) struct Sprout {
    pub(super) parent: Option<usize>,
    pub(super) group: Group,
}

impl Sprout {
    pub(super) fn new(name: impl Into<String>, parent: Option<usize>, level: usize, kind: super::GroupKind) -> Self {
        let group = Group { name: name.into(), parent: None, level, kind, what: What::Nothing, guarded: Guarded::Free };
        Self { parent, group }
    }
}

/// The view: every group after the one above it, siblings by name, people by role and name. Groups at the top keep
/// the order in which they came.
pub(super) fn ordered(sprouts: Vec<Sprout>, mut people: Vec<Person>) -> View {
    let order = order(&sprouts);
    let mut place = vec![0; sprouts.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = new;
        }
    }
    let moved = |old: usize| place.get(old).copied().unwrap_or_default();
    let mut groups: Vec<(usize, Group)> = sprouts
        .into_iter()
        .enumerate()
        .map(|(old, Sprout { parent, group })| (moved(old), Group { parent: parent.map(moved), ..group }))
        .collect();
    groups.sort_by_key(|(new, _)| *new);
    for person in &mut people {
        person.group = moved(person.group);
        person.from = person.from.map(moved);
    }
    people.sort_by_cached_key(|person| {
        let standing = matches!(person.standing, super::Standing::Disabled);
        (person.group, standing, person.role, sort_key(person.called()), person.email.clone())
    });
    View { groups: groups.into_iter().map(|(_, group)| group).collect(), people, notices: Vec::new() }
}

fn order(sprouts: &[Sprout]) -> Vec<usize> {
    let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (index, sprout) in sprouts.iter().enumerate() {
        below.entry(sprout.parent).or_default().push(index);
    }
    for (parent, children) in &mut below {
        if parent.is_some() {
            children.sort_by_cached_key(|child| sprouts.get(*child).map(|sprout| sort_key(&sprout.group.name)));
        }
        // The last one is taken first.
        children.reverse();
    }
    let mut open = below.remove(&None).unwrap_or_default();
    let mut order = Vec::with_capacity(sprouts.len());
    while let Some(next) = open.pop() {
        order.push(next);
        open.extend(below.remove(&Some(next)).unwrap_or_default());
    }
    order
}

/// A name as it sorts: without regard to letter case, and with `Team 2` before `Team 10`.
fn sort_key(name: &str) -> String {
    const DIGITS: usize = 12;
    let mut key = String::new();
    let mut digits = String::new();
    for letter in loose_name_key(name).chars().chain(std::iter::once('\0')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            let _ = write!(key, "{digits:0>DIGITS$}");
            digits.clear();
        }
        key.push(letter);
    }
    key
}

impl Person {
    /// Their name, or the address of who has none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}
