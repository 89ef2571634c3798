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
    #[error("{}", .0.text(&str::to_owned))]
    Cycle(Cycle),
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

/// People who are each other's supervisors: each one's supervisor comes next, and the first one's is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Names and external ids, from the one who comes first in the file.
    pub people: Vec<(String, String)>,
}

impl Cycle {
    /// The circle in words; `show` decides how a name may be read.
    pub fn text(&self, show: &dyn Fn(&str) -> String) -> String {
        let around = self.people.iter().chain(self.people.first());
        let people: Vec<String> = around.map(|(name, id)| format!("{} ({id})", show(name))).collect();
        format!("Cycle in supervisor hierarchy: {}", people.join(" -> "))
    }
}

fn rule(pattern: &str) -> String {
    if pattern.is_empty() { String::new() } else { format!(", in the rule `{pattern}`") }
}
