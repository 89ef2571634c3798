//! Factorial under `/factorial/api/{version}/resources/`.
//!
//! Its part of the world: `{"api_key", "employees": [{…}], "teams": [{…}], "leaves": [{…}], "contract_versions": [{…}],
//! "leave_type_map": {…}, "quirks": {…}}`, every record as Factorial answers it. Without `contract_versions` there is no
//! such resource (404); `leave_type_map` is what the product's setting `LeaveTypeMap` is to hold.
//! Quirks: `most_per_page` (100), `wrong_key` (the status for a wrong key), `ids` (`number`, or `text` as versions from
//! October 2026 write them), `filters` (`honest`, `ignored`: all leaves and all employees, whatever is asked),
//! `cursor` (`honest`, `repeated`: always the same next page, `first`: always the first page with a new cursor,
//! `endless`: empty pages with new cursors, `missing`: a next page without a cursor) and `announced` (how many records
//! more than there are the total speaks of).

mod page;

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::page::Quirks;
use crate::call::{Answer, Call, text_of};
use crate::sandbox::Sandbox;
use crate::service::{Service, Setting};

/// The version that [`Sandbox::factorial_url`] names; every other one is answered as well.
const VERSION: &str = "2026-10-01";

#[derive(Debug, Default)]
pub(crate) struct Factorial(Mutex<Firm>);

/// One company's Factorial.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Firm {
    api_key: String,
    employees: Vec<Value>,
    #[serde(default)]
    teams: Vec<Value>,
    #[serde(default)]
    leaves: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract_versions: Option<Vec<Value>>,
    /// What the setting `LeaveTypeMap` is to hold.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    leave_type_map: Map<String, Value>,
    #[serde(default)]
    quirks: Quirks,
}

impl Sandbox {
    /// The value for `FACTORIAL_API_URL`.
    pub fn factorial_url(&self) -> String {
        format!("{}/factorial/api/{VERSION}", self.url())
    }
}

impl Factorial {
    fn firm(&self) -> MutexGuard<'_, Firm> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Factorial {
    fn name(&self) -> &'static str {
        "factorial"
    }

    fn prefix(&self) -> &'static str {
        "/factorial/api/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let firm = self.firm();
        if firm.api_key.is_empty() || call.api_key != firm.api_key {
            return refusal(firm.quirks.wrong_key, "Invalid API key");
        }
        match (call.method.as_str(), route) {
            ("GET", [_version, "resources", namespace, resource]) => firm.list(call, namespace, resource),
            _ => refusal(404, "Not found"),
        }
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let firm = if part.is_null() {
            Firm::default()
        } else {
            let expected = "api_key, employees, teams, leaves, contract_versions and quirks are expected";
            serde_json::from_value(part.clone()).context(expected)?
        };
        *self.firm() = firm;
        Ok(())
    }

    fn state(&self) -> Value {
        let firm = self.firm();
        if firm.api_key.is_empty() {
            return Value::Null;
        }
        serde_json::to_value(&*firm).unwrap_or_default()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let firm = self.firm();
        if firm.api_key.is_empty() {
            return Vec::new();
        }
        let mut settings = vec![
            ("FACTORIAL_API_URL", format!("{url}/factorial/api/{VERSION}")),
            ("FACTORIAL_API_KEY", firm.api_key.clone()),
        ];
        if !firm.leave_type_map.is_empty() {
            settings.push(("LeaveTypeMap", json!(firm.leave_type_map).to_string()));
        }
        settings
    }
}

fn refusal(status: u16, problem: &str) -> Answer {
    Answer::json(status, &json!({ "error": problem }))
}

impl Firm {
    fn list(&self, call: &Call, namespace: &str, resource: &str) -> Answer {
        let found = match (namespace, resource) {
            ("employees", "employees") => Ok(self.employees(call)),
            ("teams", "teams") => Ok(self.teams.clone()),
            ("timeoff", "leaves") => self.leaves(call),
            ("contracts", "contract_versions") => match &self.contract_versions {
                Some(versions) => Ok(versions.clone()),
                None => Err(refusal(404, "Not found")),
            },
            _ => Err(refusal(404, "Not found")),
        };
        found.map_or_else(|refused| refused, |records| self.quirks.page(call, records))
    }

    fn employees(&self, call: &Call) -> Vec<Value> {
        let wanted: Vec<&str> = call.params("ids[]").collect();
        let on = |name: &str| call.param(name) == Some("true");
        let leads = |id: &str| self.employees.iter().any(|other| text(other, "manager_id") == id);
        let passes = |employee: &&Value| {
            let id = text(employee, "id");
            let working = employee.get("active") != Some(&Value::Bool(false));
            (working || !on("only_active"))
                && (!on("only_managers") || leads(&id))
                && (wanted.is_empty() || wanted.contains(&id.as_str()))
        };
        self.employees.iter().filter(|employee| self.quirks.filters_ignored() || passes(employee)).cloned().collect()
    }

    /// Leaves that touch the span from `from` to `to`. Dates compare as text.
    fn leaves(&self, call: &Call) -> Result<Vec<Value>, Answer> {
        let Some(deleted_too) = call.param("include_deleted_leaves") else {
            return Err(refusal(422, "include_deleted_leaves is missing"));
        };
        let begins = |leave: &Value| text(leave, "start_on");
        let ends = |leave: &Value| Some(text(leave, "finish_on")).filter(|day| !day.is_empty());
        let passes = |leave: &&Value| {
            let deleted = leave.get("deleted_at").is_some_and(|at| !at.is_null());
            let pending = leave.get("approved").is_none_or(Value::is_null);
            (deleted_too == "true" || !deleted)
                && (call.param("include_pending") != Some("false") || !pending)
                && call.param("to").is_none_or(|to| begins(leave).as_str() <= to)
                && call.param("from").is_none_or(|from| ends(leave).is_none_or(|end| end.as_str() >= from))
        };
        Ok(self.leaves.iter().filter(|leave| self.quirks.filters_ignored() || passes(leave)).cloned().collect())
    }
}

fn text(record: &Value, name: &str) -> String {
    record.get(name).map(text_of).unwrap_or_default()
}
