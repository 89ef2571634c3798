//! How values are written in answers: ids as text or as numbers, lists or maps, letter case.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::quirks::{Ids, LetterCase, Quirks, Shape, Values};

/// Writes one answer.
pub(super) struct Pen<'quirks> {
    quirks: &'quirks Quirks,
    /// How many ids were written: mixed ones must differ within a field, not only between fields.
    written: Cell<u64>,
}

impl<'quirks> Pen<'quirks> {
    pub(super) fn new(quirks: &'quirks Quirks) -> Self {
        Self { quirks, written: Cell::new(0) }
    }

    pub(super) fn id(&self, id: u64) -> Value {
        let count = self.written.get();
        self.written.set(count + 1);
        let number = match self.quirks.ids {
            Ids::Mixed => (count.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) & 1 == 1,
            Ids::Text => false,
            Ids::Number => true,
        };
        if number { json!(id) } else { json!(id.to_string()) }
    }

    pub(super) fn email(&self, address: &str) -> String {
        match self.quirks.emails {
            LetterCase::AsIs => address.to_owned(),
            LetterCase::Lower => address.to_lowercase(),
            LetterCase::Upper => address.to_uppercase(),
        }
    }

    /// A setting's value; whole numbers as numbers where that is so.
    pub(super) fn setting(&self, value: &str) -> Value {
        let number = value.parse::<u64>().ok().filter(|number| number.to_string() == value);
        match number.filter(|_| self.quirks.setting_values == Values::Number) {
            Some(number) => json!(number),
            None => json!(value),
        }
    }
}

/// Rows with their keys as a list or as a map. An empty map is PHP's empty array.
pub(super) fn collect(shape: Shape, rows: impl Iterator<Item = (u64, Value)>) -> Value {
    match shape {
        Shape::List => rows.map(|(_, row)| row).collect(),
        Shape::Map => php_map(rows.map(|(id, row)| (id.to_string(), row)).collect()),
    }
}

/// An object, or `[]` when it is empty: PHP does not know the difference.
pub(super) fn php_map(map: Map<String, Value>) -> Value {
    if map.is_empty() { json!([]) } else { Value::Object(map) }
}
