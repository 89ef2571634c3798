//! TimeCamp's JSON as it comes: ids as numbers or text, maps that are lists when empty.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A number that may be written as text.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(from)?;
    number(&value).ok_or_else(|| D::Error::custom("expected a whole number or text that is one"))
}

/// Like [`id`]; null, nothing and what is no number are `None`.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(number(&Value::deserialize(from)?))
}

/// Text that may be written as a number or be null.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(plain(&Value::deserialize(from)?))
}

/// The number that `value` is or spells.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The text that `value` is, or how a number or boolean is written.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => "0".to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// The items of a list, or the values of a map.
pub(super) fn items(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(map) => Some(map.into_iter().map(|(_, item)| item).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Every item as a `T`.
pub(super) fn each<T: DeserializeOwned>(value: Value) -> Result<Vec<T>, serde_json::Error> {
    let items = items(value).ok_or_else(|| serde_json::Error::custom("expected a list"))?;
    items.into_iter().map(serde_json::from_value).collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct WireUser {
    #[serde(deserialize_with = "id", alias = "id")]
    pub(super) user_id: u64,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) group_id: Option<u64>,
    #[serde(deserialize_with = "text", default)]
    pub(super) email: String,
    #[serde(deserialize_with = "text", default)]
    pub(super) display_name: String,
}

/// One row of a group's people. The rows are wide and hold secrets (`pass_hash` …): nothing else is taken.
#[derive(Debug, Deserialize)]
pub(super) struct WireMember {
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) user_id: Option<u64>,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) id: Option<u64>,
    #[serde(deserialize_with = "text", default)]
    pub(super) email: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireGroup {
    #[serde(deserialize_with = "id")]
    pub(super) group_id: u64,
    #[serde(deserialize_with = "text", default)]
    pub(super) name: String,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) parent_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireMe {
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) user_id: Option<u64>,
    #[serde(deserialize_with = "text", default)]
    pub(super) email: String,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) root_group_id: Option<u64>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct WireSetting {
    #[serde(rename = "userId", deserialize_with = "optional_id", default)]
    pub(super) user_id: Option<u64>,
    #[serde(default)]
    pub(super) name: String,
    #[serde(deserialize_with = "text", default)]
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireDayType {
    #[serde(deserialize_with = "id")]
    pub(super) id: u64,
    #[serde(deserialize_with = "text", default)]
    pub(super) name: String,
    #[serde(rename = "isDayOff", default)]
    pub(super) is_day_off: Value,
    #[serde(rename = "isActive", default)]
    pub(super) is_active: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireDay {
    #[serde(deserialize_with = "text", default)]
    pub(super) day: String,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) day_type_id: Option<u64>,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) should_be: Option<u64>,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) vacation_time: Option<u64>,
}
