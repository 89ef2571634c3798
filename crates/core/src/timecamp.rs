//! The TimeCamp model and client. What reads and what writes are different types: a dry run has no [`Writer`].
//!
//! Facts about the API are from TimeCamp's `OpenAPI` description and its two official clients; each odd one is
//! named where it matters. Ids come as numbers or text, maps as lists, bodies empty.

mod reader;
mod settings;
mod wire;
mod writer;

pub use reader::{Attendance, DayType, Group, Me, Reader, Usage, User};
pub use settings::TimecampSettings;
pub use writer::{DayEntry, Edit, InviteStatus, Placement, WriteError, Writer};

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A user's number in TimeCamp.
    UserId
}
id! {
    /// A group's number in TimeCamp; 0 is above the root groups.
    GroupId
}

/// The user settings that the sync reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// A second address that finds the user.
    AdditionalEmail,
    /// The identity in the source.
    ExternalId,
    /// `1` when an administrator added or edited the user; TimeCamp sets it for the API's own changes too.
    AddedManually,
    /// `1` when the user is disabled; unset is enabled.
    DisabledUser,
}

impl Setting {
    /// All of them, in the order they are asked for.
    pub const ALL: [Self; 4] = [Self::AdditionalEmail, Self::ExternalId, Self::AddedManually, Self::DisabledUser];

    /// TimeCamp's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AdditionalEmail => "additional_email",
            Self::ExternalId => "external_id",
            Self::AddedManually => "added_manually",
            Self::DisabledUser => "disabled_user",
        }
    }

    /// The setting of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
