//! What the administrator decided, as `prepare` uses it.

mod environment;

use crate::python_regex::{Pattern, PatternError, Template};
use crate::transform::Transforms;
use timecamp_scim_core::names::GroupPath;

/// How everybody is to be prepared.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where groups come from (`TIMECAMP_USE_SUPERVISOR_GROUPS`, `TIMECAMP_USE_DEPARTMENT_GROUPS`).
    pub grouping: Grouping,
    /// How people and supervisors' groups are called.
    pub names: NameStyle,
    /// The first of these that a department begins with is removed from it (`TIMECAMP_SKIP_DEPARTMENTS`).
    pub skip: Vec<GroupPath>,
    /// What stands after the `@` of every address, without the `@` (`TIMECAMP_REPLACE_EMAIL_DOMAIN`).
    pub domain: Option<String>,
    /// Where roles come from (`TIMECAMP_USE_IS_SUPERVISOR_ROLE`).
    pub roles: RoleSource,
    /// Who is left out (`TIMECAMP_EXCLUDE_REGEX`).
    pub exclude: Option<Pattern>,
    /// What becomes of group paths (`TIMECAMP_CHANGE_GROUPS_REGEX`).
    pub rules: Vec<GroupRule>,
    /// What is done to the records before and after (`TIMECAMP_PREPARE_TRANSFORM_CONFIG`).
    pub transforms: Transforms,
    /// Levels below the root group that a path may have (`TIMECAMP_MAX_GROUP_DEPTH`).
    pub max_depth: Option<usize>,
}

/// Where groups come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// A person's department.
    #[default]
    Departments,
    /// The supervisors above a person.
    Supervisors,
    /// The department, and in it the nearest supervisor.
    Both,
}

/// How people and supervisors' groups are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NameStyle {
    /// The job title in people's names (`TIMECAMP_USE_JOB_TITLE_NAME_USERS`).
    pub users: JobTitle,
    /// The job title in the names of supervisors' groups (`TIMECAMP_USE_JOB_TITLE_NAME_GROUPS`).
    pub groups: JobTitle,
    /// The external id after names of both kinds (`TIMECAMP_SHOW_EXTERNAL_ID`).
    pub ids: ExternalId,
}

/// Whether a name carries the job title.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JobTitle {
    /// `Name`.
    #[default]
    Left,
    /// `Job Title [Name]`.
    Shown,
}

/// Whether a name carries the external id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExternalId {
    /// `Name`.
    #[default]
    Left,
    /// `Name - 7`.
    Shown,
}

/// Where roles come from, when nothing is forced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoleSource {
    /// `role_id`, and in the supervisor modes who supervises whom.
    #[default]
    RoleId,
    /// `is_supervisor`.
    IsSupervisor,
}

/// A change to group paths: every match of the pattern is replaced.
#[derive(Debug, Clone)]
pub struct GroupRule {
    /// The rule as it was written.
    pub text: String,
    pub(crate) pattern: Pattern,
    pub(crate) template: Template,
}

/// Why a group rule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not `pattern|||replacement`.
    #[error("rule {number}, `{text}`, is not accepted; use pattern|||replacement, and ;;; between rules")]
    Shape {
        /// Which rule, from 1.
        number: usize,
        /// The rule as it was written.
        text: String,
    },
    /// The pattern or the replacement is wrong.
    #[error("the {part} of rule {number}, `{text}`, is not accepted: {problem}")]
    Part {
        /// Which rule, from 1.
        number: usize,
        /// The rule as it was written.
        text: String,
        /// `pattern` or `replacement`.
        part: &'static str,
        /// What is wrong.
        problem: PatternError,
    },
}

impl GroupRule {
    /// Reads `pattern|||replacement;;;pattern|||replacement`; spaces count, empty pieces do not.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, RuleError> {
        let pieces = text.split(";;;").filter(|piece| !piece.is_empty()).enumerate();
        pieces.map(|(index, piece)| Self::parse(index + 1, piece)).collect()
    }

    fn parse(number: usize, piece: &str) -> Result<Self, RuleError> {
        let text = piece.to_owned();
        let (pattern, replacement) = match piece.split_once("|||") {
            Some((pattern, replacement)) if !replacement.contains("|||") => (pattern, replacement),
            Some(_) | None => return Err(RuleError::Shape { number, text }),
        };
        let wrong = |part| move |problem| RuleError::Part { number, text: piece.to_owned(), part, problem };
        let pattern = Pattern::new(pattern).map_err(wrong("pattern"))?;
        let template = Template::new(replacement, &pattern).map_err(wrong("replacement"))?;
        Ok(Self { text, pattern, template })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        GroupRule::parse_all(text).unwrap_err().to_string()
    }

    #[test]
    fn rules_keep_their_spaces_and_empty_pieces_are_skipped() {
        let rules = GroupRule::parse_all(";;; a ||| b ;;;;;;c|||").unwrap();
        assert_eq!(rules.iter().map(|rule| rule.text.as_str()).collect::<Vec<_>>(), [" a ||| b ", "c|||"]);
        let changed = rules.iter().map(|rule| rule.pattern.replace_all("x a c", &rule.template).unwrap().into_owned());
        assert_eq!(changed.collect::<Vec<_>>(), ["x b c", "x a "]);
    }

    #[test]
    fn a_rule_that_is_wrong_is_named() {
        assert!(refused("a|||b;;;c").contains("rule 2, `c`, is not accepted; use pattern|||replacement"));
        assert!(refused("a|||b|||c").contains("rule 1"));
        assert!(refused("(a|||b").contains("the pattern of rule 1, `(a|||b`, is not accepted: missing )"));
        assert!(refused(r"a|||\1").contains("the replacement of rule 1"));
    }
}
