//! Okta's users and groups under `/okta/api/v1/`.
//!
//! Its part of the world: `{"api_token", "users": [{"id", "status", "profile": {…}}], "groups": [{"id", "name",
//! "members": ["00u1"]}], "quirks": {…}}`. Quirks: `most_per_page` (200), `wrong_token` (the status for a wrong token),
//! `next_link` (`honest`, `repeated`, `endless`, `empty`) and `next_host` (`http://host:port` that the links to the
//! next page name in place of the one that was asked).

mod criteria;
mod page;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::criteria::Criteria;
use self::page::Quirks;
use crate::call::{Answer, Call, text_of};
use crate::sandbox::Sandbox;
use crate::service::{Service, Setting};

/// What `filter` can ask for; `search` can ask for everything.
const FILTERABLE: [&str; 6] =
    ["id", "status", "profile.login", "profile.email", "profile.firstName", "profile.lastName"];

#[derive(Debug, Default)]
pub(crate) struct Okta(Mutex<Org>);

/// One organisation.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Org {
    api_token: String,
    users: Vec<Value>,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    quirks: Quirks,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    name: String,
    #[serde(default)]
    members: Vec<String>,
}

/// An error as Okta words it: status, code, summary.
struct Problem(u16, &'static str, String);

impl From<Problem> for Answer {
    fn from(Problem(status, code, summary): Problem) -> Self {
        let body = json!({ "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae-sandbox",
            "errorCauses": [] });
        Self::json(status, &body)
    }
}

impl Sandbox {
    /// The value for `OKTA_ORG_URL`.
    pub fn okta_url(&self) -> String {
        format!("{}/okta", self.url())
    }
}

impl Okta {
    fn org(&self) -> MutexGuard<'_, Org> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Okta {
    fn name(&self) -> &'static str {
        "okta"
    }

    fn prefix(&self) -> &'static str {
        "/okta/api/v1/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let org = self.org();
        if org.api_token.is_empty() || call.authorization.strip_prefix("SSWS ") != Some(&org.api_token) {
            return Answer::from(match org.quirks.wrong_token {
                403 => Problem(403, "E0000006", "You do not have permission to do this".to_owned()),
                status => Problem(status, "E0000011", "Invalid token provided".to_owned()),
            });
        }
        org.route(call, route).unwrap_or_else(Answer::from)
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let org = if part.is_null() {
            Org::default()
        } else {
            serde_json::from_value(part.clone()).context("api_token, users, groups and quirks are expected")?
        };
        *self.org() = org;
        Ok(())
    }

    fn state(&self) -> Value {
        let org = self.org();
        if org.api_token.is_empty() {
            return Value::Null;
        }
        serde_json::to_value(&*org).unwrap_or_default()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let org = self.org();
        if org.api_token.is_empty() {
            return Vec::new();
        }
        vec![("OKTA_ORG_URL", format!("{url}/okta")), ("OKTA_API_TOKEN", org.api_token.clone())]
    }
}

impl Org {
    fn route(&self, call: &Call, route: &[&str]) -> Result<Answer, Problem> {
        match (call.method.as_str(), route) {
            ("GET", ["users"]) => self.quirks.page(call, &self.users(call)?),
            ("GET", ["users", name]) => {
                let user = self.users.iter().find(|user| is_called(user, name));
                user.map(Answer::ok).ok_or_else(|| missing(name, "User"))
            }
            ("GET", ["groups"]) => self.quirks.page(call, &self.groups(call)?),
            ("GET", ["groups", id]) => Ok(Answer::ok(&self.group(id)?.record())),
            ("GET", ["groups", id, "users"]) => {
                let members = &self.group(id)?.members;
                let is_member = |user: &&Value| members.contains(&text(user, "/id"));
                let users: Vec<Value> = self.users.iter().filter(is_member).cloned().collect();
                self.quirks.page(call, &users)
            }
            _ => Err(Problem(404, "E0000022", "The endpoint does not support the provided HTTP method".to_owned())),
        }
    }

    /// Everybody but the deprovisioned, unless a filter or search says who.
    fn users(&self, call: &Call) -> Result<Vec<Value>, Problem> {
        let criteria = match (call.param("filter"), call.param("search")) {
            (Some(filter), None) => Some(Criteria::read(filter, Some(&FILTERABLE)).ok_or_else(|| bad(filter))?),
            (None, Some(search)) => Some(Criteria::read(search, None).ok_or_else(|| bad(search))?),
            (None, None) => None,
            (Some(_), Some(search)) => return Err(bad(search)),
        };
        let wanted = |user: &&Value| match &criteria {
            Some(criteria) => criteria.pass(user),
            None => text(user, "/status") != "DEPROVISIONED",
        };
        Ok(self.users.iter().filter(wanted).cloned().collect())
    }

    /// Those whose name begins with `q`, in any letter case, or that pass `search`.
    fn groups(&self, call: &Call) -> Result<Vec<Value>, Problem> {
        let criteria = match call.param("search") {
            Some(search) => Some(Criteria::read(search, None).ok_or_else(|| bad(search))?),
            None => None,
        };
        let begin = call.param("q").unwrap_or_default().to_lowercase();
        let named = self.groups.iter().filter(|group| group.name.to_lowercase().starts_with(&begin));
        let records = named.map(Group::record);
        Ok(records.filter(|group| criteria.as_ref().is_none_or(|criteria| criteria.pass(group))).collect())
    }

    fn group(&self, id: &str) -> Result<&Group, Problem> {
        self.groups.iter().find(|group| group.id == id).ok_or_else(|| missing(id, "Group"))
    }
}

impl Group {
    fn record(&self) -> Value {
        json!({ "id": self.id, "type": "OKTA_GROUP", "profile": { "name": self.name, "description": null } })
    }
}

/// A user is found by id, by login, and by the part of the login before the `@`.
fn is_called(user: &Value, name: &str) -> bool {
    let login = text(user, "/profile/login");
    let short = login.split('@').next().unwrap_or_default();
    text(user, "/id") == name || login.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name)
}

fn text(record: &Value, pointer: &str) -> String {
    record.pointer(pointer).map(text_of).unwrap_or_default()
}

fn missing(id: &str, kind: &str) -> Problem {
    Problem(404, "E0000007", format!("Not found: Resource not found: {id} ({kind})"))
}

fn bad(criteria: &str) -> Problem {
    Problem(400, "E0000031", format!("Invalid search criteria: {criteria}"))
}

/// The parameters of a request by name, to be changed for a link.
fn parameters(call: &Call) -> BTreeMap<String, String> {
    call.query.iter().cloned().collect()
}
