//! Factorial's lists, page by page.

use crate::settings::{Pending, Settings};
use crate::wire::{Page, Record, id_of};
use anyhow::bail;
use std::collections::BTreeSet;
use timecamp_scim_core::http::{Auth, Http, HttpError, HttpSettings, Verify};
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::source::{Pages, PagingError};

/// The most records that Factorial puts on a page.
const PAGE_SIZE: &str = "100";
/// Employees in one look-up by id: the address stays short.
const BATCH: usize = 50;

/// Reads lists.
#[derive(Debug)]
pub(crate) struct Client {
    http: Http,
}

/// A list and what is asked of it.
#[derive(Debug)]
struct Listing<'a> {
    /// What its records are, for people.
    what: &'static str,
    path: &'static str,
    query: Vec<(&'static str, &'a str)>,
    presence: Presence,
}

/// Whether every version of the API has this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    NotEverywhere,
}

impl Client {
    pub(crate) fn new(settings: &Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        let auth = Auth::Header { name: "x-api-key", scheme: "", key: settings.key.clone() };
        Ok(Self { http: Http::new(&settings.base, auth, Verify::Certificate, 1, http)? })
    }

    /// Everybody who works there.
    pub(crate) async fn active_employees(&self) -> anyhow::Result<Vec<Record>> {
        self.all(
            "employees",
            "resources/employees/employees",
            vec![("only_active", "true"), ("only_managers", "false")],
        )
        .await
    }

    /// Those with these ids, whether or not they work there; ids that nobody has are no error.
    pub(crate) async fn employees(&self, ids: &[String]) -> anyhow::Result<Vec<Record>> {
        let mut found = Vec::new();
        for batch in ids.chunks(BATCH) {
            let mut query = vec![("only_active", "false"), ("only_managers", "false")];
            query.extend(batch.iter().map(|id| ("ids[]", id.as_str())));
            found.extend(self.all("missing supervisors", "resources/employees/employees", query).await?);
        }
        Ok(found)
    }

    /// All teams.
    pub(crate) async fn teams(&self) -> anyhow::Result<Vec<Record>> {
        self.all("teams", "resources/teams/teams", Vec::new()).await
    }

    /// All versions of all contracts; nothing where this version of the API has no such list.
    pub(crate) async fn contract_versions(&self) -> anyhow::Result<Vec<Record>> {
        let path = "resources/contracts/contract_versions";
        let presence = Presence::NotEverywhere;
        self.list(&Listing { what: "contract versions", path, query: Vec::new(), presence }).await
    }

    /// The leaves in the window. What Factorial filters is looked at again afterwards.
    pub(crate) async fn leaves(&self, settings: &Settings) -> anyhow::Result<Vec<Record>> {
        let (from, to) = (settings.window.from.to_string(), settings.window.to.to_string());
        let mut query = vec![
            ("from", from.as_str()),
            ("to", to.as_str()),
            ("include_deleted_leaves", "false"),
            ("include_leave_type", "true"),
        ];
        if settings.pending == Pending::Taken {
            query.push(("include_pending", "true"));
        }
        self.all("leaves", "resources/timeoff/leaves", query).await
    }

    async fn all(
        &self,
        what: &'static str,
        path: &'static str,
        query: Vec<(&'static str, &str)>,
    ) -> anyhow::Result<Vec<Record>> {
        self.list(&Listing { what, path, query, presence: Presence::Always }).await
    }

    async fn list(&self, listing: &Listing<'_>) -> anyhow::Result<Vec<Record>> {
        let Listing { what, path: _, query: _, presence } = listing;
        let progress = Progress::new(format!("Reading {what} from Factorial"), None);
        let (mut pages, mut cursors) = (Pages::default(), BTreeSet::new());
        let (mut records, mut after) = (Vec::new(), None::<String>);
        loop {
            let Page { data, meta } = match self.page(listing, after.as_deref()).await {
                Err(error) if error.code() == Some(404) && after.is_none() && *presence == Presence::NotEverywhere => {
                    tracing::info!("this version of Factorial's API has no {what}; going on without them");
                    return Ok(records);
                }
                other => other.map_err(advised)?,
            };
            let number = pages.page(data.iter().map(id_of).collect())?;
            if let Some(total) = meta.total() {
                progress.total(total);
            }
            progress.add(data.len() as u64);
            progress.note(format!("page {number}"));
            records.extend(data);
            let Some(cursor) = meta.next(what, number)? else {
                if meta.total().is_some_and(|total| total > records.len() as u64) {
                    let (total, read) = (meta.total().unwrap_or_default(), records.len());
                    bail!("Factorial speaks of {total} {what} but gave {read}; nothing was written, run again");
                }
                return Ok(records);
            };
            if !cursors.insert(cursor.clone()) {
                return Err(PagingError::Circle(number).into());
            }
            after = Some(cursor);
        }
    }

    async fn page(&self, listing: &Listing<'_>, after: Option<&str>) -> Result<Page, HttpError> {
        let request = self.http.get(listing.path);
        let request = listing.query.iter().fold(request, |request, (name, value)| request.query(name, value));
        let request = request.query("limit", PAGE_SIZE);
        let request = after.into_iter().fold(request, |request, cursor| request.query("after_id", cursor));
        request.send().await?.json()
    }
}

/// The error with what an administrator can do about it before it.
fn advised(error: HttpError) -> anyhow::Error {
    let advice = match (&error, error.code()) {
        (_, Some(401)) => {
            "Factorial does not accept the key; check FACTORIAL_API_KEY, and that it was made for the company to be read"
        }
        (_, Some(403)) => {
            "Factorial refuses access: the key may not read this (it needs employees, teams, contracts and time off). \
             Make a key with full access, or ask Factorial's support"
        }
        (_, Some(404 | 410)) => {
            "Factorial does not know this address; check FACTORIAL_API_URL, which has to name a version of the API that \
             still exists, such as https://api.factorialhr.com/api/2026-10-01"
        }
        (HttpError::NotJson { .. }, _) => {
            "this is not the answer that Factorial documents; check FACTORIAL_API_URL and whether a proxy answers in its \
             place"
        }
        _ => return error.into(),
    };
    anyhow::Error::new(error).context(advice)
}
