//! Factorial's JSON and what of it is used.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use timecamp_scim_core::models::kind_of;
use timecamp_scim_core::source::record;

/// A record of any list as Factorial tells of it. Ids are numbers, since October 2026 text.
pub(crate) type Record = Map<String, Value>;

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) data: Vec<Record>,
    #[serde(default)]
    pub(crate) meta: Meta,
}

/// What follows a page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Meta {
    has_next_page: Option<bool>,
    end_cursor: Option<Value>,
    total: Option<Value>,
}

impl Meta {
    /// Records of the whole list, when Factorial says so.
    pub(crate) fn total(&self) -> Option<u64> {
        let total = self.total.as_ref()?;
        total.as_u64().or_else(|| total.as_str()?.trim().parse().ok())
    }

    /// The cursor of the next page; `None` after the last one.
    pub(crate) fn next(&self, what: &str, page: u32) -> anyhow::Result<Option<String>> {
        let more = self
            .has_next_page
            .with_context(|| format!("Factorial does not say whether there are more {what} after page {page}"))?;
        if !more {
            return Ok(None);
        }
        let cursor = self.end_cursor.as_ref().and_then(record::text);
        let missing = || format!("Factorial says that there are more {what} after page {page}, but not where");
        cursor.with_context(missing).map(Some)
    }
}

/// A record that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("{what} {id} of Factorial has {got} in the field {field}, where {wanted} is expected")]
pub(crate) struct WireError {
    what: &'static str,
    id: String,
    field: &'static str,
    got: &'static str,
    wanted: &'static str,
}

/// The identity of a record; empty when it has none.
pub(crate) fn id_of(record: &Record) -> String {
    record.get("id").and_then(record::text).unwrap_or_default()
}

/// What orders records: their number, then whatever else their id is.
pub(crate) fn order_of(id: &str) -> (u64, String) {
    (id.parse().unwrap_or(u64::MAX), id.to_owned())
}

/// A record with the name of its kind, so that errors can say which one they are about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Of<'a>(pub(crate) &'static str, pub(crate) &'a Record);

impl Of<'_> {
    /// A field as trimmed text; null, missing and blank are `None`. Anything that holds more than one value is an
    /// error, since a person without a name or an address would be the silent outcome.
    pub(crate) fn text(self, field: &'static str) -> Result<Option<String>, WireError> {
        match self.1.get(field) {
            Some(value @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) => {
                Err(self.odd(field, kind_of(value), "text"))
            }
            value => Ok(value.and_then(record::text)),
        }
    }

    /// A field that is true, false or not told.
    pub(crate) fn flag(self, field: &'static str) -> Result<Option<bool>, WireError> {
        match self.1.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(value @ (Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_))) => {
                Err(self.odd(field, kind_of(value), "true or false"))
            }
        }
    }

    /// A list of ids; null is an empty one. A missing one is an error: whoever should be on it would be nowhere.
    pub(crate) fn ids(self, field: &'static str) -> Result<Vec<String>, WireError> {
        match self.1.get(field) {
            Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items.iter().filter_map(record::text).collect()),
            None => Err(self.odd(field, "nothing", "a list")),
            Some(value @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_))) => {
                Err(self.odd(field, kind_of(value), "a list"))
            }
        }
    }

    /// The identity of the record.
    pub(crate) fn id(self) -> String {
        id_of(self.1)
    }

    fn odd(self, field: &'static str, got: &'static str, wanted: &'static str) -> WireError {
        let id = Some(self.id()).filter(|id| !id.is_empty()).unwrap_or_else(|| "without an id".to_owned());
        WireError { what: self.0, id, field, got, wanted }
    }
}
