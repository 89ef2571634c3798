//! Why nothing was prepared.

use crate::input::InputError;
use crate::python_regex::Exploded;

/// Why nothing was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The input cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// People who are each other's supervisors.
    #[error("Cycle in supervisor hierarchy: {0}")]
    Cycle(String),
    /// A pattern that needs too many steps.
    #[error("{variable}: {problem}. It was given up on the text `{text}`{}", rule(.pattern))]
    Exploded {
        /// The setting.
        variable: &'static str,
        /// The rule, where the setting has several; else empty.
        pattern: String,
        /// The text that was searched.
        text: String,
        /// What happened.
        problem: Exploded,
    },
}

fn rule(pattern: &str) -> String {
    if pattern.is_empty() { String::new() } else { format!(", in the rule `{pattern}`") }
}
