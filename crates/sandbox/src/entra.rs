//! Entra ID: the token endpoint under `/entra/login/{tenant}/oauth2/v2.0/token`, Microsoft Graph under `/entra/v1.0`.
//!
//! Its part of the world: `{"tenant", "client_id", "client_secret", "users": [{…}], "groups": [{…}], "rights": […],
//! "quirks": {…}}`. A user is an object of Graph's properties, with the manager's id as `manager`; a group has `id`,
//! `displayName` and `members`, a list of ids or of `{"@odata.type", "id"}` for what is neither a user nor a group here.
//! `hosts` collects the host names that clients asked for, since a proxy may lead every name here.

mod batch;
mod groups;
mod query;
mod tokens;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::tokens::Tokens;
use crate::Sandbox;
use crate::call::{Answer, Call, text_at};
use crate::service::{Service, Setting};

#[derive(Debug, Default)]
pub(crate) struct Entra(Mutex<Directory>);

/// One tenant.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Directory {
    tenant: String,
    client_id: String,
    client_secret: String,
    #[serde(default)]
    users: Vec<Map<String, Value>>,
    #[serde(default)]
    groups: Vec<Group>,
    /// The application permissions that were consented to.
    #[serde(default = "all_rights")]
    rights: BTreeSet<String>,
    #[serde(default)]
    quirks: Quirks,
    /// The host names that were asked for, by `login` and `graph`.
    #[serde(default)]
    hosts: BTreeMap<String, BTreeSet<String>>,
    /// Where each user stands in the list.
    #[serde(skip)]
    places: BTreeMap<String, usize>,
    #[serde(skip)]
    tokens: Tokens,
    /// Parts of batches that were refused so far, see [`Quirks::refuse_parts`].
    #[serde(skip)]
    refused_parts: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    #[serde(rename = "displayName")]
    name: String,
    #[serde(default)]
    members: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Quirks {
    /// What a token's `expires_in` says, in seconds.
    expires_in: u64,
    /// How long a token is accepted in truth; null: for ever.
    token_ms: Option<u64>,
    /// How many requests a token is accepted for; null: any number.
    token_requests: Option<u64>,
    /// Pages hold no more than this, whatever is asked for.
    max_page: usize,
    /// The `host:port` that links to next pages name; null: the one that was asked.
    next_link_host: Option<String>,
    next_link: NextLink,
    /// Before every page but the first one comes an empty one, with a link to it.
    empty_pages: bool,
    /// This many parts of batches are answered 429, with a second to wait.
    refuse_parts: u64,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            expires_in: 3599,
            token_ms: None,
            token_requests: None,
            max_page: 999,
            next_link_host: None,
            next_link: NextLink::default(),
            empty_pages: false,
            refuse_parts: 0,
        }
    }
}

/// Where the link to the next page leads.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum NextLink {
    /// To the next page.
    #[default]
    Proper,
    /// From the second page to the second page.
    Repeated,
    /// To the first page, with another token each time.
    First,
    /// To ever further pages, with nobody on them.
    Endless,
}

fn all_rights() -> BTreeSet<String> {
    ["User.Read.All", "GroupMember.Read.All"].map(str::to_owned).into()
}

impl Sandbox {
    /// The value for `AZURE_AUTHORITY_HOST`.
    pub fn entra_authority(&self) -> String {
        format!("{}/entra/login", self.url())
    }

    /// The value for `AZURE_SCIM_ENDPOINT`.
    pub fn entra_users_url(&self) -> String {
        format!("{}/entra/v1.0/users", self.url())
    }
}

impl Entra {
    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Entra {
    fn name(&self) -> &'static str {
        "entra"
    }

    fn prefix(&self) -> &'static str {
        "/entra/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let mut directory = self.directory();
        let side = if route.first() == Some(&"login") { "login" } else { "graph" };
        directory.hosts.entry(side.to_owned()).or_default().insert(call.host.clone());
        match (call.method.as_str(), route) {
            ("POST", ["login", tenant, "oauth2", "v2.0", "token"]) => directory.token(call, tenant),
            (_, ["v1.0", below @ ..]) => {
                let Directory { tokens, quirks, .. } = &mut *directory;
                match tokens.admit(call, quirks) {
                    Err(why) => refusal(401, "InvalidAuthenticationToken", why),
                    Ok(()) => directory.graph(call, below),
                }
            }
            _ => refusal(404, "ResourceNotFound", "Resource not found for the segment."),
        }
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let mut directory: Directory = if part.is_null() {
            Directory::default()
        } else {
            serde_json::from_value(part.clone())
                .context("tenant, client_id, client_secret, users, groups, rights and quirks are expected")?
        };
        directory.places = directory.users.iter().zip(0..).map(|(user, place)| (text_at(user, "id"), place)).collect();
        *self.directory() = directory;
        Ok(())
    }

    fn state(&self) -> Value {
        let directory = self.directory();
        if directory.tenant.is_empty() {
            return Value::Null;
        }
        serde_json::to_value(&*directory).unwrap_or_default()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let directory = self.directory();
        if directory.tenant.is_empty() {
            return Vec::new();
        }
        vec![
            ("AZURE_SCIM_ENDPOINT", format!("{url}/entra/v1.0/users")),
            ("AZURE_AUTHORITY_HOST", format!("{url}/entra/login")),
            ("AZURE_TENANT_ID", directory.tenant.clone()),
            ("AZURE_CLIENT_ID", directory.client_id.clone()),
            ("AZURE_CLIENT_SECRET", directory.client_secret.clone()),
        ]
    }
}

impl Directory {
    fn graph(&mut self, call: &Call, route: &[&str]) -> Answer {
        if (call.method.as_str(), route) == ("POST", &["$batch"]) {
            return self.batch(call);
        }
        self.read(call, route).unwrap_or_else(|refused| refused)
    }

    /// What can be read, also as a part of a batch.
    fn read(&self, call: &Call, route: &[&str]) -> Result<Answer, Answer> {
        match (call.method.as_str(), route) {
            ("GET", ["users", ..]) => {
                self.demand(&["User.Read.All", "Directory.Read.All"])?;
                self.read_users(call, route)
            }
            ("GET", ["groups", ..]) => {
                self.demand(&["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"])?;
                self.read_groups(call, route)
            }
            _ => Err(refusal(404, "ResourceNotFound", "Resource not found for the segment.")),
        }
    }

    fn demand(&self, any_of: &[&str]) -> Result<(), Answer> {
        let denied =
            || refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        any_of.iter().any(|right| self.rights.contains(*right)).then_some(()).ok_or_else(denied)
    }

    fn user(&self, id: &str) -> Option<&Map<String, Value>> {
        self.places.get(id).and_then(|place| self.users.get(*place))
    }

    fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }
}

/// An error as Graph words it.
fn refusal(status: u16, code: &str, message: &str) -> Answer {
    let inner = json!({ "date": "2026-11-23T10:00:00", "request-id": "00000000-0000-0000-0000-000000000000" });
    Answer::json(status, &json!({ "error": { "code": code, "message": message, "innerError": inner } }))
}

fn bad(message: &str) -> Answer {
    refusal(400, "Request_BadRequest", message)
}

fn not_found(id: &str) -> Answer {
    let message =
        format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
    refusal(404, "Request_ResourceNotFound", &message)
}

#[cfg(test)]
mod tests;
