//! A prepared user, and its place in the output.

use crate::groups;
use crate::json;
use crate::record::Record;
use crate::roles;
use std::sync::Arc;
use timecamp_scim_core::models::{Role, Status};

/// Somebody as TimeCamp is to know them.
#[derive(Debug)]
pub(crate) struct User<'a> {
    /// The position of the record that it was made of.
    pub(crate) position: usize,
    /// The source user as it stands in the file.
    pub(crate) raw: &'a str,
    pub(crate) name: Box<str>,
    pub(crate) email: Box<str>,
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

impl User<'_> {
    /// Appends the user as it looks in the list.
    pub(crate) fn push(&self, to: &mut Vec<u8>, record: &Record<'_>) {
        let mut text = |key: &str, value: &str| {
            to.extend_from_slice(key.as_bytes());
            json::push_text(to, value);
            to.extend_from_slice(b",\n    ");
        };
        text("{\n    \"timecamp_external_id\": ", &record.external_id);
        text("\"timecamp_user_name\": ", &self.name);
        text("\"timecamp_email\": ", &self.email);
        text("\"timecamp_groups_breadcrumb\": ", &self.group);
        text("\"timecamp_status\": ", status_text(self.status));
        text("\"timecamp_role\": ", role_text(self.role));
        if let Some(real_email) = &self.real_email {
            text("\"timecamp_real_email\": ", real_email);
        }
        to.extend_from_slice(b"\"raw_data\": ");
        json::push_indented(to, self.raw, 2);
        to.extend_from_slice(b"\n  }");
    }
}
