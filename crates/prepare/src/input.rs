//! From the bytes of users.json to its records, one after the other.

use crate::record::RecordError;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

/// As many wrong records as one message names.
const NAMED: usize = 10;

/// Input that cannot be used; nothing was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Nothing in it.
    #[error("the file is empty. Run the fetch again")]
    Empty,
    /// Not UTF-8.
    #[error("the file is not UTF-8 text: the byte at offset {offset} fits no character. Save it as UTF-8")]
    NotText {
        /// Where, in bytes from 0.
        offset: usize,
    },
    /// The JSON ends too early.
    #[error(
        "the file is cut off: its JSON ends too early at line {line} column {column}, after {length} bytes. \
         Run the fetch again"
    )]
    CutOff {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// Bytes in the file.
        length: usize,
    },
    /// Not JSON.
    #[error("the file is not JSON: {problem}. Run the fetch again, or correct the file")]
    NotJson {
        /// What is wrong, with line and column.
        problem: String,
    },
    /// JSON, but not an object with a list `users`.
    #[error("the file is not what a fetch writes, {{\"users\": [...]}}: {problem}")]
    Shape {
        /// What is wrong.
        problem: String,
    },
    /// Records that cannot be used.
    #[error("{}", records(.first, *.count))]
    Records {
        /// The first of them.
        first: Vec<RecordError>,
        /// How many there are.
        count: usize,
    },
}

fn records(first: &[RecordError], count: usize) -> String {
    let what = match count {
        1 => "one record cannot be used; correct it at its source or in the file:".to_owned(),
        _ => format!("{count} records cannot be used; correct them at their source or in the file:"),
    };
    let named = first.iter().map(ToString::to_string);
    let more = (count > first.len()).then(|| format!("and {} more", count - first.len()));
    std::iter::once(what).chain(named).chain(more).collect::<Vec<_>>().join("\n  ")
}

/// Collects wrong records.
#[derive(Debug, Default)]
pub(crate) struct Wrongs {
    first: Vec<RecordError>,
    count: usize,
}

impl Wrongs {
    pub(crate) fn add(&mut self, error: RecordError) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(error);
        }
    }

    pub(crate) fn check(self) -> Result<(), InputError> {
        let Self { first, count } = self;
        if count == 0 { Ok(()) } else { Err(InputError::Records { first, count }) }
    }
}

/// Calls `each` with the JSON text of every record of `{"users": [...]}`.
pub(crate) fn each_user<'a>(bytes: &'a [u8], each: &mut dyn FnMut(&'a str)) -> Result<(), InputError> {
    let text = std::str::from_utf8(bytes).map_err(|error| InputError::NotText { offset: error.valid_up_to() })?;
    // Editors on Windows put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(InputError::Empty);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_any(File { each, users: PhantomData }).and_then(|()| json.end());
    read.map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => {
            InputError::CutOff { line: error.line(), column: error.column(), length: bytes.len() }
        }
        serde_json::error::Category::Data => InputError::Shape { problem: error.to_string() },
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            InputError::NotJson { problem: error.to_string() }
        }
    })
}

/// The whole file.
struct File<'f, 'a> {
    each: &'f mut dyn FnMut(&'a str),
    users: PhantomData<&'a str>,
}

impl<'a> Visitor<'a> for File<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list `users`")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key != "users" {
                map.next_value::<IgnoredAny>()?;
            } else if found {
                return Err(de::Error::custom("`users` stands twice"));
            } else {
                found = true;
                map.next_value_seed(Users { each: self.each })?;
            }
        }
        if found { Ok(()) } else { Err(de::Error::custom("it has no `users`")) }
    }
}

/// The list `users`.
struct Users<'f, 'a> {
    each: &'f mut dyn FnMut(&'a str),
}

impl<'a> de::DeserializeSeed<'a> for Users<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Users<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`users` to be a list")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<(), S::Error> {
        while let Some(record) = list.next_element::<&RawValue>()? {
            (self.each)(record.get());
        }
        Ok(())
    }
}
