//! Names of groups and addresses: how paths split and how two of them compare.

use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// A place in the group tree below the root group, such as `Engineering/Platform`; empty is the root group itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupPath(Vec<String>);

impl GroupPath {
    /// Splits at `/`; parts are trimmed and empty ones dropped.
    pub fn parse(text: &str) -> Self {
        Self(text.split('/').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    /// The parts from the top.
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// Whether this is the root group.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Levels below the root group.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The path without `prefix`, when `prefix` covers whole parts of it.
    #[must_use]
    pub fn without(&self, prefix: &Self) -> Option<Self> {
        self.0.strip_prefix(prefix.0.as_slice()).map(|rest| Self(rest.to_vec()))
    }

    /// The first `depth` levels.
    #[must_use]
    pub fn cut(&self, depth: usize) -> Self {
        Self(self.0.iter().take(depth).cloned().collect())
    }

    /// The path one level up; `None` for the root group.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, above)| Self(above.to_vec()))
    }

    /// The path with one more level.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain(std::iter::once(name.to_owned())).collect())
    }

    /// The last part; `None` for the root group.
    pub fn name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// Every path from the first level down to this one.
    pub fn levels(&self) -> impl Iterator<Item = Self> + '_ {
        (1..=self.depth()).map(|depth| self.cut(depth))
    }
}

impl fmt::Display for GroupPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// A group name as it compares exactly: Unicode NFC, trimmed, one space for many.
pub fn same_name_key(name: &str) -> String {
    let composed: String = name.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A group name as it compares without regard to letter case.
pub fn loose_name_key(name: &str) -> String {
    same_name_key(name).to_lowercase()
}

/// An address as it compares: trimmed, letter case ignored.
pub fn address_key(address: &str) -> String {
    address.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_split_trim_and_climb() {
        let path = GroupPath::parse(" A / B//C ");
        assert_eq!(path.to_string(), "A/B/C");
        assert_eq!(path.parent().unwrap().to_string(), "A/B");
        assert_eq!(path.without(&GroupPath::parse("A")).unwrap().to_string(), "B/C");
        assert_eq!(path.without(&GroupPath::parse("A/Bx")), None);
        assert_eq!(path.levels().map(|p| p.to_string()).collect::<Vec<_>>(), ["A", "A/B", "A/B/C"]);
        assert!(GroupPath::parse(" / ").is_root());
    }

    #[test]
    fn names_compare_after_composition_and_spacing() {
        assert_eq!(same_name_key("  Cafe\u{301}  Bar "), "Café Bar");
        assert_eq!(loose_name_key("CAFÉ bar"), loose_name_key("Café  Bar"));
    }
}
