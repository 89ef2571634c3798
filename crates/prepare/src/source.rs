//! The records of the file, transformed.

use crate::address;
use crate::error::PrepareError;
use crate::index::Index;
use crate::input::{self, Wrongs};
use crate::json::Kind;
use crate::record::{Field, Record, RecordError, RecordProblem, Tokens, Transformed};
use crate::report::{self, TransformTally};
use crate::transform::{Outcome, Transforms, Tree};
use std::borrow::Cow;

/// What the file says.
#[derive(Debug, Default)]
pub(crate) struct Source<'a> {
    /// Records in the file.
    pub(crate) count: usize,
    /// The records that the transforms did not drop, as the transforms left them.
    pub(crate) records: Vec<Record<'a>>,
    /// The ones they dropped.
    pub(crate) dropped: Vec<Dropped<'a>>,
    pub(crate) tally: TransformTally,
    /// Every record's identity before the transforms, where these may change it.
    origins: Vec<Origin<'a>>,
}

/// A record that the transforms dropped.
#[derive(Debug)]
pub(crate) struct Dropped<'a> {
    pub(crate) index: usize,
    pub(crate) email: Cow<'a, str>,
}

/// A record as it stands in the file.
#[derive(Debug)]
struct Origin<'a> {
    raw: &'a str,
    external_id: Cow<'a, str>,
    email: Cow<'a, str>,
}

impl<'a> Source<'a> {
    /// Reads the file and applies the transforms.
    pub(crate) fn read(bytes: &'a [u8], transforms: &'a Transforms) -> Result<Self, PrepareError> {
        let mut source = Source { tally: TransformTally::new(transforms), ..Source::default() };
        let mut wrongs = Wrongs::default();
        let mut each = |raw: &'a str| {
            let index = source.count;
            source.count += 1;
            let found = Kind::of(raw);
            if found != Kind::Object {
                let problem = RecordProblem::Shape { found: found.described() };
                return wrongs.add(RecordError { index, who: String::new(), problem });
            }
            if let Err(error) = source.take_in(index, raw, transforms) {
                wrongs.add(error);
            }
        };
        input::each_user(bytes, &mut each)?;
        wrongs.check()?;
        Ok(source)
    }

    fn take_in(&mut self, index: usize, raw: &'a str, transforms: &'a Transforms) -> Result<(), RecordError> {
        if transforms.is_empty() {
            let record = tokens(raw).read(index, raw, Transformed::No)?;
            self.records.push(record);
            return Ok(());
        }
        if transforms.touch_identity() {
            let (external_id, email) = identity(raw);
            self.origins.push(Origin { raw, external_id, email });
        }
        let mut tree = Tree::new(raw);
        let mut count = |number: usize| report::count(&mut self.tally.changed_before, number);
        let transformed = match transforms.apply(&mut tree, &mut count) {
            Outcome::Dropped => {
                self.tally.dropped_before += 1;
                self.dropped.push(Dropped { index, email: identity(raw).1 });
                return Ok(());
            }
            Outcome::Kept => Transformed::No,
            Outcome::Changed => Transformed::Yes,
        };
        let mut tokens = Tokens::default();
        for (key, value) in tree.entries() {
            if let Some(field) = Field::of(key) {
                tokens.put(field, value);
            }
        }
        self.records.push(tokens.read(index, raw, transformed)?);
        Ok(())
    }

    /// Where to find a record's source user: by external id, else by address, as both are after the transforms.
    pub(crate) fn origins(&self) -> Origins<'_, 'a> {
        let numbered = || self.origins.iter().enumerate();
        Origins {
            all: &self.origins,
            by_id: Index::new(numbered().map(|(index, origin)| (Cow::Borrowed(&*origin.external_id), index))),
            by_address: Index::new(numbered().map(|(index, origin)| (address::lower(&origin.email), index))),
        }
    }
}

/// The fields of a record whose text is known to be an object.
fn tokens(raw: &str) -> Tokens<'_> {
    Tokens::of(raw).unwrap_or_default()
}

/// The external id and the address of a record as it stands in the file, where they are readable.
pub(crate) fn identity(raw: &str) -> (Cow<'_, str>, Cow<'_, str>) {
    tokens(raw).identity()
}

/// Finds source users as they stood in the file.
#[derive(Debug)]
pub(crate) struct Origins<'o, 'a> {
    all: &'o [Origin<'a>],
    by_id: Index<Cow<'o, str>>,
    by_address: Index<Cow<'o, str>>,
}

impl<'a> Origins<'_, 'a> {
    /// The JSON text of the source user of this record.
    pub(crate) fn of(&self, record: &Record<'a>) -> &'a str {
        let Some(own) = self.all.get(record.index) else { return record.raw };
        if own.external_id == record.external_id {
            return record.raw;
        }
        let email = address::lower(&record.email);
        let by_address = || {
            if address::lower(&own.email) == email { Some(record.index) } else { self.by_address.last(&email) }
        };
        let found = self.by_id.last(&record.external_id).or_else(by_address);
        found.and_then(|index| self.all.get(index)).map_or(record.raw, |origin| origin.raw)
    }
}
