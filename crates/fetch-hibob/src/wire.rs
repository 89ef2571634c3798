//! HiBob's people in our words.

use anyhow::anyhow;
use serde_json::Value;
use std::collections::BTreeMap;
use timecamp_scim_core::models::{SourceUser, kind_of};
use timecamp_scim_core::source::record::{self, SupervisorRule};

/// How many people are named.
const NAMED: usize = 20;

/// A field of a person, as HiBob names it (`work.title`, `root.email`), in the nested form or as a slash-key.
pub(crate) fn value_of<'a>(person: &'a Value, field: &str) -> Option<&'a Value> {
    let path = field.strip_prefix("root.").unwrap_or(field);
    let slashed = || {
        let root = if path.contains('.') { "" } else { "root/" };
        let value = person.get(format!("/{root}{}", path.replace('.', "/")))?.get("value")?;
        (!value.is_null()).then_some(value)
    };
    let as_read = || value_of(person.get("humanReadable")?, path.strip_prefix("humanReadable.")?);
    record::at(person, path).or_else(slashed).or_else(as_read)
}

/// The same as trimmed text; `None` when it is blank, or neither text nor a number.
pub(crate) fn text_of(person: &Value, field: &str) -> Option<String> {
    value_of(person, field).filter(|value| is_plain(value)).and_then(record::text)
}

/// A field of a list as people read it (`Ops`), else as HiBob keeps it (`2211`).
fn readable(person: &Value, field: &str) -> Option<String> {
    text_of(person, &as_read(field)).or_else(|| text_of(person, field))
}

/// Where a field stands as people read it.
fn as_read(field: &str) -> String {
    format!("humanReadable.{field}")
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Number(_) | Value::String(_))
}

/// [`text_of`] a field that decides whether somebody is written, and as whom. What is of another kind than documented is
/// an error: left out or mistaken for somebody else is how people lose their accounts in silence.
pub(crate) fn decisive(person: &Value, field: &str) -> anyhow::Result<Option<String>> {
    match value_of(person, field) {
        Some(value) if !is_plain(value) => Err(odd(person, field, value)),
        _ => Ok(text_of(person, field)),
    }
}

/// The department, which decides too: as people read it, else as HiBob keeps it.
pub(crate) fn department(person: &Value) -> anyhow::Result<Option<String>> {
    match decisive(person, &as_read(DEPARTMENT))? {
        Some(department) => Ok(Some(department)),
        None => decisive(person, DEPARTMENT),
    }
}

fn odd(person: &Value, field: &str, value: &Value) -> anyhow::Error {
    let who =
        text_of(person, "root.id").map_or_else(|| "a person without an id".to_owned(), |id| format!("person {id}"));
    let got = kind_of(value);
    anyhow!(
        "{who} of HiBob has {got} in the field {field}, where text is expected, so it cannot be told whether and as whom \
         they are to be written. Nothing was written. Look at this field of theirs in HiBob, correct it and run again; if \
         it is right there, HiBob answers otherwise than it documents, and this program has to be adapted"
    )
}

const DEPARTMENT: &str = "work.department";
const TITLE: &str = "work.title";
/// Whom they report to.
const BOSS: &str = "work.reportsTo";

/// Fields that people are written without where they are odd.
const OTHERS: [&str; 8] =
    ["root.email", "root.fullName", "root.displayName", "root.firstName", "root.surname", DEPARTMENT, TITLE, BOSS];

/// What to say about those whose fields are of another kind than documented and count as absent; nothing when there are
/// none.
pub(crate) fn absent(users: &[SourceUser]) -> Option<String> {
    let mut odd: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for user in users {
        let Some(person) = &user.raw_data else { continue };
        let read = [DEPARTMENT, TITLE].map(as_read);
        for field in OTHERS.into_iter().map(str::to_owned).chain(read) {
            if value_of(person, &field).is_some_and(|value| !fits(&field, value)) {
                odd.entry(field).or_default().push(&user.external_id);
            }
        }
    }
    let fields: Vec<String> = odd.iter().map(|(field, ids)| format!("{field} ({})", list(ids))).collect();
    (!fields.is_empty()).then(|| {
        format!(
            "people of HiBob have something else than documented in these fields, which count as absent: {}. Look at these \
             fields of theirs in HiBob and correct them",
            fields.join(", ")
        )
    })
}

fn fits(field: &str, value: &Value) -> bool {
    if field != BOSS {
        return is_plain(value);
    }
    match value {
        Value::Object(boss) => boss.get("id").is_none_or(is_plain),
        Value::String(text) => text.trim().is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

/// The ids of the first ones.
fn list(ids: &[&str]) -> String {
    let named: Vec<&str> = ids.iter().take(NAMED).copied().collect();
    let more = ids.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

/// The user that a person is; `supervisor_id` is HiBob's id of whom they report to. Only the id has to be understood:
/// the rest was, of those who are chosen, and serves nothing but the hierarchy, of those who are not.
pub(crate) fn user(person: Value, rule: Option<&SupervisorRule>) -> anyhow::Result<SourceUser> {
    let boss = value_of(&person, BOSS).and_then(|boss| boss.get("id"));
    let supervisor = boss.filter(|id| is_plain(id)).and_then(record::text);
    let known = SourceUser {
        name: name(&person).unwrap_or_default(),
        email: text_of(&person, "root.email").unwrap_or_default(),
        department: readable(&person, DEPARTMENT),
        job_title: readable(&person, TITLE),
        supervisor_id: supervisor.unwrap_or_default(),
        is_supervisor: Some(is_manager(&person) || rule.is_some_and(|rule| holds(rule, &person))),
        ..SourceUser::new(decisive(&person, "root.id")?.unwrap_or_default())
    };
    Ok(SourceUser { raw_data: Some(person), ..known })
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
    value_of(person, "work.isManager").and_then(record::text).is_some_and(|text| text.eq_ignore_ascii_case("true"))
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
        assert_eq!(user(person, None).unwrap().supervisor_id, "9");
    }

    #[test]
    fn names_fall_back_to_what_there_is() {
        let name = |person: Value| user(person, None).unwrap().name;
        assert_eq!(name(json!({ "fullName": " Ann Ex ", "displayName": "Annie" })), "Ann Ex");
        assert_eq!(name(json!({ "fullName": "  ", "displayName": "Annie" })), "Annie");
        assert_eq!(name(json!({ "displayName": null, "firstName": "Ann", "surname": "Ex" })), "Ann Ex");
        assert_eq!(name(json!({ "surname": "Ex" })), "Ex");
        assert_eq!(name(json!({})), "");
    }

    #[test]
    fn lists_are_read_as_people_read_them() {
        let person = json!({ "work": { "department": "2211", "title": 77 }, "humanReadable": { "/work/department": { "value": "Ops" }, "work": { "title": " " } } });
        let user = user(person, None).unwrap();
        assert_eq!((user.department.as_deref(), user.job_title.as_deref()), (Some("Ops"), Some("77")));
    }

    #[test]
    fn managers_are_hibobs_own_and_those_of_the_rule() {
        let leads =
            |person: Value, rule: &str| user(person, SupervisorRule::parse(rule).as_ref()).unwrap().is_supervisor;
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
