//! One page of a list: records by id, a cursor to what follows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;
use crate::call::{Answer, Call, id_of};

/// What is peculiar about this Factorial.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Quirks {
    most_per_page: usize,
    pub(super) wrong_key: u16,
    ids: Ids,
    filters: Filters,
    cursor: Cursor,
    announced: usize,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            most_per_page: 100,
            wrong_key: 401,
            ids: Ids::default(),
            filters: Filters::default(),
            cursor: Cursor::default(),
            announced: 0,
        }
    }
}

/// How ids are written, those of others in a record included.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ids {
    /// As the world has them.
    #[default]
    Number,
    Text,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Filters {
    #[default]
    Honest,
    Ignored,
}

/// Where the cursor to the next page leads.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Cursor {
    #[default]
    Honest,
    Repeated,
    First,
    Endless,
    Missing,
}

impl Quirks {
    pub(super) fn filters_ignored(&self) -> bool {
        self.filters == Filters::Ignored
    }

    /// The page of `records` that a request asks for.
    pub(super) fn page(&self, call: &Call, mut records: Vec<Value>) -> Answer {
        let asked = call.param("limit").map(str::parse).transpose();
        let Some(limit) = asked.ok().filter(|limit| *limit != Some(0)) else {
            return refusal(422, "limit is not a number above 0");
        };
        let limit = limit.unwrap_or(self.most_per_page).min(self.most_per_page);
        // Records without an id come first; the sort keeps the order of those with the same one.
        records.sort_by_key(number);
        let Some(start) = self.start(call, &records) else { return refusal(422, "after_id is no cursor") };
        let shown: Vec<Value> = records.iter().skip(start).take(limit).map(|record| self.written(record)).collect();
        let more = start + limit < records.len();
        let end = shown.last().map(number).map(|id| cursor(&id.to_string()));
        let begin = shown.first().map(number).map(|id| cursor(&id.to_string()));
        let fresh = || format!("{}A", call.param("after_id").unwrap_or_default());
        let (more, end) = match self.cursor {
            Cursor::Honest => (more, end),
            Cursor::Repeated => (true, records.get(limit - 1).map(|record| cursor(&number(record).to_string()))),
            Cursor::First | Cursor::Endless => (true, Some(fresh())),
            Cursor::Missing => (true, None),
        };
        Answer::ok(&json!({
            "data": shown,
            "meta": {
                "has_next_page": more,
                "has_previous_page": start > 0,
                "start_cursor": begin,
                "end_cursor": end,
                "total": records.len() + self.announced,
                "limit": limit,
            },
        }))
    }

    fn start(&self, call: &Call, records: &[Value]) -> Option<usize> {
        let Some(after) = call.param("after_id") else { return Some(0) };
        match self.cursor {
            Cursor::First => Some(0),
            Cursor::Endless => Some(records.len()),
            Cursor::Honest | Cursor::Repeated | Cursor::Missing => {
                let bytes = URL_SAFE_NO_PAD.decode(after).ok()?;
                let after: u64 = String::from_utf8(bytes).ok()?.parse().ok()?;
                Some(records.iter().filter(|record| number(record) <= after).count())
            }
        }
    }

    fn written(&self, record: &Value) -> Value {
        let mut record = record.clone();
        if self.ids == Ids::Text {
            for (name, value) in record.as_object_mut().into_iter().flatten() {
                if name == "id" || name.ends_with("_id") || name.ends_with("_ids") {
                    *value = as_text(value);
                }
            }
        }
        record
    }
}

fn as_text(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => items.iter().map(as_text).collect(),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => value.clone(),
    }
}

fn number(record: &Value) -> u64 {
    record.get("id").and_then(id_of).unwrap_or_default()
}

fn cursor(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}
