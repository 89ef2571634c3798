//! Which records a rule is about.

use super::tree::{Path, Tree};
use crate::json::{self, Kind};

/// A condition on a record.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    NoneOf(Vec<Self>),
    Property(Path, Test),
}

/// A test of a value's text.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Equals(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
}

impl Filter {
    pub(super) fn matches(&self, tree: &mut Tree<'_>) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(tree)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(tree)),
            Self::NoneOf(filters) => !filters.iter().any(|filter| filter.matches(tree)),
            Self::Property(path, test) => tree.get(path).is_some_and(|value| test.matches(&value)),
        }
    }
}

impl Test {
    /// Whether the value with this JSON text passes; null never does, true and false also count as Python writes them.
    fn matches(&self, value: &str) -> bool {
        match Kind::of(value) {
            Kind::Null => false,
            Kind::Text => json::text(value).is_some_and(|text| self.passes(&text)),
            Kind::Bool => self.passes(value) || self.passes(if value == "true" { "True" } else { "False" }),
            Kind::Number | Kind::List | Kind::Object => self.passes(value),
        }
    }

    fn passes(&self, text: &str) -> bool {
        match self {
            Self::Equals(wanted) => text == wanted,
            Self::StartsWith(wanted) => text.starts_with(wanted.as_str()),
            Self::EndsWith(wanted) => text.ends_with(wanted.as_str()),
            Self::Contains(wanted) => text.contains(wanted.as_str()),
        }
    }
}
