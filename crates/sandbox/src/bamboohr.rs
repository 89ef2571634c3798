//! BambooHR's employee dataset under `/api/gateway.php/{subdomain}/v1/datasets/employee`.
//!
//! Its part of the world: `{"subdomain", "api_key", "employees": [{…}], "quirks": {…}}`. An employee is an object of
//! dataset fields, company fields such as `customField4548` among them; a field that an employee lacks is null.

mod filter;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::filter::Filters;
use crate::call::{Answer, Call, id_of, text_of};
use crate::service::{Service, Setting};

/// The dataset fields that a company has before it adds its own.
const FIELDS: [&str; 17] = [
    "eeid",
    "email",
    "employeeNumber",
    "employmentStatus",
    "firstName",
    "hireDate",
    "isSupervisor",
    "jobInformationDepartment",
    "jobInformationDivision",
    "jobInformationJobTitle",
    "jobInformationReportsTo",
    "lastName",
    "name",
    "status",
    "supervisor",
    "supervisorEid",
    "supervisorId",
];

#[derive(Debug, Default)]
pub(crate) struct BambooHr(Mutex<Office>);

/// One company's BambooHR.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Office {
    subdomain: String,
    api_key: String,
    employees: Vec<Map<String, Value>>,
    #[serde(default)]
    quirks: Quirks,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Quirks {
    page_from: PageFrom,
    /// Always answers page 1, with a next page that never ends.
    ignore_page: bool,
    /// The host that links to other pages name; null: the one that was asked.
    next_page_host: Option<String>,
    /// 500 unless asked otherwise, and never more than this.
    max_page_size: u64,
    /// The status for a wrong key: 401, or 403 as while locked out.
    wrong_key: u16,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            page_from: PageFrom::default(),
            ignore_page: false,
            next_page_host: None,
            max_page_size: 1000,
            wrong_key: 401,
        }
    }
}

/// Where the page number is read; documented is the query.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum PageFrom {
    #[default]
    Query,
    Body,
}

impl BambooHr {
    fn office(&self) -> MutexGuard<'_, Office> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for BambooHr {
    fn name(&self) -> &'static str {
        "bamboohr"
    }

    fn prefix(&self) -> &'static str {
        "/api/gateway.php/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let office = self.office();
        if !office.admits(&call.authorization) {
            return refusal(office.quirks.wrong_key, "Invalid API key");
        }
        match (call.method.as_str(), route) {
            ("POST", [subdomain, "v1", "datasets", "employee"]) if *subdomain == office.subdomain => {
                office.employees(call).unwrap_or_else(|problem| refusal(400, &problem))
            }
            _ => refusal(404, "Not found"),
        }
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let office = if part.is_null() {
            Office::default()
        } else {
            serde_json::from_value(part.clone()).context("subdomain, api_key, employees and quirks are expected")?
        };
        *self.office() = office;
        Ok(())
    }

    fn state(&self) -> Value {
        let office = self.office();
        if office.subdomain.is_empty() {
            return Value::Null;
        }
        serde_json::to_value(&*office).unwrap_or_default()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let office = self.office();
        if office.subdomain.is_empty() {
            return Vec::new();
        }
        vec![
            ("BAMBOOHR_API_URL", format!("{url}/api/gateway.php/{}", office.subdomain)),
            ("BAMBOOHR_SUBDOMAIN", office.subdomain.clone()),
            ("BAMBOOHR_API_KEY", office.api_key.clone()),
        ]
    }
}

/// v1 words its errors in plain text and in a header.
fn refusal(status: u16, problem: &str) -> Answer {
    Answer::text(status, "text/plain", problem).with("X-BambooHR-Error-Message", problem)
}

/// Which part of the employees is asked for.
struct Page {
    number: u64,
    size: u64,
    total: u64,
}

impl Page {
    fn count(&self) -> u64 {
        self.total.div_ceil(self.size).max(1)
    }
}

impl Office {
    /// Basic authentication with the key as user; the password can be anything.
    fn admits(&self, authorization: &str) -> bool {
        let decoded = authorization.strip_prefix("Basic ").and_then(|encoded| STANDARD.decode(encoded).ok());
        let user = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let user = user.as_deref().and_then(|pair| pair.split_once(':')).map(|(user, _)| user);
        !self.api_key.is_empty() && user == Some(self.api_key.as_str())
    }

    fn employees(&self, call: &Call) -> Result<Answer, String> {
        let fields = self.fields(call)?;
        let filters = Filters::read(call.field("filters"))?;
        let found: Vec<&Map<String, Value>> = self.employees.iter().filter(|row| filters.pass(row)).collect();
        let page = self.page(call, found.len());
        let first = usize::try_from((page.number - 1) * page.size).unwrap_or(usize::MAX);
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let data: Vec<Value> = found
            .into_iter()
            .skip(first)
            .take(size)
            .map(|row| {
                let shown = fields.iter().map(|name| (name.clone(), row.get(name).cloned().unwrap_or(Value::Null)));
                Value::Object(shown.collect())
            })
            .collect();
        let pagination = self.pagination(call, &page);
        Ok(Answer::ok(&json!({ "data": data, "aggregations": [], "pagination": pagination })))
    }

    fn fields(&self, call: &Call) -> Result<Vec<String>, String> {
        let fields: Vec<String> =
            call.field("fields").and_then(Value::as_array).into_iter().flatten().map(text_of).collect();
        if fields.is_empty() {
            return Err("fields: at least one field is required".to_owned());
        }
        let own: BTreeSet<&String> = self.employees.iter().flat_map(Map::keys).collect();
        // An office without employees does not know what fields its company has added.
        let known = |name: &String| own.is_empty() || own.contains(name) || FIELDS.contains(&name.as_str());
        match fields.iter().find(|name| !known(name)) {
            Some(unknown) => Err(format!("fields: unknown field {unknown}")),
            None => Ok(fields),
        }
    }

    fn page(&self, call: &Call, total: usize) -> Page {
        let from_query = |name: &str| call.param(name).and_then(|value| value.parse().ok());
        let from_body = |name: &str| call.field(name).and_then(id_of);
        let asked = |name: &str| match self.quirks.page_from {
            PageFrom::Query => from_query(name),
            PageFrom::Body => from_body(name),
        };
        let size = asked("page_size").unwrap_or(500).clamp(1, self.quirks.max_page_size);
        let mut page = Page { number: 1, size, total: total as u64 };
        if !self.quirks.ignore_page {
            // Beyond the end the last page is answered, as the fields endpoint beside it does.
            page.number = asked("page").unwrap_or(1).clamp(1, page.count());
        }
        page
    }

    fn pagination(&self, call: &Call, page: &Page) -> Value {
        let host = self.quirks.next_page_host.as_ref().unwrap_or(&call.host);
        let link = |number: u64| format!("http://{host}{}?page={number}&page_size={}", call.path, page.size);
        let more = page.number < page.count() || self.quirks.ignore_page;
        json!({
            "total_records": page.total,
            "current_page": page.number,
            "total_pages": page.count(),
            "next_page": more.then(|| link(page.number + 1)),
            "prev_page": (page.number > 1).then(|| link(page.number - 1)),
        })
    }
}
