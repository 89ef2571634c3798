//! Who is taken and who is left out. Pure.

use crate::settings::Settings;
use crate::wire::{decisive, department, user};
use jiff::civil::Date;
use serde_json::Value;
use timecamp_scim_core::models::SourceUser;

/// Everybody who is taken, and how many are not.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) users: Vec<SourceUser>,
    pub(crate) left_out: LeftOut,
}

/// How many people are left out and why; the first reason that holds counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    terminated: usize,
    future: usize,
    without_address: usize,
    excluded: usize,
}

impl LeftOut {
    /// The counts that are not zero, for the log.
    pub(crate) fn in_words(&self) -> Option<String> {
        let Self { terminated, future, without_address, excluded } = self;
        let reasons = [
            (terminated, "terminated"),
            (future, "starting on a later day"),
            (without_address, "without an address"),
            (excluded, "in an excluded department"),
        ];
        let full = reasons.iter().filter(|(count, _)| **count > 0);
        let words: Vec<String> = full.map(|(count, reason)| format!("{count} {reason}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// The count that a person belongs to; `None` for those who are taken. What is not needed to tell is not looked at.
    fn reason(&mut self, person: &Value, settings: &Settings, today: Date) -> anyhow::Result<Option<&mut usize>> {
        let status = decisive(person, "internal.lifecycleStatus")?;
        if status.is_some_and(|status| status.eq_ignore_ascii_case("terminated")) {
            return Ok(Some(&mut self.terminated));
        }
        if decisive(person, "work.startDate")?.and_then(|text| date(&text)).is_some_and(|start| start > today) {
            return Ok(Some(&mut self.future));
        }
        if decisive(person, "root.email")?.is_none() {
            return Ok(Some(&mut self.without_address));
        }
        let department = department(person)?.unwrap_or_default();
        Ok(settings.excluded.hold(&department).then_some(&mut self.excluded))
    }
}

/// A date, or the date at the beginning of a time.
fn date(text: &str) -> Option<Date> {
    text.split(['T', ' ']).next()?.parse().ok()
}

/// Sorts out who is to be written.
pub(crate) fn choose(people: Vec<Value>, settings: &Settings, today: Date) -> anyhow::Result<Chosen> {
    let mut left_out = LeftOut::default();
    let mut users = Vec::with_capacity(people.len());
    for person in people {
        match left_out.reason(&person, settings, today)? {
            Some(count) => *count += 1,
            None => users.push(user(person, settings.rule.as_ref())?),
        }
    }
    Ok(Chosen { users, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;
    use serde_json::json;
    use timecamp_scim_core::Env;

    fn chosen(people: &Value) -> Chosen {
        let settings = [
            ("HIBOB_SERVICE_USER_ID", "SERVICE-1"),
            ("HIBOB_SERVICE_USER_TOKEN", "hibob-select-token"),
            ("HIBOB_EXCLUDED_DEPARTMENTS", "Board, Interns"),
        ];
        let mut env: Env = settings.into_iter().collect();
        let settings = Settings::of_env(&mut env).unwrap();
        choose(people.as_array().unwrap().clone(), &settings, day(2026, 3, 1)).unwrap()
    }

    #[test]
    fn the_first_reason_that_holds_counts() {
        let Chosen { users, left_out } = chosen(&json!([
            { "id": "1", "email": "1@x.test", "work": { "startDate": "2026-03-01", "department": "board" } },
            { "id": "2", "email": "2@x.test", "work": { "startDate": "2026-03-02" } },
            { "id": "3", "email": null },
            { "id": "4", "email": "  " },
            { "id": "5", "email": "5@x.test", "internal": { "lifecycleStatus": "Terminated" }, "work": { "startDate": "2099-01-01" } },
            { "id": "6", "email": "6@x.test", "work": { "department": "17" }, "humanReadable": { "work": { "department": "Board" } } },
            { "id": "7", "email": "7@x.test", "work": { "startDate": "some day" } },
        ]));
        assert_eq!(users.iter().map(|user| user.external_id.as_str()).collect::<Vec<_>>(), ["1", "7"]);
        assert_eq!(left_out, LeftOut { terminated: 1, future: 1, without_address: 2, excluded: 1 });
        let words = "1 terminated, 1 starting on a later day, 2 without an address, 1 in an excluded department";
        assert_eq!(left_out.in_words().as_deref(), Some(words));
        assert_eq!(LeftOut::default().in_words(), None);
    }
}
