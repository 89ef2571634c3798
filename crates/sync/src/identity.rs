//! Who is who: which row of the source is which account.

use crate::roster::{Roster, Row};
use crate::settings::Policy;
use crate::world::{Account, World};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::models::Status;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::UserId;

/// How a row found its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pass {
    /// The row's address is the account's primary address.
    Primary,
    /// The row's address is the account's additional address.
    Additional,
    /// The external ids are equal.
    ExternalId,
    /// The row's second address is the account's primary address.
    SecondAddress,
}

impl Pass {
    const ALL: [Self; 4] = [Self::Primary, Self::Additional, Self::ExternalId, Self::SecondAddress];

    /// How it reads in a plan.
    pub fn words(self) -> &'static str {
        match self {
            Self::Primary => "primary address",
            Self::Additional => "additional address",
            Self::ExternalId => "external id",
            Self::SecondAddress => "second address of the source",
        }
    }
}

/// Which row is which account. Rows are named by their place in the file.
#[derive(Debug, Default)]
pub struct Matches {
    /// The row of an account, and how it was found.
    pub of_account: BTreeMap<UserId, (usize, Pass)>,
    /// The account of a row.
    pub of_row: BTreeMap<usize, UserId>,
    /// Rows that share an address with one that counts more.
    pub repeated: BTreeSet<usize>,
    /// Active rows that find their address only on accounts that other rows got.
    pub displaced: BTreeSet<usize>,
    /// Accounts that share a key with the one that won it: the account, the winner, and the key in words.
    pub rivals: Vec<(UserId, UserId, &'static str)>,
}

impl Matches {
    /// Whether a row takes part at all.
    pub fn counts(&self, row: usize) -> bool {
        !self.repeated.contains(&row) && !self.displaced.contains(&row)
    }
}

/// The accounts by each key, lowest id first.
struct Index {
    primary: BTreeMap<String, Vec<UserId>>,
    additional: BTreeMap<String, Vec<UserId>>,
    external: BTreeMap<String, Vec<UserId>>,
}

impl Index {
    fn new(world: &World) -> Self {
        let by = |key: fn(&Account) -> String| {
            let mut index: BTreeMap<String, Vec<UserId>> = BTreeMap::new();
            for account in world.users.values() {
                let key = key(account);
                if !key.is_empty() {
                    index.entry(key).or_default().push(account.id);
                }
            }
            index
        };
        Self {
            primary: by(|account| address_key(&account.email)),
            additional: by(|account| address_key(&account.additional_email)),
            external: by(|account| account.external_id.clone()),
        }
    }

    /// The accounts that a pass finds for a row. No account stands under an empty key.
    fn found<'a>(&'a self, pass: Pass, row: &Row) -> &'a [UserId] {
        let by = |index: &'a BTreeMap<String, Vec<UserId>>, key: &str| index.get(key).map_or(&[][..], Vec::as_slice);
        match pass {
            Pass::Primary => by(&self.primary, &row.key),
            Pass::Additional => by(&self.additional, &row.key),
            Pass::ExternalId => by(&self.external, &row.external_id),
            Pass::SecondAddress => by(&self.primary, &address_key(&row.real_email)),
        }
    }
}

/// Matches rows and accounts: all passes over the active rows, then all over the inactive ones.
pub fn identify(world: &World, roster: &Roster, policy: &Policy) -> Matches {
    let index = Index::new(world);
    let keys = RowKeys::new(roster);
    let mut matches = Matches { repeated: repeated(roster), ..Matches::default() };
    for status in [Status::Active, Status::Inactive] {
        for pass in Pass::ALL {
            let rows = roster.rows.iter().enumerate().filter(|(_, row)| row.status == status);
            for (number, row) in rows {
                if matches.repeated.contains(&number)
                    || matches.of_row.contains_key(&number)
                    || !keys.may(pass, row, policy)
                {
                    continue;
                }
                matches.take(number, pass, index.found(pass, row));
            }
        }
    }
    for (number, row) in roster.rows.iter().enumerate() {
        let unmatched = row.status == Status::Active && !matches.of_row.contains_key(&number);
        let on_others = || [Pass::Primary, Pass::Additional].iter().any(|pass| !index.found(*pass, row).is_empty());
        if unmatched && !matches.repeated.contains(&number) && on_others() {
            matches.displaced.insert(number);
        }
    }
    matches
}

impl Matches {
    fn take(&mut self, row: usize, pass: Pass, found: &[UserId]) {
        let Some(account) = found.iter().find(|id| !self.of_account.contains_key(id)) else { return };
        self.of_account.insert(*account, (row, pass));
        self.of_row.insert(row, *account);
        self.rivals.extend(found.iter().filter(|id| *id > account).map(|id| (*id, *account, pass.words())));
    }
}

/// Of several rows of one address: the first active one, else the first.
fn repeated(roster: &Roster) -> BTreeSet<usize> {
    let mut best: BTreeMap<&str, (Status, usize)> = BTreeMap::new();
    for (number, row) in roster.rows.iter().enumerate() {
        let candidate = (row.status, number);
        best.entry(&row.key).and_modify(|kept| *kept = candidate.min(*kept)).or_insert(candidate);
    }
    let kept: BTreeSet<usize> = best.into_values().map(|(_, number)| number).collect();
    (0..roster.rows.len()).filter(|number| !kept.contains(number)).collect()
}

/// What the rows themselves say about which passes a row may use.
struct RowKeys<'a> {
    addresses: BTreeSet<&'a str>,
    external_ids: BTreeMap<&'a str, usize>,
}

impl<'a> RowKeys<'a> {
    fn new(roster: &'a Roster) -> Self {
        let mut external_ids = BTreeMap::new();
        for row in &roster.rows {
            *external_ids.entry(row.external_id.as_str()).or_default() += 1;
        }
        Self { addresses: roster.rows.iter().map(|row| row.key.as_str()).collect(), external_ids }
    }

    fn may(&self, pass: Pass, row: &Row, policy: &Policy) -> bool {
        match pass {
            Pass::Primary | Pass::Additional => true,
            Pass::ExternalId => policy.external_ids.on(),
            Pass::SecondAddress => {
                let own = self.addresses.contains(address_key(&row.real_email).as_str());
                let shared = !row.external_id.is_empty()
                    && self.external_ids.get(row.external_id.as_str()).is_some_and(|count| *count > 1);
                !(own || policy.external_ids.on() && shared)
            }
        }
    }
}
