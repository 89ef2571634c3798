//! Who takes part: one record per external id, one person per address.

use crate::address;
use crate::index::Index;
use crate::record::{Part, Record};
use std::borrow::Cow;
use timecamp_scim_core::models::Status;

/// What becomes of a record, and why. Positions are those in the list of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Written to TimeCamp.
    Written,
    /// Has no external id: takes no part.
    Unknown,
    /// A later record has the same external id and takes this one's place.
    Replaced(usize),
    /// Serves the hierarchy only.
    HierarchyOnly,
    /// Has no address.
    NoAddress,
    /// Another record is written for the address.
    AddressTaken(usize),
    /// The address matches the exclusion.
    Excluded,
}

/// The standing of every record, and the order of the people.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    standings: Vec<Standing>,
    /// The records that take part, each at the place where its external id first stood.
    order: Vec<usize>,
}

impl Roll {
    /// Decides for every record; `excluded` holds the lower-case addresses that are left out.
    pub(crate) fn new(records: &[Record<'_>], excluded: &Index<Cow<'_, str>>) -> Self {
        let mut roll = Self { standings: vec![Standing::Unknown; records.len()], order: Vec::new() };
        roll.one_per_id(records);
        for (position, record) in records.iter().enumerate() {
            if roll.of(position) == Standing::Written {
                roll.put(position, alone(record, excluded));
            }
        }
        roll.one_per_address(records);
        roll
    }

    /// What becomes of the record at `position`.
    pub(crate) fn of(&self, position: usize) -> Standing {
        self.standings.get(position).copied().unwrap_or(Standing::Unknown)
    }

    /// The positions of the records that take part, in the people's order.
    pub(crate) fn people(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().copied()
    }

    fn put(&mut self, position: usize, standing: Standing) {
        if let Some(slot) = self.standings.get_mut(position) {
            *slot = standing;
        }
    }

    /// Of records with one external id the last one stays, at the place of the first.
    fn one_per_id(&mut self, records: &[Record<'_>]) {
        let known = records.iter().enumerate().filter(|(_, record)| record.is_known());
        let index = Index::new(known.map(|(position, record)| (record.external_id.as_ref(), position)));
        let mut places = Vec::with_capacity(records.len());
        for same in index.groups() {
            let (Some((_, first)), Some((last, earlier))) = (same.first(), same.split_last()) else { continue };
            let last = last.1;
            for (_, replaced) in earlier {
                self.put(*replaced, Standing::Replaced(last));
            }
            self.put(last, Standing::Written);
            places.push((*first, last));
        }
        places.sort_unstable();
        self.order = places.into_iter().map(|(_, last)| last).collect();
    }

    /// Of people with one address the last active one is written, without one the last.
    fn one_per_address(&mut self, records: &[Record<'_>]) {
        let candidates = self.order.iter().enumerate().filter(|(_, position)| self.of(**position) == Standing::Written);
        let person = |place: usize| self.order.get(place).copied().unwrap_or_default();
        let index = Index::new(candidates.filter_map(|(place, position)| {
            records.get(*position).map(|record| (address::lower(&record.email), place))
        }));
        let mut taken = Vec::new();
        for same in index.groups().filter(|same| same.len() > 1) {
            let is_active = |position: usize| records.get(position).is_some_and(|r| r.status == Status::Active);
            let positions: Vec<usize> = same.iter().map(|(_, place)| person(*place)).collect();
            let winner = positions.iter().rev().find(|position| is_active(**position)).or(positions.last());
            let Some(winner) = winner else { continue };
            taken.extend(positions.iter().filter(|other| *other != winner).map(|other| (*other, *winner)));
        }
        for (position, winner) in taken {
            self.put(position, Standing::AddressTaken(winner));
        }
    }
}

/// The standing of a record as far as no other decides it.
fn alone(record: &Record<'_>, excluded: &Index<Cow<'_, str>>) -> Standing {
    match record.part {
        Part::HierarchyOnly => Standing::HierarchyOnly,
        Part::Full if !record.has_address() => Standing::NoAddress,
        Part::Full if excluded.contains(&address::lower(&record.email)) => Standing::Excluded,
        Part::Full => Standing::Written,
    }
}
