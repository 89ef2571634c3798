//! Who is taken, who is left out, and what looks odd. Pure.

use crate::settings::Settings;
use crate::wire::{Employee, Record, WireError};
use jiff::civil::Date;
use std::collections::BTreeSet;
use timecamp_scim_core::models::SourceUser;
use timecamp_scim_core::source::record;

/// How many employee numbers are named in a warning.
const NAMED: usize = 10;
/// How BambooHR writes a date that is not there.
const NO_DATE: &str = "0000-00-00";

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
    excluded: usize,
    /// Employee numbers of those without an address.
    without_address: Vec<String>,
    /// Not left out: employee numbers of those whose hire date cannot be read.
    odd_dates: Vec<String>,
}

impl LeftOut {
    /// Says it in the log.
    pub(crate) fn say(&self) {
        let Self { terminated, future, excluded, without_address, odd_dates } = self;
        let reasons =
            [(terminated, "terminated"), (future, "hired for a later day"), (excluded, "in an excluded department")];
        let counts: Vec<String> = reasons
            .iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, reason)| format!("{count} {reason}"))
            .collect();
        if !counts.is_empty() {
            tracing::info!("left out: {}", counts.join(", "));
        }
        for (who, what) in [
            (without_address, "have no address and are left out"),
            (odd_dates, "have a hireDate that is no date, and are taken as hired already"),
        ] {
            if !who.is_empty() {
                let named: Vec<&str> = who.iter().take(NAMED).map(String::as_str).collect();
                let more = if who.len() > NAMED { ", …" } else { "" };
                tracing::warn!("{} employees {what}: employeeNumber {}{more}", who.len(), named.join(", "));
            }
        }
    }
}

/// Sorts out who is to be written.
pub(crate) fn choose(records: Vec<Record>, settings: &Settings, today: Date) -> Result<Chosen, WireError> {
    let mut left_out = LeftOut::default();
    let mut users = Vec::with_capacity(records.len());
    for record in records {
        let employee = Employee::read(&record)?;
        if left_out.takes(&employee, settings, today) {
            users.push(employee.user(record, settings.rule.as_ref()));
        }
    }
    Ok(Chosen { users, left_out })
}

impl LeftOut {
    /// Whether this employee is taken; counts them otherwise.
    fn takes(&mut self, employee: &Employee, settings: &Settings, today: Date) -> bool {
        let called = || employee.number.clone().unwrap_or_else(|| "unknown".to_owned());
        let is = |value: &Option<String>, test: &dyn Fn(&str) -> bool| value.as_deref().is_some_and(test);
        let hired = hired(employee.hired.as_deref());
        if is(&employee.employment, &|status| status.eq_ignore_ascii_case("Terminated")) {
            self.terminated += 1;
        } else if matches!(hired, Hired::On(date) if date > today) {
            self.future += 1;
        } else if is(&employee.department, &|department| settings.excluded.hold(department)) {
            self.excluded += 1;
        } else if employee.email.is_none() {
            self.without_address.push(called());
        } else {
            if hired == Hired::Unreadable {
                self.odd_dates.push(called());
            }
            return true;
        }
        false
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Hired {
    Unknown,
    Unreadable,
    On(Date),
}

/// A date, or the date at the beginning of a time.
fn hired(text: Option<&str>) -> Hired {
    let Some(text) = text.filter(|text| !text.starts_with(NO_DATE)) else { return Hired::Unknown };
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    day.parse().map_or(Hired::Unreadable, Hired::On)
}

/// Supervisors that were looked up: only those that were asked for, should BambooHR ignore the filter.
pub(crate) fn supervisors(
    records: Vec<Record>,
    numbers: &[String],
    settings: &Settings,
) -> anyhow::Result<Vec<SourceUser>> {
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        let user = Employee::read(&record)?.user(record, settings.rule.as_ref());
        if numbers.contains(&user.external_id) {
            found.push(user);
        }
    }
    Ok(found)
}

/// The field list has `supervisorId` as the supervisor's employeeNumber and `supervisorEid` as their internal id;
/// another reading has it the other way round. A warning when the second one fits these people better: fewer than
/// half of all supervisorIds are anybody's employeeNumber, and most of them are the supervisorEid, or the supervisorEids
/// are the employeeNumbers.
pub(crate) fn doubt_of_supervisor_ids(users: &[SourceUser]) -> Option<String> {
    let numbers: BTreeSet<&str> = users.iter().map(|user| user.external_id.as_str()).collect();
    let named: Vec<(&str, Option<String>)> = users
        .iter()
        .filter(|user| !user.supervisor_id.is_empty())
        .map(|user| {
            let internal = user.raw_data.as_ref().and_then(|record| record::text_at(record, "supervisorEid"));
            (user.supervisor_id.as_str(), internal)
        })
        .collect();
    let right = named.iter().filter(|(id, _)| numbers.contains(id)).count();
    let internal = named
        .iter()
        .filter(|(id, internal)| internal.as_deref().is_some_and(|other| other == *id || numbers.contains(other)))
        .count();
    (right * 2 < named.len() && internal * 2 > named.len()).then(|| {
        format!(
            "only {right} of {} supervisorIds are the employeeNumber of anybody; the others seem to be internal ids of \
             BambooHR. Their supervisors are not known, and groups from the manager hierarchy will be wrong. Look at both \
             fields of one employee in BambooHR and ask its support what supervisorId is to hold",
            named.len()
        )
    })
}

#[cfg(test)]
mod tests;
