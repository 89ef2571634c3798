//! What of a prepared user only their source record tells: job title, supervisor, and the name without the job title.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What the source says of one person besides what TimeCamp is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra {
    /// Job title; empty when there is none.
    pub job_title: String,
    /// The supervisor's identity in the source; empty when there is none.
    pub supervisor_id: String,
    /// The name as the source has it; empty when there is none.
    pub source_name: String,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(default, borrow)]
    raw_data: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Raw {
    #[serde(default)]
    job_title: Value,
    #[serde(default)]
    supervisor_id: Value,
    #[serde(default)]
    name: Value,
}

/// The extras of every row of the file, in file order. Source records of any shape are accepted.
pub fn extras(file: &[u8]) -> Result<Vec<Extra>, serde_json::Error> {
    let records: Vec<Record<'_>> = serde_json::from_slice(file)?;
    Ok(records.iter().map(Record::extra).collect())
}

impl Record<'_> {
    fn extra(&self) -> Extra {
        // A list would be read as the fields in their order.
        let object = self.raw_data.map(RawValue::get).filter(|text| text.starts_with('{'));
        let raw: Raw = object.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let Raw { job_title, supervisor_id, name } = raw;
        Extra { job_title: plain(&job_title), supervisor_id: plain(&supervisor_id), source_name: plain(&name) }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A display name without the job title that `TIMECAMP_USE_JOB_TITLE_NAME_USERS` put before it: `Engineer [Ann] - 7` is
/// `Ann - 7`. Brackets that are part of somebody's own name stay.
pub fn name_without_job_title(name: &str, extra: &Extra) -> String {
    let parts = name.split_once('[').and_then(|(title, rest)| Some((title, rest.rsplit_once(']')?)));
    let Some((title, (inner, rest))) = parts else { return name.to_owned() };
    let (title, inner) = (title.trim(), inner.trim());
    let known_title = !title.is_empty() && title == cleaned(&extra.job_title);
    let known_name = !inner.is_empty() && inner == cleaned(&extra.source_name);
    if known_title || (known_name && !title.is_empty()) { format!("{inner}{rest}") } else { name.to_owned() }
}

/// A text as prepare cleans it for names.
fn cleaned(text: &str) -> String {
    let kept: String = text.chars().filter(|letter| !"(){}`´_".contains(*letter)).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(job_title: &str, name: &str) -> Extra {
        Extra { job_title: job_title.to_owned(), source_name: name.to_owned(), ..Extra::default() }
    }

    #[test]
    fn the_job_title_goes_and_brackets_of_a_name_stay() {
        let cases = [
            ("Engineer [Ann Ex]", extra("Engineer", "Ann Ex"), "Ann Ex"),
            ("Engineer [Ann Ex] - 7", extra("Engineer", "Ann Ex"), "Ann Ex - 7"),
            ("Lead II [Ann Ex]", extra("Lead (II)", "Ann Ex"), "Ann Ex"),
            ("Renamed [Ann Ex]", extra("Engineer", "Ann Ex"), "Ann Ex"),
            ("Ann [Ex]", extra("", "Ann [Ex]"), "Ann [Ex]"),
            ("Engineer [Ann [Ex]]", extra("Engineer", "Ann [Ex]"), "Ann [Ex]"),
            ("Ann Ex", extra("Engineer", "Ann Ex"), "Ann Ex"),
            ("[Ann]", extra("", ""), "[Ann]"),
        ];
        for (name, extra, expected) in cases {
            assert_eq!(name_without_job_title(name, &extra), expected, "{name}");
        }
    }

    #[test]
    fn source_records_of_any_shape_are_accepted() {
        let file = br#"[{"raw_data":{"job_title":"Chef","supervisor_id":12}},{"raw_data":[1]},{"raw_data":null},{}]"#;
        let read = extras(file).unwrap();
        assert_eq!(read.len(), 4);
        assert_eq!((read[0].job_title.as_str(), read[0].supervisor_id.as_str()), ("Chef", "12"));
        assert_eq!(read[1], Extra::default());
    }
}
