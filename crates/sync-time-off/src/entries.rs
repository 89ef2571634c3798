//! `var/vacation.json`: what stands in it, before anything is looked up. Files made by hand or by the Python original
//! are accepted: ids as numbers, fields that are missing.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use timecamp_scim_core::Refusal;
use timecamp_scim_core::models::kind_of;
use timecamp_scim_core::source::record;
use timecamp_scim_core::storage::Name;

/// One leave as the file tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its place in the file, from 1.
    pub(crate) number: usize,
    /// Whose, by address.
    pub(crate) email: Option<String>,
    /// Whose, by identity in the source.
    pub(crate) external_id: Option<String>,
    /// First and last day as they are written.
    pub(crate) days: (Option<String>, Option<String>),
    /// Name of the day type in TimeCamp.
    pub(crate) day_type: Option<String>,
    /// How much of each day.
    pub(crate) part: Part,
}

/// How much of a day somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// Half of it, whichever.
    Half,
}

#[derive(Deserialize)]
struct File {
    vacation: Vec<Value>,
}

/// Reads the file. What is no list of leaves is refused as a whole.
pub(crate) fn parse(name: &Name, bytes: &[u8]) -> Result<Vec<Entry>, Refusal> {
    let File { vacation } = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::Input(format!("{name} is not {{\"vacation\": [...]}} in JSON ({error}). Nothing was changed"))
    })?;
    vacation.into_iter().enumerate().map(|(index, entry)| read(name, index + 1, entry)).collect()
}

fn read(name: &Name, number: usize, entry: Value) -> Result<Entry, Refusal> {
    let Value::Object(entry) = entry else {
        let got = kind_of(&entry);
        return Err(Refusal::Input(format!(
            "{name}: entry {number} is {got}, where an object is expected. Nothing was changed"
        )));
    };
    let text = |field: &str| entry.get(field).and_then(record::text);
    Ok(Entry {
        number,
        email: text("email"),
        external_id: text("external_id"),
        days: (text("start_on"), text("finish_on")),
        day_type: text("tc_leave_type"),
        part: part(&entry),
    })
}

/// `beginning_of_day` and `end_of_day` are Factorial's words; whatever else is there means half a day as well.
fn part(entry: &Map<String, Value>) -> Part {
    match entry.get("half_day") {
        None | Some(Value::Null | Value::Bool(false)) => Part::Whole,
        Some(value) => match record::text(value) {
            Some(_) => Part::Half,
            None => Part::Whole,
        },
    }
}

/// The longest leave that is believed: twenty years. A longer one is a slip of the pen in a year.
const LONGEST: i32 = 20 * 366;

impl Entry {
    /// First and last day; the error says what is wrong with them.
    pub(crate) fn dates(&self) -> Result<(Date, Date), String> {
        let (start, finish) = (day("start_on", self.days.0.as_deref())?, day("finish_on", self.days.1.as_deref())?);
        if finish < start {
            return Err(format!("finish_on {finish} is before start_on {start}"));
        }
        let long = start.until(finish).is_ok_and(|span| span.get_days() > LONGEST);
        if long { Err(format!("{start} to {finish} is more than twenty years")) } else { Ok((start, finish)) }
    }
}

/// A date, or the date at the beginning of a time.
fn day(field: &str, text: Option<&str>) -> Result<Date, String> {
    let text = text.ok_or_else(|| format!("{field} is missing"))?;
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    day.parse().ok().ok_or_else(|| format!("{field} `{text}` is no date"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entries(file: &Value) -> Result<Vec<Entry>, String> {
        parse(&Name::Vacation, file.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    fn one(entry: &Value) -> Entry {
        entries(&json!({ "vacation": [entry] })).unwrap().remove(0)
    }

    #[test]
    fn numbers_serve_as_ids_and_what_is_missing_is_none() {
        let entry = one(&json!({ "email": " a@x.test ", "external_id": 31, "start_on": "2026-03-01" }));
        assert_eq!(entry.email.as_deref(), Some("a@x.test"));
        assert_eq!(entry.external_id.as_deref(), Some("31"));
        assert_eq!((entry.days.1, entry.day_type, entry.part), (None, None, Part::Whole));
    }

    #[test]
    fn half_days_are_neither_null_nor_empty() {
        for half in [json!("beginning_of_day"), json!("end_of_day"), json!(true), json!("x")] {
            assert_eq!(one(&json!({ "half_day": half })).part, Part::Half, "{half}");
        }
        for whole in [json!(null), json!(""), json!("  "), json!(false)] {
            assert_eq!(one(&json!({ "half_day": whole })).part, Part::Whole, "{whole}");
        }
    }

    #[test]
    fn dates_are_dates_in_their_order() {
        let dates = |start: Value, finish: Value| one(&json!({ "start_on": start, "finish_on": finish })).dates();
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(
            dates(json!("2026-03-01"), json!("2026-03-01T00:00:00")),
            Ok((day("2026-03-01"), day("2026-03-01")))
        );
        assert_eq!(dates(json!(null), json!("2026-03-01")), Err("start_on is missing".to_owned()));
        assert_eq!(dates(json!("2026-03-01"), json!("")), Err("finish_on is missing".to_owned()));
        assert_eq!(dates(json!("2026-02-30"), json!("2026-03-01")), Err("start_on `2026-02-30` is no date".to_owned()));
        assert!(dates(json!("2026-03-02"), json!("2026-03-01")).unwrap_err().contains("is before"));
        assert!(dates(json!("2026-03-02"), json!("2926-03-02")).unwrap_err().contains("twenty years"));
    }

    #[test]
    fn what_is_no_list_of_leaves_is_refused() {
        for wrong in [json!([]), json!({ "users": [] }), json!({ "vacation": {} }), json!(3)] {
            assert!(entries(&wrong).unwrap_err().contains("var/vacation.json is not"), "{wrong}");
        }
        let wrong = json!({ "vacation": [{}, "x"] });
        assert!(entries(&wrong).unwrap_err().contains("entry 2 is text, where an object is expected"));
        assert_eq!(entries(&json!({ "vacation": [] })), Ok(Vec::new()));
    }
}
