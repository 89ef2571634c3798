//! HiBob's people search under `/v1/people/search`.
//!
//! Its part of the world: `{"service_user_id", "token", "employees": [{…}], "quirks": {…}}`. An employee is the nested
//! form of an answer (`id`, `fullName`, `work`, `internal`, …) with a `humanReadable` tree beside it; only the fields
//! that a request names are answered. Quirks: `forms` (`both`, `nested`, `slash`: how fields are written) and
//! `wrong_token` (the status for wrong credentials).

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::{Answer, Call, text_of};
use crate::sandbox::Sandbox;
use crate::service::{Service, Setting};

/// More fields than these in one request are refused.
const MOST_FIELDS: usize = 400;

#[derive(Debug, Default)]
pub(crate) struct HiBob(Mutex<Company>);

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Company {
    service_user_id: String,
    token: String,
    employees: Vec<Value>,
    #[serde(default)]
    quirks: Quirks,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Quirks {
    forms: Forms,
    wrong_token: u16,
}

impl Default for Quirks {
    fn default() -> Self {
        Self { forms: Forms::default(), wrong_token: 401 }
    }
}

/// How an answer writes a field: `{"work": {"title": 7}}`, `{"/work/title": {"value": 7}}`, or both.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Forms {
    #[default]
    Both,
    Nested,
    Slash,
}

/// What a request asks for.
struct Search {
    /// Paths below an employee, without `root.`.
    fields: Vec<String>,
    readable: Readable,
    inactive_too: bool,
    /// Path and values of the one filter.
    filter: Option<(String, Vec<String>)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Readable {
    No,
    Append,
    Replace,
}

impl Sandbox {
    /// The value for `HIBOB_API_URL`.
    pub fn hibob_url(&self) -> String {
        self.url()
    }
}

impl HiBob {
    fn company(&self) -> MutexGuard<'_, Company> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for HiBob {
    fn name(&self) -> &'static str {
        "hibob"
    }

    fn prefix(&self) -> &'static str {
        "/v1/people/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let company = self.company();
        if !company.admits(&call.authorization) {
            return refusal(company.quirks.wrong_token, "Unauthorized");
        }
        match (call.method.as_str(), route) {
            ("POST", ["search"]) => match Search::read(&call.body) {
                Ok(search) => company.search(&search),
                Err(problem) => refusal(400, &problem),
            },
            _ => refusal(404, "Not found"),
        }
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let company = if part.is_null() {
            Company::default()
        } else {
            serde_json::from_value(part.clone()).context("service_user_id, token, employees and quirks are expected")?
        };
        *self.company() = company;
        Ok(())
    }

    fn state(&self) -> Value {
        let company = self.company();
        if company.token.is_empty() {
            return Value::Null;
        }
        serde_json::to_value(&*company).unwrap_or_default()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let company = self.company();
        if company.token.is_empty() {
            return Vec::new();
        }
        vec![
            ("HIBOB_API_URL", url.to_owned()),
            ("HIBOB_SERVICE_USER_ID", company.service_user_id.clone()),
            ("HIBOB_SERVICE_USER_TOKEN", company.token.clone()),
        ]
    }
}

fn refusal(status: u16, problem: &str) -> Answer {
    Answer::json(status, &json!({ "key": "validations.common", "args": {}, "error": problem }))
}

impl Company {
    fn admits(&self, authorization: &str) -> bool {
        let wanted = STANDARD.encode(format!("{}:{}", self.service_user_id, self.token));
        !self.token.is_empty() && authorization.strip_prefix("Basic ") == Some(wanted.as_str())
    }

    fn search(&self, search: &Search) -> Answer {
        let active = |employee: &Value| {
            let status = employee.pointer("/internal/status").map(text_of).unwrap_or_default();
            search.inactive_too || status.is_empty() || status == "Active"
        };
        let passes = |employee: &Value| match &search.filter {
            Some((path, values)) => at(employee, path).is_some_and(|value| values.contains(&text_of(value))),
            None => true,
        };
        let found = self.employees.iter().filter(|employee| active(employee) && passes(employee));
        let shown: Vec<Value> = found.map(|employee| self.show(employee, search)).collect();
        Answer::ok(&json!({ "employees": shown }))
    }

    /// The fields asked for; what an employee lacks, and what is no field, is left out without a word.
    fn show(&self, employee: &Value, search: &Search) -> Value {
        let mut shown = json!({});
        for path in &search.fields {
            let readable = employee.get("humanReadable").and_then(|tree| at(tree, path));
            let value = match (search.readable, readable) {
                (Readable::Replace, Some(readable)) => Some(readable),
                (Readable::Replace | Readable::Append | Readable::No, _) => at(employee, path),
            };
            let Some(value) = value else { continue };
            if self.quirks.forms != Forms::Slash {
                put(&mut shown, path, value.clone());
            }
            if self.quirks.forms != Forms::Nested
                && let Some(shown) = shown.as_object_mut()
            {
                let root = if path.contains('.') { "" } else { "root/" };
                shown.insert(format!("/{root}{}", path.replace('.', "/")), json!({ "value": value }));
            }
            if let (Readable::Append, Some(readable)) = (search.readable, readable) {
                put(&mut shown, &format!("humanReadable.{path}"), readable.clone());
            }
        }
        shown
    }
}

impl Search {
    /// The error is the text of a 400.
    fn read(body: &Value) -> Result<Self, String> {
        let fields: Vec<String> = texts(body.get("fields")).into_iter().map(|field| below(&field)).collect();
        if fields.len() > MOST_FIELDS {
            return Err(format!("fields: at most {MOST_FIELDS} are allowed"));
        }
        let readable = match body.get("humanReadable").and_then(Value::as_str) {
            None | Some("") => Readable::No,
            Some("APPEND") => Readable::Append,
            Some("REPLACE") => Readable::Replace,
            Some(other) => return Err(format!("humanReadable: {other} is neither APPEND nor REPLACE")),
        };
        let inactive_too = body.get("showInactive").and_then(Value::as_bool).unwrap_or_default();
        let filter = body.get("filters").map(filter).transpose()?;
        Ok(Self { fields, readable, inactive_too, filter })
    }
}

/// At most one filter, on `root.id` or `root.email`, with `equals`.
fn filter(filters: &Value) -> Result<(String, Vec<String>), String> {
    let [filter] = filters.as_array().map(Vec::as_slice).unwrap_or_default() else {
        return Err("filters: exactly one filter is expected".to_owned());
    };
    let text = |name: &str| filter.get(name).map(text_of).unwrap_or_default();
    let (path, operator) = (text("fieldPath"), text("operator"));
    if !["root.id", "root.email"].contains(&path.as_str()) {
        return Err(format!("filters: the field {path} is not supported"));
    }
    if operator != "equals" {
        return Err(format!("filters: the operator {operator} is not supported"));
    }
    Ok((below(&path), texts(filter.get("values"))))
}

fn texts(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array).into_iter().flatten().map(text_of).collect()
}

/// Fields of the category `root` stand at the top of an employee.
fn below(field: &str) -> String {
    field.strip_prefix("root.").unwrap_or(field).to_owned()
}

fn at<'tree>(tree: &'tree Value, path: &str) -> Option<&'tree Value> {
    path.split('.').try_fold(tree, |tree, key| tree.get(key))
}

fn put(tree: &mut Value, path: &str, value: Value) {
    let mut place = tree;
    for key in path.split('.') {
        let Some(object) = place.as_object_mut() else { return };
        place = object.entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    *place = value;
}
