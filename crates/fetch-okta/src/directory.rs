//! Okta's users and groups, read page by page.

use crate::settings::{FILTER_GROUP_IDS, Settings};
use crate::wire::{Key, id_of, next_link};
use anyhow::Context as _;
use futures_util::future::try_join_all;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::Var;
use timecamp_scim_core::http::{Auth, Http, HttpError, HttpSettings, Method, Request, Verify};
use timecamp_scim_core::names::same_name_key;
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::source::Pages;
use timecamp_scim_core::source::record;

/// The most that Okta answers in one page of users, and advises for groups.
const LIMIT: &str = "200";
/// How many users one search asks for.
const BATCH: usize = 20;
/// Requests at once; the limit of a small organisation is 75.
const CONCURRENCY: usize = 4;

/// One organisation.
#[derive(Debug)]
pub(crate) struct Directory {
    http: Http,
}

/// A group that a setting names and that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GroupError {
    #[error(
        "{variable} names the group `{name}`, which Okta does not have, or which the token's owner may not see.{alike} \
         Nothing was written"
    )]
    Missing { variable: &'static str, name: String, alike: String },
    #[error(
        "{variable} names the group `{name}`, and Okta has {} of that name: {}. Rename all but one; a group to filter by \
         can also be named by its id in OKTA_FILTER_GROUP_IDS. Nothing was written",
        ids.len(),
        ids.join(", ")
    )]
    Several { variable: &'static str, name: String, ids: Vec<String> },
}

impl Directory {
    /// The organisation that the settings name.
    pub(crate) fn new(settings: &Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        let auth = Auth::Header { name: "authorization", scheme: "SSWS ", key: settings.token.clone() };
        let http = Http::new(&settings.org_url, auth, Verify::Certificate, CONCURRENCY, http)?;
        Ok(Self { http })
    }

    /// Everybody with one of these statuses.
    pub(crate) async fn users(&self, statuses: &[String]) -> anyhow::Result<Vec<Value>> {
        let progress = Progress::new("Reading users from Okta", None);
        let mut users = BTreeMap::new();
        for status in statuses {
            let filter = format!("status eq \"{status}\"");
            let first = self.http.get("api/v1/users").query("filter", &filter).query("limit", LIMIT);
            add(&mut users, self.list(first, &progress).await?);
        }
        Ok(users.into_values().collect())
    }

    /// The members of these groups, each once.
    pub(crate) async fn members(&self, groups: &BTreeSet<String>) -> anyhow::Result<Vec<Value>> {
        let progress = Progress::new("Reading members of groups from Okta", None);
        let mut users = BTreeMap::new();
        for group in groups {
            let path = format!("api/v1/groups/{group}/users");
            let members = self.list(self.http.get(&path).query("limit", LIMIT), &progress).await;
            add(&mut users, members?);
        }
        Ok(users.into_values().collect())
    }

    /// The ids of the groups that a variable names.
    pub(crate) async fn groups_named(&self, variable: &Var, names: &[String]) -> anyhow::Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        for name in names {
            ids.insert(self.group_named(variable, name).await?);
        }
        Ok(ids)
    }

    /// `q` finds what begins with the name, in any letter case; where that is too much for Okta, the exact search finds
    /// the rest.
    async fn group_named(&self, variable: &Var, name: &str) -> anyhow::Result<String> {
        let progress = Progress::new("Looking up groups in Okta", None);
        let groups = || self.http.get("api/v1/groups").query("limit", LIMIT);
        let mut found = self.list(groups().query("q", name), &progress).await?;
        if !found.iter().any(|group| is_named(group, name)) {
            let search = format!("profile.name eq {}", quoted(name));
            found.extend(self.list(groups().query("search", &search), &progress).await?);
        }
        Ok(one_named(variable.name, name, &found)?)
    }

    /// These ids, when Okta has groups of them.
    pub(crate) async fn groups_by_id(&self, ids: &[String]) -> anyhow::Result<BTreeSet<String>> {
        for id in ids {
            let missing =
                || GroupError::Missing { variable: FILTER_GROUP_IDS.name, name: id.clone(), alike: String::new() };
            if !is_id(id) {
                return Err(missing().into());
            }
            match self.http.get(&format!("api/v1/groups/{id}")).send().await {
                Ok(_) => {}
                Err(error) if error.code() == Some(404) => return Err(missing().into()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(ids.iter().cloned().collect())
    }

    /// The users whose `field` has one of these values, in any status; nobody for a value is no error.
    pub(crate) async fn users_by(&self, field: &str, values: &BTreeSet<Key>) -> anyhow::Result<Vec<Value>> {
        let progress = Progress::new("Reading missing supervisors from Okta", None);
        let values: Vec<&str> = values.iter().map(|key| key.written.as_str()).collect();
        if field == "id" {
            let found = try_join_all(values.into_iter().map(|id| self.user(id))).await?;
            return Ok(found.into_iter().flatten().collect());
        }
        let path = if field.starts_with("profile.") { field.to_owned() } else { format!("profile.{field}") };
        let mut found = Vec::new();
        for batch in values.chunks(BATCH) {
            let terms: Vec<String> = batch.iter().map(|value| format!("{path} eq {}", quoted(value))).collect();
            let first = self.http.get("api/v1/users").query("search", &terms.join(" or ")).query("limit", LIMIT);
            let users = self.list(first, &progress).await;
            found.extend(users.with_context(|| format!("looking up supervisors by `{field}`"))?);
        }
        Ok(found)
    }

    async fn user(&self, id: &str) -> Result<Option<Value>, HttpError> {
        // Anything else would be read as a login, or as another path.
        if !is_id(id) {
            return Ok(None);
        }
        match self.http.get(&format!("api/v1/users/{id}")).send().await {
            Ok(answer) => answer.json().map(Some),
            Err(error) if error.code() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All pages from the first one on.
    async fn list(&self, first: Request<'_>, progress: &Progress) -> anyhow::Result<Vec<Value>> {
        let mut pages = Pages::default();
        let mut records = Vec::new();
        let mut request = first;
        loop {
            let answer = request.send().await?;
            let page: Vec<Value> = answer.json()?;
            let number = pages.page(page.iter().map(id_of).collect())?;
            progress.note(format!("page {number}"));
            progress.add(page.len() as u64);
            records.extend(page);
            match next_link(answer.headers("link")) {
                Some(link) => request = self.http.request_url(Method::GET, pages.next(&self.http, link)?),
                None => return Ok(records),
            }
        }
    }
}

fn add(users: &mut BTreeMap<String, Value>, found: Vec<Value>) {
    for user in found {
        users.entry(id_of(&user)).or_insert(user);
    }
}

/// Whether a text can be an id of Okta's.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A value as it stands in `search`.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn name_of(group: &Value) -> String {
    record::text_at(group, "profile.name").unwrap_or_default()
}

fn is_named(group: &Value, name: &str) -> bool {
    same_name_key(&name_of(group)) == same_name_key(name)
}

/// The id of the only group of this name.
fn one_named(variable: &'static str, name: &str, groups: &[Value]) -> Result<String, GroupError> {
    let same: BTreeSet<String> = groups.iter().filter(|group| is_named(group, name)).map(id_of).collect();
    let mut ids: Vec<String> = same.into_iter().collect();
    match ids.len() {
        1 => Ok(ids.remove(0)),
        0 => {
            let alike: BTreeSet<String> = groups.iter().map(|group| format!("`{}`", name_of(group))).collect();
            let alike: Vec<String> = alike.into_iter().take(5).collect();
            let alike = if alike.is_empty() { String::new() } else { format!(" Similar ones: {}.", alike.join(", ")) };
            Err(GroupError::Missing { variable, name: name.to_owned(), alike })
        }
        _ => Err(GroupError::Several { variable, name: name.to_owned(), ids }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_beginning_of_a_name_is_not_the_name() {
        let group = |id: &str, name: &str| json!({ "id": id, "profile": { "name": name } });
        let groups = [group("1", "Leads & Co"), group("2", "Leads & Company"), group("3", "leads & co")];
        assert_eq!(one_named("X", "Leads & Co", &groups).unwrap(), "1");
        let missing = one_named("X", "Leads", &groups).unwrap_err().to_string();
        assert!(missing.contains("X names the group `Leads`") && missing.contains("`Leads & Company`"), "{missing}");
        let twice = [group("1", "Ops"), group("2", "Ops")];
        let several = one_named("X", "Ops", &twice).unwrap_err().to_string();
        assert!(several.contains("2 of that name: 1, 2"), "{several}");
        assert_eq!(one_named("X", "Ops", &[group("1", "Ops"), group("1", "Ops")]).unwrap(), "1");
    }

    #[test]
    fn quotes_in_a_value_are_escaped_and_only_ids_are_ids() {
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert!(is_id("00u1a_B-2"));
        for text in ["", "..", "a/b", "a@x.test", "a b", "ä"] {
            assert!(!is_id(text), "{text}");
        }
    }
}
