//! LDIF, as the servers' own tools read it.

use std::fmt::Write as _;

/// Entries in the order in which they can be added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ldif(String);

impl Ldif {
    /// Adds an entry.
    pub(crate) fn add(&mut self, dn: &str, attributes: &[(&str, &str)]) {
        self.add_with(dn, attributes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    }

    /// Adds an entry with many values.
    pub(crate) fn add_with<'a>(&mut self, dn: &str, attributes: impl IntoIterator<Item = (&'a str, String)>) {
        writeln!(self.0, "dn: {dn}").unwrap();
        for (name, value) in attributes {
            writeln!(self.0, "{name}: {value}").unwrap();
        }
        self.0.push('\n');
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
