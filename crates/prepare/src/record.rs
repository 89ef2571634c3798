//! One source user, as `prepare` reads it: the fields it uses, and the record's text to carry through.

mod tokens;

use std::borrow::Cow;
use std::fmt;
use timecamp_scim_core::models::Status;
pub(crate) use tokens::{Field, Tokens};

/// A source user. Text that is missing, null or empty is empty here.
#[derive(Debug, Clone)]
pub(crate) struct Record<'a> {
    /// The record's place in the file, from 0.
    pub(crate) index: usize,
    /// The record as it stands in the file.
    pub(crate) raw: &'a str,
    pub(crate) external_id: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) email: Cow<'a, str>,
    pub(crate) real_email: Cow<'a, str>,
    pub(crate) department: Cow<'a, str>,
    pub(crate) job_title: Cow<'a, str>,
    pub(crate) supervisor_id: Cow<'a, str>,
    pub(crate) role_id: Cow<'a, str>,
    pub(crate) status: Status,
    pub(crate) claim: Claim,
    pub(crate) force: Force,
    pub(crate) part: Part,
    pub(crate) transformed: Transformed,
}

/// What `is_supervisor` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    Supervisor,
    Other,
}

/// The roles that a source forces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    Nothing,
    Supervisor,
    Administrator,
    Both,
}

/// Whether somebody may be written at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Full,
    HierarchyOnly,
}

/// Whether the transforms changed the record before it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transformed {
    No,
    Yes,
}

impl Default for Record<'_> {
    fn default() -> Self {
        let none = || Cow::Borrowed("");
        Self {
            index: 0,
            raw: "{}",
            external_id: none(),
            name: none(),
            email: none(),
            real_email: none(),
            department: none(),
            job_title: none(),
            supervisor_id: none(),
            role_id: none(),
            status: Status::Inactive,
            claim: Claim::Other,
            force: Force::Nothing,
            part: Part::Full,
            transformed: Transformed::No,
        }
    }
}

impl Record<'_> {
    /// Whether the record has an external id; without one its person cannot be placed or recognised.
    pub(crate) fn is_known(&self) -> bool {
        !self.external_id.trim().is_empty()
    }

    /// Whether the record has an address.
    pub(crate) fn has_address(&self) -> bool {
        !self.email.trim().is_empty()
    }

    /// The `supervisor_id`, unless it is blank.
    pub(crate) fn supervisor(&self) -> Option<&str> {
        Some(self.supervisor_id.as_ref()).filter(|id| !id.trim().is_empty())
    }

    pub(crate) fn forces_supervisor(&self) -> bool {
        matches!(self.force, Force::Supervisor | Force::Both)
    }
}

/// A record that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// The record's place in the file, from 0.
    pub index: usize,
    /// Its external id and address as written, as far as they can be read.
    pub who: String,
    /// What is wrong with it.
    pub problem: RecordProblem,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordProblem {
    /// The record is not an object.
    Shape {
        /// What stands there instead.
        found: &'static str,
    },
    /// A field is of a wrong type.
    Field {
        /// The field.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What stands there instead.
        found: &'static str,
        /// Where the value comes from.
        by: SetBy,
    },
}

/// Where a wrong value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// The file.
    Source,
    /// A transform.
    Transforms,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, who, problem } = self;
        write!(f, "users[{index}]{who}: ")?;
        match problem {
            RecordProblem::Shape { found } => write!(f, "is {found}, not an object"),
            RecordProblem::Field { field, expected, found, by } => {
                write!(f, "`{field}` is {found}, but must be {expected}")?;
                match by {
                    SetBy::Source => Ok(()),
                    SetBy::Transforms => f.write_str(" (after TIMECAMP_PREPARE_TRANSFORM_CONFIG changed this record)"),
                }
            }
        }
    }
}
