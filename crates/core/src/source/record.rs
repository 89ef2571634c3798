//! What several sources do with the JSON records they read: dotted look-ups, a value as text, the supervisor rule
//! (`field:value`) and excluded departments. Pure; what a record is (the whole employee, or its profile) is the
//! source's business.

use crate::env::{Env, Var};
use serde_json::Value;
use std::collections::BTreeSet;

/// The value at a dotted path such as `work.reportsTo.id`. A key that itself holds the dots is found too, and comes
/// first. Null counts as absent.
pub fn at<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    let whole = record.get(path);
    let split = || {
        let (first, rest) = path.split_once('.')?;
        at(record.get(first)?, rest)
    };
    whole.or_else(split).filter(|value| !value.is_null())
}

/// Text, a number or a boolean as trimmed text; `None` for null, blank text, lists and objects.
pub fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// [`text`] of what stands [`at`] a path.
pub fn text_at(record: &Value, path: &str) -> Option<String> {
    at(record, path).and_then(text)
}

/// A rule `field:value`: whoever's field has that value is a supervisor. The field may be a dotted path; the value
/// begins after the first colon and may hold further ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisorRule {
    field: String,
    value: String,
}

impl SupervisorRule {
    /// Reads `field:value`, both trimmed; `None` when there is no colon or one of them is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let (field, value) = text.split_once(':')?;
        let (field, value) = (field.trim(), value.trim());
        (!field.is_empty() && !value.is_empty()).then(|| Self { field: field.to_owned(), value: value.to_owned() })
    }

    /// The rule in a variable, with a complaint when it is none.
    pub fn of_env(env: &mut Env, var: &Var) -> Option<Self> {
        env.parsed(var, "field:value, such as isSupervisor:Yes", Self::parse)
    }

    /// The field it asks for.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Whether it holds for a record: see [`SupervisorRule::fits`].
    pub fn holds(&self, record: &Value) -> bool {
        at(record, &self.field).is_some_and(|value| self.fits(value))
    }

    /// Whether a value is the rule's value, as trimmed text. Booleans compare in any letter case (`True`, `true`); of
    /// a list one item has to fit.
    pub fn fits(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|item| self.fits(item)),
            Value::Bool(truth) => self.value.eq_ignore_ascii_case(&truth.to_string()),
            Value::Null | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                text(value).is_some_and(|text| text == self.value)
            }
        }
    }
}

/// Departments whose people are left out, compared exactly but for space around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExcludedDepartments(BTreeSet<String>);

impl ExcludedDepartments {
    /// The departments that a list variable names.
    pub fn of_env(env: &mut Env, var: &Var) -> Self {
        Self(env.list(var).into_iter().collect())
    }

    /// Whether this department is one of them.
    pub fn hold(&self, department: &str) -> bool {
        self.0.contains(department.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dotted_paths_reach_deeper_and_null_is_absent() {
        let record =
            json!({ "work": { "reportsTo": { "id": 7 }, "title": null }, "a.b": "whole", "a": { "b": "deep" } });
        assert_eq!(text_at(&record, "work.reportsTo.id").as_deref(), Some("7"));
        assert_eq!(text_at(&record, "a.b").as_deref(), Some("whole"));
        assert_eq!(at(&record, "work.title"), None);
        assert_eq!(at(&record, "work.title.more"), None);
        assert_eq!(at(&record, ""), None);
    }

    #[test]
    fn scalars_are_text_and_the_rest_is_none() {
        let texts: Vec<_> = [json!(" a "), json!(3), json!(true), json!("  "), json!(null), json!([1]), json!({})]
            .iter()
            .map(text)
            .collect();
        assert_eq!(
            texts,
            [Some("a".to_owned()), Some("3".to_owned()), Some("true".to_owned()), None, None, None, None]
        );
    }

    #[test]
    fn a_rule_compares_as_trimmed_text() {
        let holds = |rule: &str, record: Value| SupervisorRule::parse(rule).unwrap().holds(&record);
        assert!(holds("isSupervisor: Yes ", json!({ "isSupervisor": " Yes" })));
        assert!(!holds("isSupervisor:Yes", json!({ "isSupervisor": "yes" })));
        assert!(holds("level:3", json!({ "level": 3 })));
        assert!(holds("work.isManager:True", json!({ "work": { "isManager": true } })));
        assert!(holds("roles:lead", json!({ "roles": ["member", "lead"] })));
        assert!(holds("note:a:b", json!({ "note": "a:b" })));
        assert!(!holds("missing:x", json!({ "missing": null })));
    }

    #[test]
    fn what_is_no_rule_is_complained_about() {
        const RULE: Var = Var::new("X_RULE", crate::Kind::Text, "", "");
        for text in ["isSupervisor", ":Yes", "isSupervisor: ", "="] {
            let mut env: Env = [("X_RULE", text)].into_iter().collect();
            assert_eq!(SupervisorRule::of_env(&mut env, &RULE), None);
            assert!(env.check().unwrap_err().to_string().contains("field:value"), "{text}");
        }
    }

    #[test]
    fn departments_compare_exactly() {
        const LIST: Var = Var::new("X_LIST", crate::Kind::List, "", "");
        let mut env: Env = [("X_LIST", "Sales, R & D")].into_iter().collect();
        let excluded = ExcludedDepartments::of_env(&mut env, &LIST);
        assert!(excluded.hold(" Sales "));
        assert!(excluded.hold("R & D"));
        assert!(!excluded.hold("sales"));
        assert!(!excluded.hold(""));
    }
}
