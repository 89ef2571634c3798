//! Who is left out by `TIMECAMP_EXCLUDE_REGEX`.

use crate::address;
use crate::error::PrepareError;
use crate::index::Index;
use crate::python_regex::Pattern;
use crate::record::Record;
use std::borrow::Cow;

/// The lower-case addresses that are left out: a record that shares one is out too.
pub(crate) fn addresses<'r>(
    records: &'r [Record<'_>],
    pattern: Option<&Pattern>,
) -> Result<Index<Cow<'r, str>>, PrepareError> {
    let Some(pattern) = pattern else { return Ok(Index::default()) };
    let mut text = String::new();
    let mut found = Vec::new();
    for record in records.iter().filter(|record| record.has_address()) {
        describe(record, &mut text);
        let is_found = pattern.is_found_in(&text).map_err(|problem| PrepareError::Exploded {
            variable: "TIMECAMP_EXCLUDE_REGEX",
            pattern: String::new(),
            text: text.clone(),
            problem,
        })?;
        if is_found {
            found.push((address::lower(&record.email), record.index));
        }
    }
    Ok(Index::new(found.into_iter()))
}

/// What the pattern is searched in.
pub(crate) fn describe(record: &Record<'_>, to: &mut String) {
    to.clear();
    for (key, value) in
        [("department", &record.department), (" job_title", &record.job_title), (" email", &record.email)]
    {
        to.push_str(key);
        to.push_str("=\"");
        // A quote would end the value.
        to.extend(value.chars().map(|c| if c == '"' { '\'' } else { c }));
        to.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_null_is_empty() {
        let record = Record { department: "a \"b\"/c".into(), email: "Ann@X.test".into(), ..Record::default() };
        let mut text = "old".to_owned();
        describe(&record, &mut text);
        assert_eq!(text, "department=\"a 'b'/c\" job_title=\"\" email=\"Ann@X.test\"");
    }
}
