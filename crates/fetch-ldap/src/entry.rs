//! An entry of the directory, as bytes: whether a value is text is for whoever reads it to know.

use crate::dn::Dn;
use ldap3::asn1::{PL, StructureTag};
use std::collections::BTreeMap;

/// The number of a search result entry in the protocol (RFC 4511, section 4.5.2).
const SEARCH_RESULT_ENTRY: u64 = 4;

/// An entry: its name and what was asked for of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its distinguished name as the server writes it.
    pub(crate) dn: String,
    /// By name in lower case, options such as `;lang-en` included.
    values: BTreeMap<String, Vec<Vec<u8>>>,
    /// Attributes whose values have not all come: where the rest begins.
    rest: BTreeMap<String, usize>,
}

/// An answer that is not what the protocol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server sent an entry that is not readable as LDAP")]
pub(crate) struct Unreadable;

impl Entry {
    /// An entry of these attributes, as the server would name them.
    pub(crate) fn new(dn: String, attributes: impl IntoIterator<Item = (String, Vec<Vec<u8>>)>) -> Self {
        let mut entry = Self { dn, ..Self::default() };
        for (name, values) in attributes {
            entry.add(&name, values);
        }
        entry
    }

    /// Reads it from the protocol. The crate's own reading panics on a name that is not UTF-8, and sorts values
    /// into texts and bytes by how they happen to look.
    pub(crate) fn from_wire(message: StructureTag) -> Result<Self, Unreadable> {
        if message.id != SEARCH_RESULT_ENTRY {
            return Err(Unreadable);
        }
        let [dn, attributes] = <[_; 2]>::try_from(parts(message)?).map_err(|_count| Unreadable)?;
        let mut read = Vec::new();
        for attribute in parts(attributes)? {
            let [name, values] = <[_; 2]>::try_from(parts(attribute)?).map_err(|_count| Unreadable)?;
            let values: Result<Vec<_>, _> = parts(values)?.into_iter().map(bytes).collect();
            read.push((text(name)?, values?));
        }
        Ok(Self::new(text(dn)?, read))
    }

    /// Adds values under the name the server gave: `member`, or `member;range=0-1499` for a part of them.
    fn add(&mut self, name: &str, values: Vec<Vec<u8>>) {
        let (name, range) = split_range(name);
        match range {
            Some(Range { next: Some(next) }) => {
                self.rest.insert(name.clone(), next);
            }
            Some(Range { next: None }) => {
                self.rest.remove(&name);
            }
            None => {}
        }
        self.values.entry(name).or_default().extend(values);
    }

    /// Attributes of which the server held values back, and the number of the first one missing.
    pub(crate) fn incomplete(&self) -> Vec<(String, usize)> {
        self.rest.iter().map(|(name, next)| (name.clone(), *next)).collect()
    }

    /// Takes the next part of `attribute` from another reading of the same entry. `false`: it was not there, or did
    /// not lead further.
    pub(crate) fn continue_with(&mut self, attribute: &str, part: Self) -> bool {
        let before = self.rest.remove(attribute);
        let Self { dn: _, mut values, rest } = part;
        let Some(more) = values.remove(attribute) else { return false };
        let come = more.len();
        self.values.entry(attribute.to_owned()).or_default().extend(more);
        match (before, rest.get(attribute)) {
            (_, None) => true,
            (before, Some(next)) => {
                self.rest.insert(attribute.to_owned(), *next);
                come > 0 && before.is_none_or(|before| *next > before)
            }
        }
    }

    /// Whether the attribute came with a value that is not blank.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.bytes(name).is_some_and(|value| !value.trim_ascii().is_empty())
    }

    /// The first value.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.values.get(&name.to_ascii_lowercase())?.first().map(Vec::as_slice)
    }

    /// The first value that is text, trimmed; `None` when it is empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    /// Every value that is text, trimmed, empty ones left out.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.values.get(&name.to_ascii_lowercase()).map(Vec::as_slice).unwrap_or_default();
        values.iter().filter_map(|value| std::str::from_utf8(value).ok()).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Its name, parsed; `None` when the server's spelling cannot be read.
    pub(crate) fn name(&self) -> Option<Dn> {
        Dn::parse(&self.dn).ok()
    }
}

/// A part of an attribute's values.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    /// The number of the first value after it; `None` for the last part, `1500-*`.
    next: Option<usize>,
}

/// `member;range=0-1499` as `member` and its range.
fn split_range(name: &str) -> (String, Option<Range>) {
    let mut range = None;
    let lower = name.to_ascii_lowercase();
    let kept = lower.split(';').filter(|part| match part.strip_prefix("range=").and_then(read_range) {
        Some(read) => {
            range = Some(read);
            false
        }
        None => true,
    });
    (kept.collect::<Vec<_>>().join(";"), range)
}

fn read_range(text: &str) -> Option<Range> {
    let (low, high) = text.split_once('-')?;
    low.parse::<usize>().ok()?;
    if high == "*" {
        return Some(Range { next: None });
    }
    Some(Range { next: Some(high.parse::<usize>().ok()?.checked_add(1)?) })
}

fn parts(tag: StructureTag) -> Result<Vec<StructureTag>, Unreadable> {
    match tag.payload {
        PL::C(parts) => Ok(parts),
        PL::P(_) => Err(Unreadable),
    }
}

fn bytes(tag: StructureTag) -> Result<Vec<u8>, Unreadable> {
    match tag.payload {
        PL::P(bytes) => Ok(bytes),
        PL::C(_) => Err(Unreadable),
    }
}

fn text(tag: StructureTag) -> Result<String, Unreadable> {
    String::from_utf8(bytes(tag)?).map_err(|_not_utf8| Unreadable)
}

/// An entry for tests: `[("cn", "Ann")]`.
#[cfg(test)]
pub(crate) fn sample(dn: &str, attributes: &[(&str, &str)]) -> Entry {
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]));
    Entry::new(dn.to_owned(), attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::asn1::TagClass;

    fn octets(text: &[u8]) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(text.to_vec()) }
    }

    fn list(parts: Vec<StructureTag>) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) }
    }

    fn message(dn: &[u8], attributes: Vec<StructureTag>) -> StructureTag {
        let payload = PL::C(vec![octets(dn), list(attributes)]);
        StructureTag { class: TagClass::Application, id: SEARCH_RESULT_ENTRY, payload }
    }

    fn values(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|number| number.to_string().into_bytes()).collect()
    }

    #[test]
    fn names_of_attributes_are_found_in_any_letter_case_and_values_stay_bytes() {
        let guid = list(vec![octets(b"objectguid"), list(vec![octets(b"0123456789abcdef")])]);
        let name = list(vec![octets(b"displayName"), list(vec![octets(b"  "), octets(b" Ann ")])]);
        let odd = list(vec![octets(b"title;lang-de"), list(vec![octets(b"Chefin")])]);
        let entry = Entry::from_wire(message(b"CN=Ann", vec![guid, name, odd])).unwrap();
        assert_eq!(entry.bytes("objectGUID"), Some(b"0123456789abcdef".as_slice()));
        assert_eq!(entry.text("DISPLAYNAME"), Some("Ann"));
        assert_eq!(entry.text("title"), None);
        assert!(!entry.has("mail"));
    }

    #[test]
    fn an_answer_that_is_no_entry_is_an_error() {
        assert_eq!(Entry::from_wire(message(b"\xff", vec![])), Err(Unreadable));
        assert_eq!(Entry::from_wire(message(b"CN=Ann", vec![octets(b"mail")])), Err(Unreadable));
        assert_eq!(Entry::from_wire(octets(b"CN=Ann")), Err(Unreadable));
    }

    #[test]
    fn parts_of_values_are_put_together() {
        let part = |name: &str, count| Entry::new("CN=G".to_owned(), [(name.to_owned(), values(count))]);
        let mut group = Entry::new(
            "CN=G".to_owned(),
            [("member".to_owned(), vec![]), ("Member;Range=0-1499".to_owned(), values(1500))],
        );
        assert_eq!(group.incomplete(), [("member".to_owned(), 1500)]);
        assert!(group.continue_with("member", part("member;range=1500-2999", 1500)));
        assert!(group.continue_with("member", part("member;range=3000-*", 7)));
        assert!(group.incomplete().is_empty());
        assert_eq!(group.texts("member").count(), 3007);
    }

    #[test]
    fn a_part_that_leads_nowhere_is_noticed() {
        let part = |name: &str, count| Entry::new("CN=G".to_owned(), [(name.to_owned(), values(count))]);
        let whole = part("member;range=0-1499", 1500);
        for answer in [part("member;range=0-1499", 1500), part("other", 3), part("member;range=1500-2999", 0)] {
            assert!(!whole.clone().continue_with("member", answer));
        }
    }
}
