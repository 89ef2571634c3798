//! Microsoft Graph: requests with a token that is renewed, lists of pages, batches.

mod batch;

use crate::settings::Settings;
use crate::token::Tokens;
use serde::Deserialize;
use serde_json::Value;
use timecamp_scim_core::http::{Answer, Auth, Http, HttpError, HttpSettings, Method, Request, Verify};
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::source::Pages;
use url::Url;

/// Graph, asked with a token of this run.
#[derive(Debug)]
pub(crate) struct Graph {
    http: Http,
    tokens: Tokens,
    settings: HttpSettings,
}

/// What the app registration has to be allowed, for the message that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Right {
    People,
    Groups,
}

impl Right {
    fn advice(self) -> &'static str {
        match self {
            Self::People => {
                "the app registration may not read people: add the application permission User.Read.All and grant \
                 admin consent"
            }
            Self::Groups => {
                "the app registration may not read groups: add the application permission GroupMember.Read.All and \
                 grant admin consent"
            }
        }
    }
}

/// A list of records that comes in pages.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    pub(crate) path: String,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) right: Right,
}

impl Listing<'_> {
    fn first_page<'h>(&self, http: &'h Http) -> Request<'h> {
        self.query.iter().fold(http.get(&self.path), |request, (name, value)| request.query(name, value))
    }
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl Graph {
    pub(crate) fn new(settings: &Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        Ok(Self {
            http: Http::new(settings.graph.as_str(), Auth::None, Verify::Certificate, 1, http)?,
            tokens: Tokens::new(settings, http)?,
            settings: http.clone(),
        })
    }

    /// All records of a list, in the order of its pages.
    pub(crate) async fn list(&mut self, listing: &Listing<'_>, progress: &Progress) -> anyhow::Result<Vec<Value>> {
        let (mut pages, mut rows, mut next) = (Pages::default(), Vec::new(), None::<Url>);
        loop {
            let answer = self.ask(listing.right, |http| match &next {
                None => Ok(listing.first_page(http)),
                // The whole link as it came: Graph keeps the query in it.
                Some(link) => Ok(http.request_url(Method::GET, link.clone())),
            });
            let page = answer.await?.json().map_err(|error| explained(listing.right, error));
            let Page { value, next: link } = page?;
            let number = pages.page(value.iter().map(id_of).collect())?;
            progress.add(value.len() as u64);
            progress.note(format!("page {number}"));
            rows.extend(value);
            let Some(link) = link else { return Ok(rows) };
            next = Some(pages.next(&self.http, &link)?);
        }
    }

    /// Sends what `build` makes; when the token is refused, once more with a new one.
    async fn ask<F>(&mut self, right: Right, build: F) -> anyhow::Result<Answer>
    where
        F: for<'h> Fn(&'h Http) -> Result<Request<'h>, HttpError>,
    {
        let http = self.http.with_auth(self.tokens.valid().await?);
        let refused = match build(&http)?.send().await {
            Err(error) if error.code() == Some(401) => error,
            Err(error) => return Err(explained(right, error)),
            Ok(answer) => return Ok(answer),
        };
        tracing::debug!(error = %refused, "the token was refused; asking for a new one");
        let http = self.http.with_auth(self.tokens.renewed().await?);
        let again = build(&http)?.send().await;
        again.map_err(|error| explained(right, error))
    }
}

/// The identity of a record; empty when it has none.
pub(crate) fn id_of(record: &Value) -> String {
    record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn explained(right: Right, error: HttpError) -> anyhow::Error {
    let advice = match (&error, error.code()) {
        (_, Some(401)) => {
            "Microsoft Graph does not accept a token that was just given: AZURE_SCIM_ENDPOINT and AZURE_AUTHORITY_HOST \
             have to belong to the same cloud, and AZURE_TENANT_ID to the people"
        }
        (_, Some(403)) => right.advice(),
        (_, Some(404)) => {
            "Microsoft Graph does not have this: check AZURE_SCIM_ENDPOINT; if it is right, a group was removed while it \
             was read, so run again"
        }
        (HttpError::NotJson { .. }, _) => {
            "this is not the answer that Microsoft Graph documents: check AZURE_SCIM_ENDPOINT, and whether a proxy answers \
             in its place"
        }
        _ => "Entra ID cannot be read",
    };
    anyhow::Error::from(error).context(advice)
}
