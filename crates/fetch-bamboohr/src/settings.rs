//! Which BambooHR, who asks, and who is left out.

use serde_json::{Map, Value};
use timecamp_scim_core::source::record::{ExcludedDepartments, SupervisorRule};
use timecamp_scim_core::{Env, Kind, Secret, Var};

const SUBDOMAIN: Var = Var::new(
    "BAMBOOHR_SUBDOMAIN",
    Kind::Text,
    "",
    "The company's name in its BambooHR address: `acme` for https://acme.bamboohr.com.",
);
const API_KEY: Var = Var::new(
    "BAMBOOHR_API_KEY",
    Kind::Secret,
    "",
    "An API key (BambooHR: account menu, API Keys) whose user may see everybody to be read.",
);
const EXCLUDE_FILTER: Var = Var::new(
    "BAMBOOHR_EXCLUDE_FILTER",
    Kind::Json,
    "",
    "One JSON filter put first in the query, such as `{\"field\":\"customField4548\",\"operator\":\"not_checked\"}`.",
);
const EXCLUDED_DEPARTMENTS: Var = Var::new(
    "BAMBOOHR_EXCLUDED_DEPARTMENTS",
    Kind::List,
    "",
    "Exact names of departments whose people are left out, between commas.",
);
const SUPERVISOR_RULE: Var = Var::new(
    "BAMBOOHR_SUPERVISOR_RULE",
    Kind::Text,
    "",
    "`field:value`, such as `isSupervisor:Yes`: whoever has this value is a supervisor (is_supervisor).",
);
const API_URL: Var = Var::new(
    "BAMBOOHR_API_URL",
    Kind::Text,
    "https://api.bamboohr.com/api/gateway.php/{subdomain}",
    "Base address of the API, without `/v1`.",
);

/// Every variable this source reads.
pub(crate) const VARS: &[&Var] =
    &[&SUBDOMAIN, &API_KEY, &EXCLUDE_FILTER, &EXCLUDED_DEPARTMENTS, &SUPERVISOR_RULE, &API_URL];

/// What a run needs to know.
#[derive(Debug)]
pub struct Settings {
    /// `BAMBOOHR_API_URL`, the subdomain in its place.
    pub(crate) base: String,
    /// `BAMBOOHR_API_KEY`
    pub(crate) key: Secret,
    /// `BAMBOOHR_EXCLUDE_FILTER`: who passes it is read.
    pub(crate) filter: Option<Map<String, Value>>,
    /// `BAMBOOHR_EXCLUDED_DEPARTMENTS`
    pub(crate) excluded: ExcludedDepartments,
    /// `BAMBOOHR_SUPERVISOR_RULE`
    pub(crate) rule: Option<SupervisorRule>,
}

impl Settings {
    /// Reads them; `None` when something is missing, which the environment then knows.
    pub(crate) fn from_env(env: &mut Env) -> Option<Self> {
        let subdomain = subdomain(env);
        let key = env.required_secret(&API_KEY);
        let filter = filter(env);
        let excluded = ExcludedDepartments::of_env(env, &EXCLUDED_DEPARTMENTS);
        let rule = SupervisorRule::of_env(env, &SUPERVISOR_RULE);
        let address = env.web_address(&API_URL).unwrap_or_else(|| API_URL.default.to_owned());
        let base = address.replace("{subdomain}", &subdomain?);
        Some(Self { base, key: key?, filter, excluded, rule })
    }
}

/// The whole address in place of its first part is the usual mistake; sent as it is, it would be a 404.
fn subdomain(env: &mut Env) -> Option<String> {
    let text = env.required(&SUBDOMAIN)?;
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !plain {
        let wrong = format!("`{text}` is not accepted; use the first part alone: `acme` for https://acme.bamboohr.com");
        env.complain(&SUBDOMAIN, &wrong);
    }
    plain.then_some(text)
}

fn filter(env: &mut Env) -> Option<Map<String, Value>> {
    let accepted = "one JSON filter with a `field` and an `operator`, \
                    such as {\"field\":\"customField4548\",\"operator\":\"not_checked\"}";
    env.parsed(&EXCLUDE_FILTER, accepted, |text| {
        let filter: Map<String, Value> = serde_json::from_str(text).ok()?;
        let says = |name: &str| filter.get(name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        (says("field") && says("operator")).then_some(filter)
    })
}
