//! TimeCamp's JSON as it comes: ids as numbers or text, maps that are lists when empty.

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What an id may be written as. Answers hold tens of thousands of them: text is borrowed.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Other(IgnoredAny),
}

impl Id<'_> {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Other(IgnoredAny) => None,
        }
    }
}

/// A number that may be written as text.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    optional_id(from)?.ok_or_else(|| D::Error::custom("expected a whole number or text that is one"))
}

/// Like [`id`]; null, nothing and what is no number are `None`.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(Id::deserialize(from)?.number())
}

/// Text that may be written as a number or be null.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let value = Value::deserialize(from)?;
    if let Value::String(text) = value { Ok(text) } else { Ok(plain(&value)) }
}

/// The number that `value` is or spells.
pub(super) fn number(value: &Value) -> Option<u64> {
    optional_id(value).ok().flatten()
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

/// Rows in a list, or in the map by number that PHP makes of one: each with the number it stood under in a map.
#[derive(Debug)]
pub(super) struct Rows<T>(pub(super) Vec<(Option<u64>, T)>);

impl<T> Rows<T> {
    /// The rows alone.
    pub(super) fn into_rows(self) -> impl Iterator<Item = T> {
        self.0.into_iter().map(|(_, row)| row)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = list.next_element()? {
            rows.push((None, row));
        }
        Ok(Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some((key, row)) = map.next_entry::<Id<'_>, _>()? {
            rows.push((key.number(), row));
        }
        Ok(Rows(rows))
    }
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

/// The people picker: roles by group and user. What is there and no such thing is an error: a role that was overlooked
/// would be taken from somebody.
#[derive(Debug, Deserialize)]
pub(super) struct WirePicker {
    #[serde(default)]
    pub(super) groups: Option<Rows<Option<WirePickerGroup>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePickerGroup {
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) group_id: Option<u64>,
    #[serde(default)]
    pub(super) users: Option<Rows<Option<WirePickerUser>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePickerUser {
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) user_id: Option<u64>,
    #[serde(deserialize_with = "optional_id", default)]
    pub(super) role_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireSetting {
    #[serde(rename = "userId", deserialize_with = "optional_id", default)]
    pub(super) user_id: Option<u64>,
    pub(super) name: String,
    #[serde(deserialize_with = "text", default)]
    pub(super) value: String,
}

/// Settings as they come: rows in a list, lists of rows by user, or one row alone. Each row with the user under whom
/// it stands. What is none of these is an error: taken for unset, a disabled user would count as enabled.
#[derive(Debug)]
pub(super) struct SettingRows(pub(super) Vec<(Option<u64>, WireSetting)>);

impl<'de> Deserialize<'de> for SettingRows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SettingRowsVisitor)
    }
}

struct SettingRowsVisitor;

impl<'de> Visitor<'de> for SettingRowsVisitor {
    type Value = SettingRows;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of settings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<SettingRows, A::Error> {
        RowsVisitor(PhantomData).visit_seq(list).map(|Rows(rows)| SettingRows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SettingRows, A::Error> {
        let (mut rows, mut alone) = (Vec::new(), serde_json::Map::new());
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if let Ok(user) = key.parse() {
                let of_user: Option<Rows<WireSetting>> = map.next_value()?;
                rows.extend(of_user.into_iter().flat_map(Rows::into_rows).map(|row| (Some(user), row)));
            } else {
                alone.insert(key.into_owned(), map.next_value()?);
            }
        }
        if !alone.is_empty() {
            rows.push((None, WireSetting::deserialize(Value::Object(alone)).map_err(A::Error::custom)?));
        }
        Ok(SettingRows(rows))
    }
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
