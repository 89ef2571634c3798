//! Who supervises whom.

use crate::error::{Cycle, PrepareError};
use crate::index::Index;
use crate::names;
use crate::people::Roll;
use crate::record::{Part, Record};
use std::collections::BTreeSet;

/// Who stands above a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Above {
    /// Nobody: no supervisor, or their own.
    Nobody,
    /// Somebody who is not in the data.
    Missing,
    /// Somebody who only serves the hierarchy, which begins below them.
    Start,
    /// The person with the record at this position.
    Person(usize),
}

/// Whether a person is named as supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// By nobody.
    Nobody,
    /// Only by records without an external id: that gives a role, but no group.
    Unknown,
    /// By a record with an external id.
    Known,
}

/// Who supervises whom. Positions are those in the list of records.
#[derive(Debug, Default)]
pub(crate) struct Hierarchy {
    above: Vec<Above>,
    leads: Vec<Lead>,
}

impl Hierarchy {
    /// Reads the hierarchy from the records; people in a circle are an error.
    pub(crate) fn new(records: &[Record<'_>], roll: &Roll) -> Result<Self, PrepareError> {
        let id = |position: usize| records.get(position).map(|record| (record.external_id.as_ref(), position));
        let ids = Index::new(roll.people().filter_map(id));
        let named = records.iter().enumerate().filter_map(|(position, record)| Some((record.supervisor()?, position)));
        let named = Index::new(named);
        let mut hierarchy =
            Self { above: vec![Above::Nobody; records.len()], leads: vec![Lead::Nobody; records.len()] };
        for reports in named.groups() {
            hierarchy.take_in(reports, records, &ids);
        }
        match hierarchy.cycle(roll, records.len()) {
            None => Ok(hierarchy),
            Some(cycle) => Err(PrepareError::Cycle(described(&cycle, records))),
        }
    }

    /// Takes in the records that name the same supervisor.
    fn take_in(&mut self, reports: &[(&str, usize)], records: &[Record<'_>], ids: &Index<&str>) {
        let supervisor = reports.first().and_then(|(id, _)| ids.last(id));
        let above = match supervisor.and_then(|position| records.get(position)).map(|record| record.part) {
            None => Above::Missing,
            Some(Part::HierarchyOnly) => Above::Start,
            Some(Part::Full) => supervisor.map_or(Above::Missing, Above::Person),
        };
        let mut lead = Lead::Unknown;
        for (id, position) in reports {
            let Some(record) = records.get(*position) else { continue };
            if record.is_known() {
                lead = Lead::Known;
            }
            if let Some(slot) = self.above.get_mut(*position) {
                *slot = if record.external_id == *id { Above::Nobody } else { above };
            }
        }
        if let Some(slot) = supervisor.and_then(|position| self.leads.get_mut(position)) {
            *slot = lead;
        }
    }

    /// Who stands above the person at `position`.
    pub(crate) fn above(&self, position: usize) -> Above {
        self.above.get(position).copied().unwrap_or(Above::Nobody)
    }

    /// Whether the person at `position` supervises anybody.
    pub(crate) fn lead(&self, position: usize) -> Lead {
        self.leads.get(position).copied().unwrap_or(Lead::Nobody)
    }

    /// The first circle, from the person in it who comes first.
    fn cycle(&self, roll: &Roll, count: usize) -> Option<Vec<usize>> {
        let mut walks: Vec<usize> = vec![0; count];
        for (walk, start) in roll.people().enumerate() {
            let walk = walk + 1;
            let mut here = start;
            while let Some(seen) = walks.get_mut(here) {
                match *seen {
                    0 => *seen = walk,
                    other if other == walk => return Some(self.circle(roll, here)),
                    _ => break,
                }
                match self.above(here) {
                    Above::Person(next) => here = next,
                    Above::Nobody | Above::Missing | Above::Start => break,
                }
            }
        }
        None
    }

    fn circle(&self, roll: &Roll, within: usize) -> Vec<usize> {
        let mut members = vec![within];
        let mut here = within;
        while let Above::Person(next) = self.above(here) {
            if next == within {
                break;
            }
            members.push(next);
            here = next;
        }
        let known: BTreeSet<usize> = members.iter().copied().collect();
        let first = roll.people().find(|position| known.contains(position));
        if let Some(start) = members.iter().position(|member| Some(*member) == first) {
            members.rotate_left(start);
        }
        members
    }
}

fn described(cycle: &[usize], records: &[Record<'_>]) -> Cycle {
    let people = cycle.iter().filter_map(|position| records.get(*position));
    let named = |record: &Record<'_>| (names::base(record).to_owned(), record.external_id.as_ref().to_owned());
    Cycle { people: people.map(named).collect() }
}
