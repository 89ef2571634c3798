//! The people that pass between the stages. Files made by hand or by the Python original are accepted.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::fmt;

/// A person as a source tells of them: one record of `var/users.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceUser {
    /// Identity in the source; empty when it has none.
    pub external_id: String,
    /// Display name; may be empty for people who only serve the hierarchy.
    pub name: String,
    /// Primary address as the source writes it.
    pub email: String,
    /// `/` separates levels.
    pub department: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// `active` or `inactive`.
    pub status: Status,
    /// Another user's `external_id`, or empty.
    pub supervisor_id: String,
    /// Whether the source calls them a supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_supervisor: Option<bool>,
    /// A second address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_email: Option<String>,
    /// `1` administrator, `2` supervisor, `3` user, `5` guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// The supervisor role whatever else says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_supervisor_role: Option<bool>,
    /// The administrator role whatever else says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_global_admin_role: Option<bool>,
    /// Serves the hierarchy only and is never written to TimeCamp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hierarchy_only: Option<bool>,
    /// The source's own record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_data: Option<Value>,
}

impl SourceUser {
    /// An active person with nothing but an identity.
    pub fn new(external_id: impl Into<String>) -> Self {
        Self {
            external_id: external_id.into(),
            name: String::new(),
            email: String::new(),
            department: None,
            job_title: None,
            status: Status::Active,
            supervisor_id: String::new(),
            is_supervisor: None,
            real_email: None,
            role_id: None,
            force_supervisor_role: None,
            force_global_admin_role: None,
            hierarchy_only: None,
            raw_data: None,
        }
    }
}

/// Whether a person works there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Works there.
    Active,
    /// Does not, or only serves the hierarchy.
    Inactive,
}

/// A role in TimeCamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Role id 1.
    Administrator,
    /// Role id 2.
    Supervisor,
    /// Role id 3.
    User,
    /// Role id 5.
    Guest,
}

impl Role {
    /// TimeCamp's number for it.
    pub fn id(self) -> u64 {
        match self {
            Self::Administrator => 1,
            Self::Supervisor => 2,
            Self::User => 3,
            Self::Guest => 5,
        }
    }

    /// The role with TimeCamp's number `id`.
    pub fn of_id(id: u64) -> Option<Self> {
        [Self::Administrator, Self::Supervisor, Self::User, Self::Guest].into_iter().find(|role| role.id() == id)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator => "administrator",
            Self::Supervisor => "supervisor",
            Self::User => "user",
            Self::Guest => "guest",
        })
    }
}

/// Text that may also be written as a number: ids in files made by hand or by the original.
pub fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    optional_text_or_number(from).map(Option::unwrap_or_default)
}

/// Like [`text_or_number`], `None` for null.
pub fn optional_text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        other @ (Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            Err(serde::de::Error::custom(format!("expected text or a number, got {}", kind_of(&other))))
        }
    }
}

/// What kind of JSON value this is, for messages.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A leave: one entry of `var/vacation.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Whose; their address in the source.
    #[serde(default)]
    pub email: Option<String>,
    /// Whose; their identity in the source.
    #[serde(default, deserialize_with = "optional_text_or_number")]
    pub external_id: Option<String>,
    /// First day, `2026-03-01`.
    #[serde(default)]
    pub start_on: Option<String>,
    /// Last day.
    #[serde(default)]
    pub finish_on: Option<String>,
    /// Name of the TimeCamp day type; null when the leave type is not mapped.
    #[serde(default)]
    pub tc_leave_type: Option<String>,
    /// Which half of the day, as the source says; null or empty for whole days.
    #[serde(default)]
    pub half_day: Option<String>,
}
