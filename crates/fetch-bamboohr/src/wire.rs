//! BambooHR's JSON, what is asked of it, and the one step from their employee to our user.

use crate::settings::Settings;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use timecamp_scim_core::models::{SourceUser, kind_of};
use timecamp_scim_core::source::record::{self, SupervisorRule};

/// The dataset fields that are always asked for. `supervisorId` holds the supervisor's employeeNumber,
/// `supervisorEid` their internal id (BambooHR's list of field names).
const FIELDS: [&str; 12] = [
    "employeeNumber",
    "name",
    "email",
    "jobInformationDepartment",
    "jobInformationDivision",
    "jobInformationJobTitle",
    "isSupervisor",
    "supervisorId",
    "employmentStatus",
    "hireDate",
    "status",
    "supervisorEid",
];

/// An employee as BambooHR tells of them.
pub(crate) type Record = Map<String, Value>;

/// One page of the dataset.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) data: Vec<Record>,
    pub(crate) pagination: Option<Pagination>,
}

/// Where a page stands. Numbers may come as text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pagination {
    pub(crate) current_page: Option<Value>,
    pub(crate) total_pages: Option<Value>,
    pub(crate) total_records: Option<Value>,
    pub(crate) next_page: Option<String>,
}

/// Which employees are asked for.
#[derive(Debug)]
pub(crate) enum Who<'a> {
    /// Everybody who works there, as the exclude filter allows.
    Everybody,
    /// Those with these employee numbers.
    Numbered(&'a [String]),
}

/// The body of a dataset request. It names the page as well as the query does: which of the two a deployment reads
/// is not certain.
pub(crate) fn query(who: &Who<'_>, page: u64, settings: &Settings) -> Value {
    let own = settings.rule.as_ref().map(SupervisorRule::field).filter(|field| !FIELDS.contains(field));
    let fields: Vec<&str> = FIELDS.into_iter().chain(own).collect();
    let (join, filters): (&str, Vec<Value>) = match who {
        Who::Everybody => {
            let given = settings.filter.clone().map(Value::Object);
            let working =
                json!({ "field": "employmentStatus", "operator": "does_not_include", "value": ["Terminated"] });
            ("all", given.into_iter().chain([working]).collect())
        }
        Who::Numbered(numbers) => ("any", numbers.iter().map(|number| numbered(number)).collect()),
    };
    json!({ "fields": fields, "filters": { "match": join, "filters": filters }, "page": page })
}

fn numbered(number: &str) -> Value {
    json!({ "field": "employeeNumber", "operator": "equal", "value": number })
}

/// A record that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("the employee with employeeNumber {employee} has {got} in the field {field}, where text is expected")]
pub(crate) struct WireError {
    employee: String,
    field: &'static str,
    got: &'static str,
}

/// Theirs: what of a record is used. Null, missing and blank are all `None`.
#[derive(Debug, Default)]
pub(crate) struct Employee {
    pub(crate) number: Option<String>,
    pub(crate) name: Option<String>,
    /// As it is written, with any space around it.
    pub(crate) email: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) division: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) supervisor: Option<String>,
    pub(crate) employment: Option<String>,
    pub(crate) hired: Option<String>,
}

impl Employee {
    pub(crate) fn read(record: &Record) -> Result<Self, WireError> {
        let trimmed = |field| Ok(text(record, field)?.map(|text| text.trim().to_owned()));
        Ok(Self {
            number: trimmed("employeeNumber")?,
            name: trimmed("name")?,
            email: text(record, "email")?,
            department: trimmed("jobInformationDepartment")?,
            division: trimmed("jobInformationDivision")?,
            title: trimmed("jobInformationJobTitle")?,
            supervisor: trimmed("supervisorId")?,
            employment: trimmed("employmentStatus")?,
            hired: trimmed("hireDate")?,
        })
    }

    /// Ours. Who should not be there at all is decided before.
    pub(crate) fn user(self, record: Record, rule: Option<&SupervisorRule>) -> SourceUser {
        let Self { number, name, email, department, division, title, supervisor, employment: _, hired: _ } = self;
        let record = Value::Object(record);
        let department = match (division, department) {
            (Some(division), Some(department)) => Some(format!("{division}/{department}")),
            (division, department) => division.or(department),
        };
        SourceUser {
            name: name.unwrap_or_default(),
            email: email.unwrap_or_default(),
            department,
            job_title: title,
            supervisor_id: supervisor.unwrap_or_default(),
            is_supervisor: Some(rule.is_some_and(|rule| rule.holds(&record))),
            raw_data: Some(record),
            ..SourceUser::new(number.unwrap_or_default())
        }
    }
}

/// A field as text: numbers are taken as they are written; anything that holds more than one value is an error,
/// since a person without a name or an address would be the silent outcome.
fn text(record: &Record, field: &'static str) -> Result<Option<String>, WireError> {
    let value = record.get(field).unwrap_or(&Value::Null);
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            let employee = record.get("employeeNumber").and_then(record::text).unwrap_or_else(|| "unknown".to_owned());
            Err(WireError { employee, field, got: kind_of(value) })
        }
    }
}
