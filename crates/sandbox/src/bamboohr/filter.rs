//! Filters of a dataset request: `{"match": "all" | "any", "filters": [{"field", "operator", "value"}]}`.

use serde_json::{Map, Value};

use crate::call::{text_at, text_of};

/// The filters of one request.
#[derive(Debug)]
pub(super) struct Filters {
    any: bool,
    filters: Vec<Filter>,
}

#[derive(Debug)]
struct Filter {
    field: String,
    operator: Operator,
    /// One value, or the values of a list.
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Contains,
    DoesNotContain,
    Equal,
    NotEqual,
    Empty,
    NotEmpty,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Range,
    Checked,
    NotChecked,
    Includes,
    DoesNotInclude,
}

impl Operator {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "contains" => Self::Contains,
            "does_not_contain" => Self::DoesNotContain,
            "equal" => Self::Equal,
            "not_equal" => Self::NotEqual,
            "empty" => Self::Empty,
            "not_empty" => Self::NotEmpty,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "range" => Self::Range,
            "checked" => Self::Checked,
            "not_checked" => Self::NotChecked,
            "includes" => Self::Includes,
            "does_not_include" => Self::DoesNotInclude,
            _ => return None,
        })
    }
}

impl Filters {
    /// Reads them; no filters let everybody pass. The error is the text of a 400.
    pub(super) fn read(filters: Option<&Value>) -> Result<Self, String> {
        let Some(filters) = filters.filter(|filters| !filters.is_null()) else {
            return Ok(Self { any: false, filters: Vec::new() });
        };
        let any = match filters.get("match").and_then(Value::as_str) {
            Some("all") | None => false,
            Some("any") => true,
            Some(other) => return Err(format!("filters.match: {other} is neither all nor any")),
        };
        let list = filters.get("filters").and_then(Value::as_array).ok_or("filters.filters: a list is expected")?;
        Ok(Self { any, filters: list.iter().map(Filter::read).collect::<Result<_, _>>()? })
    }

    pub(super) fn pass(&self, employee: &Map<String, Value>) -> bool {
        let mut filters = self.filters.iter();
        if self.any {
            filters.any(|filter| filter.passes(employee))
        } else {
            filters.all(|filter| filter.passes(employee))
        }
    }
}

impl Filter {
    fn read(filter: &Value) -> Result<Self, String> {
        let text = |name: &str| {
            let text = filter.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
            text.ok_or_else(|| format!("filters: a filter needs a {name}"))
        };
        let (field, name) = (text("field")?, text("operator")?);
        let operator = Operator::read(&name).ok_or_else(|| format!("filters: unknown operator {name}"))?;
        let values: Vec<String> = match filter.get("value") {
            Some(Value::Array(list)) => list.iter().map(text_of).collect(),
            Some(Value::Object(range)) => vec![text_at(range, "start"), text_at(range, "end")],
            Some(one) => vec![text_of(one)],
            None => Vec::new(),
        };
        if matches!(operator, Operator::Includes | Operator::DoesNotInclude)
            && !filter.get("value").is_some_and(Value::is_array)
        {
            return Err(format!("filters: {name} needs a list of values"));
        }
        Ok(Self { field, operator, values })
    }

    /// Compares as text: dates are written year first.
    fn passes(&self, employee: &Map<String, Value>) -> bool {
        let value = text_at(employee, &self.field);
        let wanted = self.values.first().map(String::as_str).unwrap_or_default();
        let dated = !value.is_empty();
        match self.operator {
            Operator::Contains => value.to_lowercase().contains(&wanted.to_lowercase()),
            Operator::DoesNotContain => !value.to_lowercase().contains(&wanted.to_lowercase()),
            Operator::Equal => value == wanted,
            Operator::NotEqual => value != wanted,
            Operator::Empty => value.is_empty(),
            Operator::NotEmpty => !value.is_empty(),
            Operator::Less => dated && value.as_str() < wanted,
            Operator::LessOrEqual => dated && value.as_str() <= wanted,
            Operator::Greater => dated && value.as_str() > wanted,
            Operator::GreaterOrEqual => dated && value.as_str() >= wanted,
            Operator::Range => {
                let end = self.values.get(1).map(String::as_str).unwrap_or_default();
                dated && value.as_str() >= wanted && value.as_str() <= end
            }
            Operator::Checked => is_checked(&value),
            Operator::NotChecked => !is_checked(&value),
            Operator::Includes => self.values.contains(&value),
            Operator::DoesNotInclude => !self.values.contains(&value),
        }
    }
}

fn is_checked(value: &str) -> bool {
    ["1", "true", "yes"].iter().any(|checked| value.eq_ignore_ascii_case(checked))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Filters;

    /// The numbers of those who pass, of four invented employees.
    fn passing(filters: &Value) -> Vec<u64> {
        let employees = json!([
            { "n": 1, "status": "Active", "hired": "2024-05-01", "box": "true", "name": "Ann Ex" },
            { "n": 2, "status": "Inactive", "hired": "2026-01-01", "box": false, "name": "Bob Why" },
            { "n": 3, "status": "On leave", "hired": "", "box": "Yes", "name": null },
            { "n": 4, "status": null, "hired": null },
        ]);
        let filters = Filters::read(Some(filters)).unwrap();
        let rows = employees.as_array().unwrap().iter().filter(|row| filters.pass(row.as_object().unwrap()));
        rows.map(|row| row["n"].as_u64().unwrap()).collect()
    }

    fn one(field: &str, operator: &str, value: &Value) -> Vec<u64> {
        passing(&json!({ "filters": [{ "field": field, "operator": operator, "value": value }] }))
    }

    #[test]
    fn every_operator_means_what_is_documented() {
        assert_eq!(one("name", "contains", &json!("ann")), [1]);
        assert_eq!(one("name", "does_not_contain", &json!("ann")), [2, 3, 4]);
        assert_eq!(one("status", "equal", &json!("Active")), [1]);
        assert_eq!(one("status", "not_equal", &json!("Active")), [2, 3, 4]);
        assert_eq!(one("status", "includes", &json!(["Active", "On leave"])), [1, 3]);
        assert_eq!(one("status", "does_not_include", &json!(["Active"])), [2, 3, 4]);
        assert_eq!(one("hired", "empty", &json!(null)), [3, 4]);
        assert_eq!(one("hired", "not_empty", &json!(null)), [1, 2]);
        assert_eq!(one("hired", "lt", &json!("2026-01-01")), [1]);
        assert_eq!(one("hired", "lte", &json!("2026-01-01")), [1, 2]);
        assert_eq!(one("hired", "gt", &json!("2024-05-01")), [2]);
        assert_eq!(one("hired", "gte", &json!("2024-05-01")), [1, 2]);
        assert_eq!(one("hired", "range", &json!(["2024-01-01", "2025-01-01"])), [1]);
        assert_eq!(one("box", "checked", &json!(null)), [1, 3]);
        assert_eq!(one("box", "not_checked", &json!(null)), [2, 4]);
    }

    #[test]
    fn any_needs_one_and_all_needs_every_filter() {
        let filters = json!([
            { "field": "n", "operator": "equal", "value": "2" },
            { "field": "n", "operator": "equal", "value": "4" },
        ]);
        assert_eq!(passing(&json!({ "match": "any", "filters": filters })), [2, 4]);
        assert!(passing(&json!({ "match": "all", "filters": filters })).is_empty());
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_an_error() {
        let problem = |filters: Value| Filters::read(Some(&filters)).unwrap_err();
        assert!(problem(json!({ "match": "some", "filters": [] })).contains("some"));
        assert!(problem(json!({ "filters": [{ "field": "a", "operator": "like" }] })).contains("like"));
        assert!(problem(json!({ "filters": [{ "operator": "equal" }] })).contains("field"));
        assert!(
            problem(json!({ "filters": [{ "field": "a", "operator": "includes", "value": "x" }] })).contains("list")
        );
    }
}
