//! From an employee, their teams and contracts to a user.

use crate::settings::EmailField;
use crate::wire::{Of, Record, WireError, order_of};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;
use timecamp_scim_core::models::{SourceUser, Status};

/// What stands beside the employees: departments and job titles by employee.
#[derive(Debug, Default)]
pub(crate) struct Around {
    departments: BTreeMap<String, String>,
    titles: BTreeMap<String, String>,
}

impl Around {
    /// Sorts out teams and contract versions.
    pub(crate) fn of(teams: &[Record], versions: &[Record], today: Date) -> Result<Self, WireError> {
        Ok(Self { departments: departments(teams)?, titles: titles(versions, today)? })
    }

    /// These employees as users.
    pub(crate) fn users(&self, employees: Vec<Record>, email: EmailField) -> Result<Vec<SourceUser>, WireError> {
        employees.into_iter().map(|employee| self.user(employee, email)).collect()
    }

    fn user(&self, employee: Record, email: EmailField) -> Result<SourceUser, WireError> {
        let told = Of("the employee", &employee);
        let id = told.id();
        let parts = [told.text("first_name")?, told.text("last_name")?];
        let name = told.text("full_name")?.unwrap_or_else(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        let (first, second) = match email {
            EmailField::Login => ("login_email", "email"),
            EmailField::Personal => ("email", "login_email"),
        };
        let email = told.text(first)?.or(told.text(second)?);
        let supervisor_id = told.text("manager_id")?.unwrap_or_default();
        // Null is how Factorial leaves it open; only those who work there were asked for.
        let status = if told.flag("active")? == Some(false) { Status::Inactive } else { Status::Active };
        Ok(SourceUser {
            name,
            email: email.unwrap_or_default(),
            department: self.departments.get(&id).cloned(),
            job_title: self.titles.get(&id).cloned(),
            status,
            supervisor_id,
            raw_data: Some(Value::Object(employee)),
            ..SourceUser::new(id)
        })
    }
}

/// Of several teams the one with the lowest id that has a name. A `/` would make a level, so it becomes `-`.
fn departments(teams: &[Record]) -> Result<BTreeMap<String, String>, WireError> {
    let mut sorted: Vec<Of<'_>> = teams.iter().map(|team| Of("the team", team)).collect();
    sorted.sort_by_cached_key(|team| order_of(&team.id()));
    let mut departments = BTreeMap::new();
    for team in sorted {
        let members = team.ids("employee_ids")?;
        let Some(name) = team.text("name")? else { continue };
        for employee in members {
            departments.entry(employee).or_insert_with(|| name.replace('/', "-"));
        }
    }
    Ok(departments)
}

/// The title in the contract version that is in force: the last one that took effect, of two of one day the later made.
fn titles(versions: &[Record], today: Date) -> Result<BTreeMap<String, String>, WireError> {
    let mut begun = Vec::new();
    for version in versions {
        let version = Of("the contract version", version);
        let Some(employee) = version.text("employee_id")? else { continue };
        let title = version.text("job_title")?;
        let day = version.text("effective_on")?.or(version.text("starts_on")?);
        let day = day.and_then(|day| day.parse::<Date>().ok()).filter(|day| *day <= today);
        begun.extend(day.map(|day| (day, order_of(&version.id()), employee, title)));
    }
    begun.sort();
    let newest: BTreeMap<String, Option<String>> =
        begun.into_iter().map(|(_, _, employee, title)| (employee, title)).collect();
    Ok(newest.into_iter().filter_map(|(employee, title)| Some((employee, title?))).collect())
}
