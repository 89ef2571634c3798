//! Reading the rules. Whatever is not known is an error that says where it stands.

use super::filter::{Filter, Test};
use super::tree::Path;
use super::{Change, Transforms};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use timecamp_scim_core::models::kind_of;

/// Why rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// JSON, but not what it should be.
    #[error("at {place}: {problem}")]
    At {
        /// Where, such as `filter.and[1].string`.
        place: String,
        /// What is wrong there.
        problem: String,
    },
}

/// Rules inside each other beyond this are refused: the reader calls itself for each.
const DEEPEST: usize = 100;

type Parsed<T> = Result<T, ConfigError>;

pub(super) fn parse(text: &str) -> Parsed<Transforms> {
    let config: Value = serde_json::from_str(text).map_err(|error| ConfigError::NotJson(error.to_string()))?;
    let top = object(&config, "the top")?;
    known(top, "the top", &["exclude", "filter", "transform"])?;
    let values = values(text)?;
    let changes = match top.get("transform") {
        None | Some(Value::Null) => Vec::new(),
        Some(list) => {
            let items = list_of(list, "transform")?.iter().zip(values).enumerate();
            items
                .map(|(number, (item, value))| change(item, value, &format!("transform[{number}]")))
                .collect::<Parsed<_>>()?
        }
    };
    Ok(Transforms { exclude: optional(top, "exclude")?, filter: optional(top, "filter")?, changes })
}

/// The text of each change's value, so that it is written as it stands there.
fn values(text: &str) -> Parsed<Vec<Option<String>>> {
    #[derive(serde::Deserialize)]
    struct Texts<'a> {
        #[serde(borrow, default)]
        transform: Option<&'a RawValue>,
    }
    #[derive(serde::Deserialize)]
    struct Item<'a> {
        #[serde(borrow, default)]
        value: Option<&'a RawValue>,
    }
    let not_json = |error: serde_json::Error| ConfigError::NotJson(error.to_string());
    let texts: Texts<'_> = serde_json::from_str(text).map_err(not_json)?;
    let list = texts.transform.map_or("[]", RawValue::get);
    // What is no list of objects is told of by its place.
    let items: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    let value =
        |item: &RawValue| serde_json::from_str::<Item<'_>>(item.get()).ok()?.value.map(|raw| raw.get().to_owned());
    Ok(items.into_iter().map(value).collect())
}

fn change(item: &Value, value: Option<String>, place: &str) -> Parsed<Change> {
    let item = object(item, place)?;
    known(item, place, &["property", "action", "value"])?;
    let path = path(item, place)?;
    match item.get("action") {
        Some(Value::String(action)) if action == "replace_all" => {}
        Some(other) => return at(&format!("{place}.action"), format!("{other} is not known; use \"replace_all\"")),
        None => return at(place, "`action` is missing; use \"replace_all\""),
    }
    match item.get("value") {
        // A null is not kept as text by the reader of values.
        Some(Value::Null) => Ok(Change { path, value: "null".to_owned() }),
        Some(read) => Ok(Change { path, value: value.unwrap_or_else(|| read.to_string()) }),
        None => at(place, "`value` is missing"),
    }
}

/// A filter at the top; an empty object is the same as none.
fn optional(top: &Map<String, Value>, key: &str) -> Parsed<Option<Filter>> {
    match top.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(empty)) if empty.is_empty() => Ok(None),
        Some(other) => filter(other, key, 0).map(Some),
    }
}

fn filter(value: &Value, place: &str, depth: usize) -> Parsed<Filter> {
    if depth > DEEPEST {
        return at(place, format!("more than {DEEPEST} conditions inside each other"));
    }
    let map = object(value, place)?;
    known(map, place, &["and", "or", "not", "property", "string"])?;
    let all = |list: &Value, place: &str| -> Parsed<Vec<Filter>> {
        let items = list_of(list, place)?.iter().enumerate();
        items.map(|(number, item)| filter(item, &format!("{place}[{number}]"), depth + 1)).collect()
    };
    if let Some(list) = map.get("and") {
        return all(list, &format!("{place}.and")).map(Filter::All);
    }
    if let Some(list) = map.get("or") {
        return all(list, &format!("{place}.or")).map(Filter::Any);
    }
    if let Some(not) = map.get("not") {
        let place = format!("{place}.not");
        let filters = if not.is_array() { all(not, &place)? } else { vec![filter(not, &place, depth + 1)?] };
        return Ok(Filter::NoneOf(filters));
    }
    if map.contains_key("property") {
        return Ok(Filter::Property(path(map, place)?, test(map, place)?));
    }
    at(place, "none of `and`, `or`, `not` and `property` is there")
}

fn test(map: &Map<String, Value>, place: &str) -> Parsed<Test> {
    let Some(string) = map.get("string") else { return at(place, "`string` is missing") };
    let place = format!("{place}.string");
    let tests = object(string, &place)?;
    known(tests, &place, &["equals", "starts_with", "ends_with", "contains"])?;
    let mut entries = tests.iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        return at(&place, "exactly one of `equals`, `starts_with`, `ends_with` and `contains` must be there");
    };
    let Value::String(wanted) = value else {
        return at(&format!("{place}.{name}"), format!("text is expected, not {}", kind_of(value)));
    };
    let wanted = wanted.clone();
    Ok(match name.as_str() {
        "equals" => Test::Equals(wanted),
        "starts_with" => Test::StartsWith(wanted),
        "ends_with" => Test::EndsWith(wanted),
        _ => Test::Contains(wanted),
    })
}

fn path(map: &Map<String, Value>, place: &str) -> Parsed<Path> {
    let place = format!("{place}.property");
    match map.get("property") {
        Some(Value::String(text)) => match Path::parse(text) {
            Some(path) => Ok(path),
            None => at(&place, format!("`{text}` is no path; use keys with dots between them")),
        },
        Some(other) => at(&place, format!("text is expected, not {}", kind_of(other))),
        None => at(&place, "it is missing"),
    }
}

fn object<'v>(value: &'v Value, place: &str) -> Parsed<&'v Map<String, Value>> {
    value.as_object().map_or_else(|| at(place, format!("an object is expected, not {}", kind_of(value))), Ok)
}

fn list_of<'v>(value: &'v Value, place: &str) -> Parsed<&'v Vec<Value>> {
    value.as_array().map_or_else(|| at(place, format!("a list is expected, not {}", kind_of(value))), Ok)
}

fn known(map: &Map<String, Value>, place: &str, keys: &[&str]) -> Parsed<()> {
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => at(place, format!("`{key}` is not known; use {}", keys.join(", "))),
        None => Ok(()),
    }
}

fn at<T>(place: &str, problem: impl Into<String>) -> Parsed<T> {
    Err(ConfigError::At { place: place.to_owned(), problem: problem.into() })
}
