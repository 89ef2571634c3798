//! The output: a list, streamed user by user.

use crate::record::Record;
use crate::transform::{Outcome, Transforms, Tree};
use crate::user::{After, User};
use std::io::{self, Write};

/// Bytes that are collected before they are written.
const CHUNK: usize = 1 << 16;

/// Writes the users as a JSON list: two spaces, no needless escapes, a line break at the end.
pub(crate) fn write(
    to: &mut dyn Write,
    users: &[User<'_>],
    records: &[Record<'_>],
    transforms: &Transforms,
) -> io::Result<()> {
    if users.is_empty() {
        return to.write_all(b"[]\n");
    }
    let mut buffer = Vec::with_capacity(CHUNK * 2);
    for (number, user) in users.iter().enumerate() {
        buffer.extend_from_slice(if number == 0 { b"[\n  " } else { b",\n  " });
        let Some(record) = records.get(user.position) else { continue };
        match user.after {
            After::Kept => user.push(&mut buffer, record),
            After::Changed => push_changed(&mut buffer, user, record, transforms),
        }
        if buffer.len() >= CHUNK {
            to.write_all(&buffer)?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(b"\n]\n");
    to.write_all(&buffer)
}

fn push_changed(to: &mut Vec<u8>, user: &User<'_>, record: &Record<'_>, transforms: &Transforms) {
    let text = text_of(user, record);
    let mut tree = Tree::new(&text);
    transforms.apply(&mut tree, &mut |_| ());
    tree.push_indented(to, 1);
}

fn text_of(user: &User<'_>, record: &Record<'_>) -> String {
    let mut text = Vec::new();
    user.push(&mut text, record);
    // It is made of texts.
    String::from_utf8(text).unwrap_or_default()
}

/// What of a prepared user counts, after the transforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) status: String,
    pub(crate) role: String,
    pub(crate) group: String,
}

/// Applies the transforms to a prepared user: what became of it, and how it then counts.
pub(crate) fn after(
    user: &User<'_>,
    record: &Record<'_>,
    transforms: &Transforms,
    changed: &mut dyn FnMut(usize),
) -> (Outcome, Seen) {
    let text = text_of(user, record);
    let mut tree = Tree::new(&text);
    let outcome = transforms.apply(&mut tree, changed);
    let mut seen = Seen { status: String::new(), role: String::new(), group: String::new() };
    for (key, value) in tree.entries() {
        let slot = match key {
            "timecamp_status" => &mut seen.status,
            "timecamp_role" => &mut seen.role,
            "timecamp_groups_breadcrumb" => &mut seen.group,
            _ => continue,
        };
        *slot = crate::json::text(value).unwrap_or_default().into_owned();
    }
    (outcome, seen)
}
