//! From what a source says of people (`var/users.json`) to what TimeCamp should be (`var/timecamp_users.json`).
//!
//! [`prepare`] is a function of the input and the settings: it reads no file, no clock and no environment, and logs
//! nothing. What it left out and why is data: [`Prepared::warnings`], [`Prepared::unplaced`], [`Prepared::explain`].
//! [`stage`] is the executable around it.

mod address;
mod error;
mod exclude;
mod explain;
mod groups;
mod hierarchy;
mod index;
mod input;
mod json;
mod names;
mod path;
mod people;
mod prepared;
pub mod python_regex;
mod record;
mod report;
mod roles;
mod settings;
mod source;
pub mod stage;
mod transform;
mod user;
mod write;

pub use error::{Cycle, PrepareError};
pub use input::InputError;
pub use prepared::{Prepared, prepare};
pub use record::{RecordError, RecordProblem, SetBy};
pub use report::{RuleCount, Summary, Warning, WarningKind, Who};
pub use settings::{ExternalId, GroupRule, Grouping, JobTitle, NameStyle, RoleSource, RuleError, Settings};
pub use transform::{ConfigError, Transforms};
