//! Access tokens by the client-credentials flow: asked for in every run, kept in memory, never written anywhere.

use crate::settings::Settings;
use serde::Deserialize;
use std::time::Duration;
use timecamp_scim_core::Secret;
use timecamp_scim_core::http::{Auth, Http, HttpError, HttpSettings, Replay, Verify};
use timecamp_scim_core::pace::Pace;
use tokio::time::Instant;

/// A token is renewed this long before it expires, or at half its life when that is shorter.
const MARGIN: u64 = 300;
/// The life of a token whose answer does not tell it, in seconds.
const UNSAID: u64 = 600;

/// What the log-in host says about its commonest refusals, in the administrator's words.
const ADVICE: [(&str, &str); 6] = [
    ("AADSTS7000215", "AZURE_CLIENT_SECRET is not a secret of this app: take the secret's value, not its id"),
    ("AADSTS7000222", "the client secret has expired: create a new one and put its value into AZURE_CLIENT_SECRET"),
    (
        "AADSTS700016",
        "AZURE_CLIENT_ID is not known in this tenant: compare it and AZURE_TENANT_ID with the app registration",
    ),
    ("AADSTS90002", "AZURE_TENANT_ID is not known here: compare it, and in a sovereign cloud set AZURE_AUTHORITY_HOST"),
    ("AADSTS500011", "AZURE_SCIM_ENDPOINT and AZURE_AUTHORITY_HOST have to belong to the same cloud"),
    ("AADSTS1002012", "AZURE_SCIM_ENDPOINT is not an address of Microsoft Graph"),
];

/// What to do when the answer is not one of Microsoft's.
const ELSEWHERE: &str = "check AZURE_AUTHORITY_HOST, and whether a proxy answers in its place";

#[derive(Debug)]
pub(crate) struct Tokens {
    http: Http,
    path: String,
    client_id: String,
    client_secret: Secret,
    scope: String,
    pace: Pace,
    current: Option<Token>,
}

#[derive(Debug)]
struct Token {
    auth: Auth,
    since: Instant,
    good_for: Duration,
}

#[derive(Deserialize)]
struct Answered {
    access_token: String,
    expires_in: Option<u64>,
}

impl Tokens {
    pub(crate) fn new(settings: &Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        Ok(Self {
            http: Http::new(settings.authority.as_str(), Auth::None, Verify::Certificate, 1, http)?,
            path: format!("{}/oauth2/v2.0/token", settings.tenant),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            scope: settings.scope(),
            pace: http.pace,
            current: None,
        })
    }

    /// The token there is, or a new one when it is about to expire.
    pub(crate) async fn valid(&mut self) -> anyhow::Result<Auth> {
        match &self.current {
            Some(token) if self.pace.since(token.since) < token.good_for => Ok(token.auth.clone()),
            _ => self.renewed().await,
        }
    }

    /// A new one.
    pub(crate) async fn renewed(&mut self) -> anyhow::Result<Auth> {
        let since = Instant::now();
        let open =
            [("client_id", self.client_id.as_str()), ("scope", &self.scope), ("grant_type", "client_credentials")];
        let request = self.http.post(&self.path).form(&open, &[("client_secret", &self.client_secret)]);
        let answer = request.replay(Replay::Safe).send().await.map_err(explained)?;
        let Answered { access_token, expires_in } = answer.json().map_err(explained)?;
        let auth = Auth::Bearer(Secret::new(access_token));
        let good_for = good_for(expires_in.unwrap_or(UNSAID));
        tracing::debug!(good_for = ?good_for, scope = %self.scope, "got an access token");
        self.current = Some(Token { auth: auth.clone(), since, good_for });
        Ok(auth)
    }
}

fn good_for(expires_in: u64) -> Duration {
    Duration::from_secs(expires_in - MARGIN.min(expires_in / 2))
}

fn explained(error: HttpError) -> anyhow::Error {
    let text = error.to_string();
    // A code may be the beginning of a longer one.
    let code = text.split(|char: char| !char.is_ascii_alphanumeric()).find(|word| word.starts_with("AADSTS"));
    let known = ADVICE.iter().find(|(known, _)| Some(*known) == code).map(|(_, advice)| *advice);
    let elsewhere = code.is_none() && (matches!(error, HttpError::NotJson { .. }) || error.code() == Some(404));
    let advice = known.or_else(|| elsewhere.then_some(ELSEWHERE));
    let advice = advice.map(|advice| format!(" ({advice})")).unwrap_or_default();
    anyhow::Error::from(error).context(format!("Entra ID gave no access token{advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_five_minutes_before_their_end_or_at_half_their_life() {
        for (expires_in, seconds) in [(3599, 3299), (86_400, 86_100), (600, 300), (10, 5), (1, 1), (0, 0)] {
            assert_eq!(good_for(expires_in), Duration::from_secs(seconds), "{expires_in}");
        }
    }
}
