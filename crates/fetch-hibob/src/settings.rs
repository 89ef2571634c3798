//! The `HIBOB_` variables and what they mean.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use timecamp_scim_core::models::kind_of;
use timecamp_scim_core::source::record::{ExcludedDepartments, SupervisorRule, text};
use timecamp_scim_core::{Env, Kind, Secret, Var};

/// Who asks.
pub(crate) const USER_ID: Var = Var::new(
    "HIBOB_SERVICE_USER_ID",
    Kind::Text,
    "",
    "Id of the service user (HiBob: Settings, Integrations, Service users), such as SERVICE-1234.",
);
/// Their token.
pub(crate) const USER_TOKEN: Var =
    Var::new("HIBOB_SERVICE_USER_TOKEN", Kind::Secret, "", "Token of the service user, shown once when it is made.");
const EXCLUDE_FILTER: Var = Var::new(
    "HIBOB_EXCLUDE_FILTER",
    Kind::Json,
    "",
    "One JSON filter for the search, `{\"fieldPath\":\"root.id\",\"operator\":\"equals\",\"values\":[\"3001\"]}`; only those who pass it are read.",
);
const EXCLUDED_DEPARTMENTS: Var =
    Var::new("HIBOB_EXCLUDED_DEPARTMENTS", Kind::List, "", "Exact department names; their people are left out.");
const SUPERVISOR_RULE: Var = Var::new(
    "HIBOB_SUPERVISOR_RULE",
    Kind::Text,
    "",
    "`dotted.field:value`; people whose field has that value get `is_supervisor`, besides HiBob's own managers.",
);
const CUSTOM_FIELDS: Var = Var::new(
    "HIBOB_CUSTOM_FIELDS",
    Kind::List,
    "",
    "Further field ids to ask for, such as work.customColumns.column_123; they land in raw_data.",
);
const API_URL: Var = Var::new("HIBOB_API_URL", Kind::Text, "https://api.hibob.com", "Base address of HiBob's API.");

/// Every variable, as the documentation lists them.
pub(crate) const ALL: [&Var; 7] =
    [&USER_ID, &USER_TOKEN, &EXCLUDE_FILTER, &EXCLUDED_DEPARTMENTS, &SUPERVISOR_RULE, &CUSTOM_FIELDS, &API_URL];

/// What is asked for in any case.
const FIELDS: [&str; 13] = [
    "root.id",
    "root.email",
    "root.fullName",
    "root.displayName",
    "root.firstName",
    "root.surname",
    "work.department",
    "work.title",
    "work.reportsTo",
    "work.isManager",
    "work.startDate",
    "internal.status",
    "internal.lifecycleStatus",
];
/// The most fields that HiBob takes in one search.
const MOST_FIELDS: usize = 400;
/// The fields that HiBob documents as filters.
const FILTERS: [&str; 2] = ["root.id", "root.email"];
/// What is said of a filter that cannot be used.
const ONE_EQUALS: &str = "HiBob takes one filter with the operator `equals`, such as \
                          {\"fieldPath\":\"root.id\",\"operator\":\"equals\",\"values\":[\"3001\"]}";

/// What to read from HiBob, and how.
#[derive(Debug)]
pub struct Settings {
    pub(crate) url: String,
    pub(crate) user_id: String,
    pub(crate) token: Secret,
    pub(crate) filter: Option<Value>,
    pub(crate) excluded: ExcludedDepartments,
    pub(crate) rule: Option<SupervisorRule>,
    /// Ids of the fields to ask for.
    pub(crate) fields: Vec<String>,
}

impl Settings {
    /// What the environment says; what is wrong is told to it.
    pub(crate) fn of_env(env: &mut Env) -> Option<Self> {
        let user_id = env.required_account(&USER_ID);
        let token = env.required_secret(&USER_TOKEN);
        let filter = exclude_filter(env);
        let excluded = ExcludedDepartments::of_env(env, &EXCLUDED_DEPARTMENTS);
        let rule = SupervisorRule::of_env(env, &SUPERVISOR_RULE);
        let custom = env.list(&CUSTOM_FIELDS);
        let url = env.web_address(&API_URL).unwrap_or_else(|| API_URL.default.to_owned());
        let fields = fields(rule.as_ref(), custom);
        if fields.len() > MOST_FIELDS {
            env.complain(&CUSTOM_FIELDS, &format!("makes {} fields in all; HiBob takes {MOST_FIELDS}", fields.len()));
        }
        Some(Self { url, user_id: user_id?, token: token?, filter, excluded, rule, fields })
    }
}

/// The usual fields, that of the rule and the configured ones, each once.
fn fields(rule: Option<&SupervisorRule>, custom: Vec<String>) -> Vec<String> {
    let of_rule = rule.map(|rule| {
        let field = rule.field();
        let field = field.strip_prefix("humanReadable.").unwrap_or(field);
        if field.contains('.') { field.to_owned() } else { format!("root.{field}") }
    });
    let mut seen = BTreeSet::new();
    let all = FIELDS.iter().map(|field| (*field).to_owned()).chain(of_rule).chain(custom);
    all.filter(|field| seen.insert(field.clone())).collect()
}

/// The filter as it is sent; a list of one is taken as that one.
fn exclude_filter(env: &mut Env) -> Option<Value> {
    let text = env.text(&EXCLUDE_FILTER)?;
    match judged(&text) {
        Ok((filter, field)) => {
            if !FILTERS.contains(&field.as_str()) {
                env.warn(format!(
                    "{}: HiBob documents only {} as filters and may refuse `{field}`",
                    EXCLUDE_FILTER.name,
                    FILTERS.join(" and ")
                ));
            }
            Some(filter)
        }
        Err(problem) => {
            env.complain(&EXCLUDE_FILTER, &format!("{problem}. {ONE_EQUALS}"));
            None
        }
    }
}

/// The filter and its field, or what is wrong with it.
fn judged(written: &str) -> Result<(Value, String), String> {
    let value: Value = serde_json::from_str(written).map_err(|error| format!("is not JSON ({error})"))?;
    let filter = match &value {
        Value::Object(_) => &value,
        Value::Array(filters) => match filters.as_slice() {
            [one @ Value::Object(_)] => one,
            other => return Err(format!("is a list of {} filters", other.len())),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(format!("is {}, not a filter", kind_of(&value)));
        }
    };
    let field = filter.get("fieldPath").and_then(text).ok_or("has no `fieldPath`")?;
    match filter.get("operator").and_then(text) {
        Some(operator) if operator == "equals" => {}
        Some(other) => return Err(format!("has the operator `{other}`")),
        None => return Err("has no `operator`".to_owned()),
    }
    let values = filter.get("values").and_then(Value::as_array).ok_or("has no list `values`")?;
    let texts: Option<Vec<String>> = values.iter().map(text).collect();
    let values = texts.filter(|values| !values.is_empty()).ok_or("has `values` that are not a list of texts")?;
    Ok((json!({ "fieldPath": field, "operator": "equals", "values": values }), field))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: [(&str, &str); 2] =
        [("HIBOB_SERVICE_USER_ID", "SERVICE-1"), ("HIBOB_SERVICE_USER_TOKEN", "hibob-settings-token")];

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Settings, String> {
        let mut env: Env = pairs.iter().chain(&ACCOUNT).copied().collect();
        let settings = Settings::of_env(&mut env);
        env.check().map_err(|error| error.to_string())?;
        Ok(settings.unwrap())
    }

    #[test]
    fn a_filter_is_one_equals() {
        let wanted = json!({ "fieldPath": "root.id", "operator": "equals", "values": ["1", "2"] });
        for text in [
            r#"{"fieldPath":"root.id","operator":"equals","values":["1",2]}"#,
            r#"[{"values":["1","2"],"operator":"equals","fieldPath":"root.id"}]"#,
        ] {
            assert_eq!(read(&[("HIBOB_EXCLUDE_FILTER", text)]).unwrap().filter, Some(wanted.clone()));
        }
        assert_eq!(read(&[]).unwrap().filter, None);
    }

    #[test]
    fn any_other_filter_says_what_is_wrong() {
        for (text, wrong) in [
            ("root.id=1", "is not JSON"),
            ("3", "is a number"),
            ("[]", "a list of 0 filters"),
            (r#"[{"fieldPath":"a"},{"fieldPath":"b"}]"#, "a list of 2 filters"),
            (r#"{"operator":"equals","values":["1"]}"#, "no `fieldPath`"),
            (r#"{"fieldPath":"root.id","values":["1"]}"#, "no `operator`"),
            (r#"{"fieldPath":"root.id","operator":"notEquals","values":["1"]}"#, "the operator `notEquals`"),
            (r#"{"fieldPath":"root.id","operator":"equals"}"#, "no list `values`"),
            (r#"{"fieldPath":"root.id","operator":"equals","values":[]}"#, "not a list of texts"),
            (r#"{"fieldPath":"root.id","operator":"equals","values":[null]}"#, "not a list of texts"),
        ] {
            let problem = read(&[("HIBOB_EXCLUDE_FILTER", text)]).unwrap_err();
            assert!(problem.contains(wrong) && problem.contains("one filter with the operator `equals`"), "{problem}");
        }
    }

    #[test]
    fn fields_are_asked_for_once() {
        let settings = read(&[
            ("HIBOB_SUPERVISOR_RULE", "humanReadable.work.title:Lead"),
            ("HIBOB_CUSTOM_FIELDS", "work.site, about.foodPreferences, work.site"),
        ]);
        let fields = settings.unwrap().fields;
        assert_eq!(fields.iter().filter(|field| *field == "work.title").count(), 1);
        assert_eq!(fields[FIELDS.len()..], ["work.site", "about.foodPreferences"]);
        let settings = read(&[("HIBOB_SUPERVISOR_RULE", "companyId:7")]).unwrap();
        assert!(settings.fields.contains(&"root.companyId".to_owned()));
        let many: &'static str = (0..400).map(|n| format!("c.{n}")).collect::<Vec<_>>().join(",").leak();
        assert!(read(&[("HIBOB_CUSTOM_FIELDS", many)]).unwrap_err().contains("413 fields"));
    }
}
