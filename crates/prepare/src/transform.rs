//! `TIMECAMP_PREPARE_TRANSFORM_CONFIG`: records dropped or changed by rules over their JSON, before and after.

mod config;
mod filter;
mod tree;

pub use config::ConfigError;
use filter::Filter;
use tree::Path;
pub(crate) use tree::Tree;

/// What is done to records. The same rules serve both passes.
#[derive(Debug, Clone, Default)]
pub struct Transforms {
    /// Records that match are dropped.
    exclude: Option<Filter>,
    /// The changes apply to the records that match; to all when there is none.
    filter: Option<Filter>,
    changes: Vec<Change>,
}

/// A value put at a path.
#[derive(Debug, Clone)]
struct Change {
    path: Path,
    /// JSON text.
    value: String,
}

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Dropped,
    Kept,
    Changed,
}

impl Transforms {
    /// Reads the rules from JSON text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        config::parse(text)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        let Self { exclude, filter: _, changes } = self;
        exclude.is_none() && changes.is_empty()
    }

    /// Whether a rule may drop records.
    pub(crate) fn excludes(&self) -> bool {
        self.exclude.is_some()
    }

    /// Where each change puts its value, for reports.
    pub(crate) fn paths(&self) -> impl Iterator<Item = String> + '_ {
        self.changes.iter().map(|change| change.path.to_string())
    }

    /// Whether a change may set the external id or the address of a record.
    pub(crate) fn touch_identity(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.path.first(), "external_id" | "email"))
    }

    /// Applies the rules to one record; `changed` hears of every change that put another value in place.
    pub(crate) fn apply<'a>(&'a self, tree: &mut Tree<'a>, changed: &mut dyn FnMut(usize)) -> Outcome {
        if self.exclude.as_ref().is_some_and(|filter| filter.matches(tree)) {
            return Outcome::Dropped;
        }
        if !self.filter.as_ref().is_none_or(|filter| filter.matches(tree)) {
            return Outcome::Kept;
        }
        let mut outcome = Outcome::Kept;
        for (number, change) in self.changes.iter().enumerate() {
            if tree.set(&change.path, &change.value) {
                changed(number);
                outcome = Outcome::Changed;
            }
        }
        outcome
    }
}
