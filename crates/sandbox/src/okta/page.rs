//! One page of a list, and the links to it and to the next one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded;

use super::{Problem, parameters, text};
use crate::call::{Answer, Call};

/// What is peculiar about the organisation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Quirks {
    most_per_page: usize,
    pub(super) wrong_token: u16,
    next_link: NextLink,
    next_host: Option<String>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self { most_per_page: 200, wrong_token: 401, next_link: NextLink::default(), next_host: None }
    }
}

/// Where the link to the next page leads.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum NextLink {
    #[default]
    Honest,
    /// Always to the second page.
    Repeated,
    /// Always to a new address, where the first page is answered again.
    Endless,
    /// Always to a new address, where an empty page is answered.
    Empty,
}

impl Quirks {
    /// The page of `items` that a request asks for. The cursor `after` is the id of the last item before it.
    pub(super) fn page(&self, call: &Call, items: &[Value]) -> Result<Answer, Problem> {
        let asked = call.param("limit").map(str::parse).transpose();
        let limit = asked.ok().filter(|limit| *limit != Some(0));
        let Some(limit) = limit else {
            return Err(Problem(400, "E0000001", "Api validation failed: limit".to_owned()));
        };
        let limit = limit.unwrap_or(self.most_per_page).min(self.most_per_page);
        let start = self.start(call, items)?;
        let shown: Vec<Value> = items.iter().skip(start).take(limit).cloned().collect();
        let last = shown.last().map(|item| text(item, "/id")).unwrap_or_default();
        let next = match self.next_link {
            NextLink::Honest => (start + limit < items.len()).then_some(last),
            NextLink::Repeated => items.get(limit - 1).map(|item| text(item, "/id")),
            NextLink::Endless | NextLink::Empty => Some(format!("{}+", call.param("after").unwrap_or("cursor"))),
        };
        let answer = Answer::ok(&Value::Array(shown)).with("link", &link(call, None, None));
        Ok(match next {
            Some(after) => answer.with("link", &link(call, Some(&after), self.next_host.as_deref())),
            None => answer,
        })
    }

    fn start(&self, call: &Call, items: &[Value]) -> Result<usize, Problem> {
        let Some(after) = call.param("after") else { return Ok(0) };
        match self.next_link {
            NextLink::Endless => Ok(0),
            NextLink::Empty => Ok(items.len()),
            NextLink::Honest | NextLink::Repeated => {
                let place = items.iter().position(|item| text(item, "/id") == after);
                let problem = || Problem(400, "E0000001", format!("Api validation failed: after {after}"));
                place.map(|place| place + 1).ok_or_else(problem)
            }
        }
    }
}

/// A `Link` header: to this very page, or to the one after `after`.
fn link(call: &Call, after: Option<&str>, host: Option<&str>) -> String {
    let mut query = parameters(call);
    if let Some(after) = after {
        query.insert("after".to_owned(), after.to_owned());
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let host = host.map_or_else(|| format!("http://{}", call.host), ToOwned::to_owned);
    let relation = if after.is_some() { "next" } else { "self" };
    format!("<{host}{}?{query}>; rel=\"{relation}\"", call.path)
}
