//! A prepared user, and its place in the output.

use crate::groups;
use crate::json;
use crate::record::Record;
use crate::roles;
use crate::transform::Tree;
use std::borrow::Cow;
use std::sync::Arc;
use timecamp_scim_core::models::{Role, Status};

/// Somebody as TimeCamp is to know them.
#[derive(Debug)]
pub(crate) struct User<'a> {
    /// The position of the record that it was made of.
    pub(crate) position: usize,
    /// The source user as it stands in the file.
    pub(crate) raw: &'a str,
    pub(crate) name: Cow<'a, str>,
    pub(crate) email: Cow<'a, str>,
    pub(crate) real_email: Option<Box<str>>,
    pub(crate) group: Arc<str>,
    pub(crate) status: Status,
    pub(crate) role: Role,
    pub(crate) group_why: groups::Why,
    pub(crate) role_why: roles::Why,
    pub(crate) after: After,
}

/// What the transforms do to a prepared user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Kept,
    Changed,
}

/// A status as it is written.
pub(crate) fn status_text(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Inactive => "inactive",
    }
}

/// A role as it is written.
pub(crate) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Supervisor => "supervisor",
        Role::User => "user",
        Role::Guest => "guest",
    }
}

/// `text` without a copy, when it is what stands in the file as the text of `field`.
pub(crate) fn as_in_file<'a>(text: Cow<'_, str>, field: &Cow<'a, str>) -> Cow<'a, str> {
    match field {
        Cow::Borrowed(field) if text == *field => Cow::Borrowed(field),
        Cow::Borrowed(_) | Cow::Owned(_) => Cow::Owned(text.into_owned()),
    }
}

impl User<'_> {
    /// Keys as they are written, and the texts that go with them; `raw_data` comes after.
    fn texts<'u>(&'u self, record: &'u Record<'_>) -> impl Iterator<Item = (&'static str, &'u str)> {
        let always = [
            ("\"timecamp_external_id\"", record.external_id.as_ref()),
            ("\"timecamp_user_name\"", self.name.as_ref()),
            ("\"timecamp_email\"", self.email.as_ref()),
            ("\"timecamp_groups_breadcrumb\"", self.group.as_ref()),
            ("\"timecamp_status\"", status_text(self.status)),
            ("\"timecamp_role\"", role_text(self.role)),
        ];
        always.into_iter().chain(self.real_email.iter().map(|text| ("\"timecamp_real_email\"", text.as_ref())))
    }

    /// Appends the user as it looks in the list.
    pub(crate) fn push(&self, to: &mut Vec<u8>, record: &Record<'_>) {
        to.extend_from_slice(b"{\n    ");
        for (key, text) in self.texts(record) {
            to.extend_from_slice(key.as_bytes());
            to.extend_from_slice(b": ");
            json::push_text(to, text);
            to.extend_from_slice(b",\n    ");
        }
        to.extend_from_slice(b"\"raw_data\": ");
        json::push_indented(to, self.raw, 2);
        to.extend_from_slice(b"\n  }");
    }

    /// The JSON texts that [`User::tree`] is made of.
    pub(crate) fn quoted(&self, record: &Record<'_>) -> Vec<(&'static str, String)> {
        self.texts(record).map(|(key, text)| (key, json::quoted(text))).collect()
    }

    /// The user for rules to reach into; the source user in it is not taken apart before one does.
    pub(crate) fn tree<'t>(&'t self, quoted: &'t [(&'static str, String)]) -> Tree<'t> {
        let texts = quoted.iter().map(|(key, text)| (*key, text.as_str()));
        Tree::object(texts.chain(std::iter::once(("\"raw_data\"", self.raw))))
    }
}
