//! The output: a list, streamed user by user.

use crate::record::Record;
use crate::transform::{Outcome, Transforms};
use crate::user::{self, After, User};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

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
    let quoted = user.quoted(record);
    let mut tree = user.tree(&quoted);
    transforms.apply(&mut tree, &mut |_| ());
    tree.push_indented(to, 1);
}

/// What of a prepared user counts, after the transforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) status: Cow<'static, str>,
    pub(crate) role: Cow<'static, str>,
    pub(crate) group: Arc<str>,
}

impl Seen {
    /// A user whom no transform changed.
    pub(crate) fn of(user: &User<'_>) -> Self {
        let (status, role) = (user::status_text(user.status).into(), user::role_text(user.role).into());
        Self { status, role, group: Arc::clone(&user.group) }
    }
}

/// Applies the transforms to a prepared user: what became of it, and how it then counts.
pub(crate) fn after(
    user: &User<'_>,
    record: &Record<'_>,
    transforms: &Transforms,
    changed: &mut dyn FnMut(usize),
) -> (Outcome, Seen) {
    let quoted = user.quoted(record);
    let mut tree = user.tree(&quoted);
    let outcome = transforms.apply(&mut tree, changed);
    if outcome != Outcome::Changed {
        return (outcome, Seen::of(user));
    }
    let mut seen = Seen { status: Cow::Borrowed(""), role: Cow::Borrowed(""), group: Arc::default() };
    for (key, value) in tree.entries() {
        let text = || crate::json::text(value).unwrap_or_default().into_owned();
        match key {
            "timecamp_status" => seen.status = Cow::Owned(text()),
            "timecamp_role" => seen.role = Cow::Owned(text()),
            "timecamp_groups_breadcrumb" => seen.group = text().into(),
            _ => {}
        }
    }
    (outcome, seen)
}
