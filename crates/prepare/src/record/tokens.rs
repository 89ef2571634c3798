//! From a record's JSON to its fields. Values stay the text they are in the file until they are asked for.

use super::{Claim, Force, Part, Record, RecordError, RecordProblem, SetBy, Transformed};
use crate::json::{self, Kind};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use timecamp_scim_core::models::Status;

/// The JSON text of each field that `prepare` uses; of a key that stands twice the later one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tokens<'a> {
    external_id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    real_email: Option<&'a str>,
    department: Option<&'a str>,
    job_title: Option<&'a str>,
    status: Option<&'a str>,
    supervisor_id: Option<&'a str>,
    role_id: Option<&'a str>,
    is_supervisor: Option<&'a str>,
    force_supervisor_role: Option<&'a str>,
    force_global_admin_role: Option<&'a str>,
    hierarchy_only: Option<&'a str>,
}

/// A field that `prepare` uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    ExternalId,
    Name,
    Email,
    RealEmail,
    Department,
    JobTitle,
    Status,
    SupervisorId,
    RoleId,
    IsSupervisor,
    ForceSupervisorRole,
    ForceGlobalAdminRole,
    HierarchyOnly,
}

impl Field {
    /// The field with this key.
    pub(crate) fn of(key: &str) -> Option<Self> {
        Some(match key {
            "external_id" => Self::ExternalId,
            "name" => Self::Name,
            "email" => Self::Email,
            "real_email" => Self::RealEmail,
            "department" => Self::Department,
            "job_title" => Self::JobTitle,
            "status" => Self::Status,
            "supervisor_id" => Self::SupervisorId,
            "role_id" => Self::RoleId,
            "is_supervisor" => Self::IsSupervisor,
            "force_supervisor_role" => Self::ForceSupervisorRole,
            "force_global_admin_role" => Self::ForceGlobalAdminRole,
            "hierarchy_only" => Self::HierarchyOnly,
            _ => return None,
        })
    }
}

impl<'a> Tokens<'a> {
    /// Finds the fields in the JSON text of a record; the text must be an object.
    pub(crate) fn of(raw: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(raw)
    }

    /// Sets the JSON text of a field.
    pub(crate) fn put(&mut self, field: Field, token: &'a str) {
        let slot = match field {
            Field::ExternalId => &mut self.external_id,
            Field::Name => &mut self.name,
            Field::Email => &mut self.email,
            Field::RealEmail => &mut self.real_email,
            Field::Department => &mut self.department,
            Field::JobTitle => &mut self.job_title,
            Field::Status => &mut self.status,
            Field::SupervisorId => &mut self.supervisor_id,
            Field::RoleId => &mut self.role_id,
            Field::IsSupervisor => &mut self.is_supervisor,
            Field::ForceSupervisorRole => &mut self.force_supervisor_role,
            Field::ForceGlobalAdminRole => &mut self.force_global_admin_role,
            Field::HierarchyOnly => &mut self.hierarchy_only,
        };
        *slot = Some(token);
    }

    /// The external id and the address, where they are readable.
    pub(crate) fn identity(&self) -> (Cow<'a, str>, Cow<'a, str>) {
        (id(self.external_id).unwrap_or_default(), text(self.email).unwrap_or_default())
    }

    /// The record that these fields make.
    pub(crate) fn read(&self, index: usize, raw: &'a str, transformed: Transformed) -> Result<Record<'a>, RecordError> {
        self.record(index, raw, transformed).map_err(|(field, expected, found)| {
            let by = match transformed {
                Transformed::No => SetBy::Source,
                Transformed::Yes => SetBy::Transforms,
            };
            RecordError { index, who: self.who(), problem: RecordProblem::Field { field, expected, found, by } }
        })
    }

    fn record(&self, index: usize, raw: &'a str, transformed: Transformed) -> Result<Record<'a>, Wrong> {
        let Self { is_supervisor, force_supervisor_role, force_global_admin_role, hierarchy_only, .. } = *self;
        let force = match (is_true(force_supervisor_role), is_true(force_global_admin_role)) {
            (false, false) => Force::Nothing,
            (true, false) => Force::Supervisor,
            (false, true) => Force::Administrator,
            (true, true) => Force::Both,
        };
        let status = text(self.status).map_err(wrong("status", TEXT))?;
        Ok(Record {
            index,
            raw,
            external_id: id(self.external_id).map_err(wrong("external_id", TEXT_OR_NUMBER))?,
            name: text(self.name).map_err(wrong("name", TEXT))?,
            email: text(self.email).map_err(wrong("email", TEXT))?,
            real_email: text(self.real_email).map_err(wrong("real_email", TEXT))?,
            department: text(self.department).map_err(wrong("department", TEXT))?,
            job_title: text(self.job_title).map_err(wrong("job_title", TEXT))?,
            supervisor_id: id(self.supervisor_id).map_err(wrong("supervisor_id", TEXT_OR_NUMBER))?,
            role_id: id(self.role_id).map_err(wrong("role_id", TEXT_OR_NUMBER))?,
            status: if status.eq_ignore_ascii_case("active") { Status::Active } else { Status::Inactive },
            claim: claim(is_supervisor),
            force,
            part: part(hierarchy_only).map_err(wrong("hierarchy_only", "true or false"))?,
            transformed,
        })
    }

    /// Who this is, for a message: what can be read of it.
    fn who(&self) -> String {
        let (id, email) = self.identity();
        match (id.is_empty(), email.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!(" (external id {id})"),
            (true, false) => format!(" ({email})"),
            (false, false) => format!(" (external id {id}, {email})"),
        }
    }
}

const TEXT: &str = "text";
const TEXT_OR_NUMBER: &str = "text or a number";

/// A field's name, what it may be, what it is.
type Wrong = (&'static str, &'static str, &'static str);

fn wrong(field: &'static str, expected: &'static str) -> impl FnOnce(&'static str) -> Wrong {
    move |found| (field, expected, found)
}

/// Text; null and nothing at all are empty.
fn text(token: Option<&str>) -> Result<Cow<'_, str>, &'static str> {
    let Some(token) = token else { return Ok(Cow::Borrowed("")) };
    match Kind::of(token) {
        Kind::Null => Ok(Cow::Borrowed("")),
        Kind::Text => json::text(token).ok_or("text with a broken \\u escape"),
        other @ (Kind::Bool | Kind::Number | Kind::List | Kind::Object) => Err(other.described()),
    }
}

/// Text, or a number as its text.
fn id(token: Option<&str>) -> Result<Cow<'_, str>, &'static str> {
    match token {
        Some(number) if Kind::of(number) == Kind::Number => Ok(Cow::Borrowed(number)),
        other => text(other),
    }
}

fn is_true(token: Option<&str>) -> bool {
    token == Some("true")
}

fn claim(token: Option<&str>) -> Claim {
    let words = ["true", "1", "yes"];
    let says_so = match token {
        Some("true") => true,
        Some(token) if Kind::of(token) == Kind::Text => {
            json::text(token).is_some_and(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
        }
        Some(_) | None => false,
    };
    if says_so { Claim::Supervisor } else { Claim::Other }
}

fn part(token: Option<&str>) -> Result<Part, &'static str> {
    match token {
        None | Some("null" | "false") => Ok(Part::Full),
        Some("true") => Ok(Part::HierarchyOnly),
        Some(other) => Err(Kind::of(other).described()),
    }
}

impl<'de> Deserialize<'de> for Tokens<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TokensVisitor)
    }
}

struct TokensVisitor;

impl<'de> Visitor<'de> for TokensVisitor {
    type Value = Tokens<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a user")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut tokens = Tokens::default();
        // As it is written: a key that is no text (half a surrogate pair) is none of ours, and no reason to lose the rest.
        while let Some(key) = map.next_key::<&RawValue>()? {
            match json::text(key.get()).and_then(|key| Field::of(&key)) {
                Some(field) => tokens.put(field, map.next_value::<&RawValue>()?.get()),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(tokens)
    }
}
