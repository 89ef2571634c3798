//! HiBob's people in our words.

use anyhow::{anyhow, bail};
use serde_json::Value;
use timecamp_scim_core::models::{SourceUser, kind_of};
use timecamp_scim_core::source::record::{self, SupervisorRule};

/// A field of a person, as HiBob names it (`work.title`, `root.email`), in the nested form or as a slash-key.
pub(crate) fn value_of<'a>(person: &'a Value, field: &str) -> Option<&'a Value> {
    let path = field.strip_prefix("root.").unwrap_or(field);
    let slashed = || {
        let root = if path.contains('.') { "" } else { "root/" };
        let value = person.get(format!("/{root}{}", path.replace('.', "/")))?.get("value")?;
        (!value.is_null()).then_some(value)
    };
    record::at(person, path).or_else(slashed)
}

/// The same as trimmed text; `None` when it is blank.
pub(crate) fn text_of(person: &Value, field: &str) -> Option<String> {
    value_of(person, field).and_then(record::text)
}

/// A field of a list as people read it (`Ops`), else as HiBob keeps it (`2211`).
pub(crate) fn readable(person: &Value, field: &str) -> Option<String> {
    person.get("humanReadable").and_then(|tree| text_of(tree, field)).or_else(|| text_of(person, field))
}

/// The fields that decide who somebody is and where they belong; all are texts or numbers.
const TEXTS: [&str; 10] = [
    "root.id",
    "root.email",
    "root.fullName",
    "root.displayName",
    "root.firstName",
    "root.surname",
    "work.department",
    "work.title",
    "work.startDate",
    "internal.lifecycleStatus",
];

/// Whom they report to.
const BOSS: &str = "work.reportsTo";

/// That a person can be understood. What is of another kind than documented is an error: somebody without an address,
/// a department or a supervisor would be the silent outcome, and their account disabled or moved.
pub(crate) fn understood(person: &Value) -> anyhow::Result<()> {
    if !person.is_object() {
        bail!("HiBob's answer has {} where a person is expected. Nothing was written", kind_of(person));
    }
    for field in TEXTS {
        if let Some(value @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) = value_of(person, field) {
            return Err(odd(person, field, value, "text"));
        }
    }
    match value_of(person, BOSS) {
        None | Some(Value::Object(_)) => Ok(()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(()),
        Some(value) => Err(odd(person, BOSS, value, "an object with an id")),
    }
}

fn odd(person: &Value, field: &str, value: &Value, wanted: &str) -> anyhow::Error {
    let who =
        text_of(person, "root.id").map_or_else(|| "a person without an id".to_owned(), |id| format!("person {id}"));
    let got = kind_of(value);
    anyhow!("{who} of HiBob has {got} in the field {field}, where {wanted} is expected. Nothing was written")
}

/// The user that a person is; `supervisor_id` is HiBob's id of whom they report to.
pub(crate) fn user(person: Value, rule: Option<&SupervisorRule>) -> SourceUser {
    let supervisor = value_of(&person, BOSS).and_then(|boss| boss.get("id")).and_then(record::text);
    let known = SourceUser {
        name: name(&person).unwrap_or_default(),
        email: text_of(&person, "root.email").unwrap_or_default(),
        department: readable(&person, "work.department"),
        job_title: readable(&person, "work.title"),
        supervisor_id: supervisor.unwrap_or_default(),
        is_supervisor: Some(is_manager(&person) || rule.is_some_and(|rule| holds(rule, &person))),
        ..SourceUser::new(text_of(&person, "root.id").unwrap_or_default())
    };
    SourceUser { raw_data: Some(person), ..known }
}

fn name(person: &Value) -> Option<String> {
    let first_and_last = || {
        let parts: Vec<String> =
            ["root.firstName", "root.surname"].iter().filter_map(|field| text_of(person, field)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    text_of(person, "root.fullName").or_else(|| text_of(person, "root.displayName")).or_else(first_and_last)
}

fn is_manager(person: &Value) -> bool {
    text_of(person, "work.isManager").is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether the rule holds for the field as HiBob keeps it or as people read it.
fn holds(rule: &SupervisorRule, person: &Value) -> bool {
    let readable = person.get("humanReadable").and_then(|tree| value_of(tree, rule.field()));
    [value_of(person, rule.field()), readable].into_iter().flatten().any(|value| rule.fits(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_come_nested_or_with_slashes() {
        let person = json!({ "id": "1", "work": { "title": null }, "/work/title": { "value": "77" },
            "/root/email": { "value": "a@x.test" }, "/work/reportsTo": { "value": { "id": 9 } } });
        assert_eq!(text_of(&person, "root.id").as_deref(), Some("1"));
        assert_eq!(text_of(&person, "root.email").as_deref(), Some("a@x.test"));
        assert_eq!(text_of(&person, "work.title").as_deref(), Some("77"));
        assert_eq!(text_of(&person, "work.site"), None);
        assert_eq!(user(person, None).supervisor_id, "9");
    }

    #[test]
    fn names_fall_back_to_what_there_is() {
        let name = |person: Value| user(person, None).name;
        assert_eq!(name(json!({ "fullName": " Ann Ex ", "displayName": "Annie" })), "Ann Ex");
        assert_eq!(name(json!({ "fullName": "  ", "displayName": "Annie" })), "Annie");
        assert_eq!(name(json!({ "displayName": null, "firstName": "Ann", "surname": "Ex" })), "Ann Ex");
        assert_eq!(name(json!({ "surname": "Ex" })), "Ex");
        assert_eq!(name(json!({})), "");
    }

    #[test]
    fn lists_are_read_as_people_read_them() {
        let person = json!({ "work": { "department": "2211", "title": 77 }, "humanReadable": { "work": { "department": "Ops", "title": " " } } });
        let user = user(person, None);
        assert_eq!((user.department.as_deref(), user.job_title.as_deref()), (Some("Ops"), Some("77")));
    }

    #[test]
    fn managers_are_hibobs_own_and_those_of_the_rule() {
        let leads = |person: Value, rule: &str| user(person, SupervisorRule::parse(rule).as_ref()).is_supervisor;
        assert_eq!(leads(json!({ "work": { "isManager": true } }), ""), Some(true));
        assert_eq!(leads(json!({ "work": { "isManager": false } }), ""), Some(false));
        assert_eq!(leads(json!({ "work": { "isManager": null } }), "work.isManager:true"), Some(false));
        let lead = json!({ "work": { "title": "77" }, "humanReadable": { "work": { "title": "Lead" } } });
        assert_eq!(leads(lead.clone(), "work.title:Lead"), Some(true));
        assert_eq!(leads(lead.clone(), "work.title:77"), Some(true));
        assert_eq!(leads(lead.clone(), "humanReadable.work.title:Lead"), Some(true));
        assert_eq!(leads(lead, "work.title:Head"), Some(false));
    }
}
