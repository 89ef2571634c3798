//! A record that rules reach into. Only what they reach is taken apart; all else stays the text it was.

use crate::json::{self, Kind};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Where a value stands: keys and list indexes from the outside in, `raw_data.tags.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    steps: Vec<String>,
}

impl Path {
    /// Splits at dots; `None` when a step is empty.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let steps: Vec<String> = text.split('.').map(str::to_owned).collect();
        if steps.iter().any(String::is_empty) { None } else { Some(Self { steps }) }
    }

    pub(super) fn first(&self) -> &str {
        self.steps.first().map_or("", String::as_str)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.steps.join("."))
    }
}

/// A JSON value, taken apart as far as it was reached into.
#[derive(Debug, Clone)]
pub(crate) enum Tree<'a> {
    /// JSON text.
    Text(&'a str),
    List(Vec<Self>),
    Object(Vec<(Key<'a>, Self)>),
}

/// A key as it is written and as it reads.
#[derive(Debug, Clone)]
pub(crate) struct Key<'a> {
    written: Cow<'a, str>,
    read: Cow<'a, str>,
}

impl<'a> Key<'a> {
    /// The key that is written so. One that is no text (half a surrogate pair) is carried through and never found.
    fn new(written: &'a str) -> Self {
        Self { written: Cow::Borrowed(written), read: json::text(written).unwrap_or(Cow::Borrowed(written)) }
    }
}

impl<'a> Tree<'a> {
    /// The value with this JSON text.
    pub(crate) fn new(raw: &'a str) -> Self {
        Self::Text(raw)
    }

    /// The object with these keys, as they are written, and values.
    pub(crate) fn object(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self::Object(entries.map(|(written, value)| (Key::new(written), Self::Text(value))).collect())
    }

    /// The JSON text of the value at `path`; `None` when nothing is there.
    pub(super) fn get(&mut self, path: &Path) -> Option<Cow<'a, str>> {
        let mut here = self;
        for step in &path.steps {
            here.take_apart();
            here = match here {
                Self::Text(_) => return None,
                Self::List(items) => items.get_mut(index(step)?)?,
                Self::Object(entries) => find(entries, step)?,
            };
        }
        match here {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::List(_) | Self::Object(_) => Some(Cow::Owned(here.compact())),
        }
    }

    /// Puts the value with the JSON text `value` at `path`, with the objects that are missing on the way. Whether
    /// that made a difference: an index beyond a list does nothing.
    pub(super) fn set(&mut self, path: &Path, value: &'a str) -> bool {
        let mut here = self;
        for step in &path.steps {
            here.take_apart();
            if matches!(here, Self::Text(_)) {
                *here = Self::Object(Vec::new());
            }
            here = match here {
                Self::List(items) => match index(step).and_then(|index| items.get_mut(index)) {
                    Some(item) => item,
                    None => return false,
                },
                Self::Object(entries) => match entry(entries, step) {
                    Some(value) => value,
                    None => return false,
                },
                Self::Text(_) => return false,
            };
        }
        let different = !matches!(here, Self::Text(text) if *text == value);
        *here = Self::Text(value);
        different
    }

    /// The entries of an object, each with its key and its JSON text or, in parts that were changed, its kind.
    pub(crate) fn entries(&mut self) -> impl Iterator<Item = (&str, &'a str)> {
        self.take_apart();
        let entries = match self {
            Self::Object(entries) => entries.as_slice(),
            Self::Text(_) | Self::List(_) => &[],
        };
        entries.iter().map(|(key, value)| (key.read.as_ref(), value.outline()))
    }

    /// JSON text that has at least the kind of this value.
    fn outline(&self) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::List(_) => "[]",
            Self::Object(_) => "{}",
        }
    }

    /// Turns the text of a list or an object into its parts.
    fn take_apart(&mut self) {
        let Self::Text(text) = self else { return };
        // The text is valid JSON: it was read before.
        let parts = match Kind::of(text) {
            Kind::Object => {
                serde_json::from_str::<Entries<'a>>(text).ok().map(|Entries(entries)| Self::Object(entries))
            }
            Kind::List => serde_json::from_str::<Vec<&'a RawValue>>(text)
                .ok()
                .map(|items| Self::List(items.into_iter().map(|item| Self::Text(item.get())).collect())),
            Kind::Null | Kind::Bool | Kind::Number | Kind::Text => None,
        };
        if let Some(parts) = parts {
            *self = parts;
        }
    }

    /// Appends the value as it looks at `level`.
    pub(crate) fn push_indented(&self, to: &mut Vec<u8>, level: usize) {
        match self {
            Self::Text(text) => json::push_indented(to, text, level),
            Self::List(items) if items.is_empty() => to.extend_from_slice(b"[]"),
            Self::Object(entries) if entries.is_empty() => to.extend_from_slice(b"{}"),
            Self::List(items) => {
                to.push(b'[');
                for (number, item) in items.iter().enumerate() {
                    begin(to, number, level + 1);
                    item.push_indented(to, level + 1);
                }
                json::push_line(to, level);
                to.push(b']');
            }
            Self::Object(entries) => {
                to.push(b'{');
                for (number, (key, value)) in entries.iter().enumerate() {
                    begin(to, number, level + 1);
                    to.extend_from_slice(key.written.as_bytes());
                    to.extend_from_slice(b": ");
                    value.push_indented(to, level + 1);
                }
                json::push_line(to, level);
                to.push(b'}');
            }
        }
    }

    fn compact(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::compact).collect::<Vec<_>>().join(",")),
            Self::Object(entries) => {
                let entry = |(key, value): &(Key<'_>, Self)| format!("{}:{}", key.written, value.compact());
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
            }
        }
    }
}

fn begin(to: &mut Vec<u8>, number: usize, level: usize) {
    if number > 0 {
        to.push(b',');
    }
    json::push_line(to, level);
}

fn index(step: &str) -> Option<usize> {
    if step.bytes().all(|byte| byte.is_ascii_digit()) { step.parse().ok() } else { None }
}

/// The value of a key; of one that stands twice the later one.
fn find<'e, 'a>(entries: &'e mut [(Key<'a>, Tree<'a>)], step: &str) -> Option<&'e mut Tree<'a>> {
    entries.iter_mut().rev().find(|(key, _)| key.read == step).map(|(_, value)| value)
}

/// The value of a key, null where there was none.
fn entry<'e, 'a>(entries: &'e mut Vec<(Key<'a>, Tree<'a>)>, step: &str) -> Option<&'e mut Tree<'a>> {
    let place = entries.iter().rposition(|(key, _)| key.read == step).unwrap_or(entries.len());
    if place == entries.len() {
        let mut written = Vec::new();
        json::push_text(&mut written, step);
        let written = Cow::Owned(String::from_utf8_lossy(&written).into_owned());
        entries.push((Key { written, read: Cow::Owned(step.to_owned()) }, Tree::Text("null")));
    }
    entries.get_mut(place).map(|(_, value)| value)
}

/// An object's entries in their order.
struct Entries<'a>(Vec<(Key<'a>, Tree<'a>)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = Vec::with_capacity(16);
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            entries.push((Key::new(key.get()), Tree::Text(value.get())));
        }
        Ok(Entries(entries))
    }
}
