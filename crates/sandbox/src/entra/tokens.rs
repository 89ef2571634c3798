//! Access tokens: who gets one, and what it is good for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Directory, Quirks};
use crate::call::{Answer, Call, text_of};

/// The tokens that were given out.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens(BTreeMap<String, Token>);

#[derive(Clone, Debug)]
struct Token {
    /// The host that accepts it.
    audience: String,
    since: u64,
    requests: u64,
}

impl Tokens {
    /// Counts this request, or says why its token is no good.
    pub(super) fn admit(&mut self, call: &Call, quirks: &Quirks) -> Result<(), &'static str> {
        let shown = call.authorization.strip_prefix("Bearer ").filter(|shown| !shown.is_empty());
        let shown = shown.ok_or("Access token is empty.")?;
        let token = self.0.get_mut(shown).ok_or("IDX14100: JWT is not well formed, there are no dots (.).")?;
        if token.audience != call.host {
            return Err("Access token validation failure. Invalid audience.");
        }
        let old = quirks.token_ms.is_some_and(|ms| call.now >= token.since.saturating_add(ms));
        let used = quirks.token_requests.is_some_and(|requests| token.requests >= requests);
        if old || used {
            return Err("Lifetime validation failed, the token is expired.");
        }
        token.requests += 1;
        Ok(())
    }

    fn issue(&mut self, audience: &str, now: u64) -> String {
        let text = format!("eyJ0eXAi.sandbox-entra-token-{:04}.c2lnbmVk", self.0.len() + 1);
        let token = Token { audience: audience.to_owned(), since: now, requests: 0 };
        self.0.insert(text.clone(), token);
        text
    }
}

impl Directory {
    /// The client-credentials flow.
    pub(super) fn token(&mut self, call: &Call, tenant: &str) -> Answer {
        let given = |name: &str| call.field(name).map(text_of).unwrap_or_default();
        let scope = given("scope");
        let audience = scope
            .strip_suffix("/.default")
            .and_then(|resource| resource.strip_prefix("https://").or_else(|| resource.strip_prefix("http://")))
            .filter(|host| !host.is_empty() && !host.contains('/'));
        if tenant != self.tenant {
            let text = format!("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
            return denial(400, "invalid_request", 90002, &text);
        }
        if given("grant_type") != "client_credentials" {
            return denial(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
        }
        if given("client_id") != self.client_id {
            let text = format!(
                "Application with identifier '{}' was not found in the directory '{tenant}'.",
                given("client_id")
            );
            return denial(400, "unauthorized_client", 700_016, &text);
        }
        if given("client_secret") != self.client_secret {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
                 not the client secret ID, for a secret added to app '{}'.",
                self.client_id
            );
            return denial(401, "invalid_client", 7_000_215, &text);
        }
        let Some(audience) = audience else {
            let text = format!("The provided value for scope {scope} is not valid.");
            return denial(400, "invalid_scope", 1_002_012, &text);
        };
        let audience = audience.to_owned();
        let token = self.tokens.issue(&audience, call.now);
        let expires_in = self.quirks.expires_in;
        Answer::ok(&json!({
            "token_type": "Bearer", "expires_in": expires_in, "ext_expires_in": expires_in, "access_token": token,
        }))
    }
}

fn denial(status: u16, error: &str, code: u64, text: &str) -> Answer {
    let id = "00000000-0000-0000-0000-000000000000";
    let description =
        format!("AADSTS{code}: {text} Trace ID: {id} Correlation ID: {id} Timestamp: 2026-11-23 10:00:00Z");
    let body: Value = json!({
        "error": error, "error_description": description, "error_codes": [code],
        "timestamp": "2026-11-23 10:00:00Z", "trace_id": id, "correlation_id": id,
    });
    Answer::json(status, &body)
}
