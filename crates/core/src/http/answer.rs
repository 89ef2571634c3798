//! A whole answer, in memory.

use super::HttpError;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

/// A whole answer: status, headers, body.
#[derive(Debug)]
pub struct Answer {
    what: String,
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(what: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { what, status, headers, body }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of that name, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers of that name that are text (`Link` may stand several times).
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The request this answers, such as `GET /users`.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|source| HttpError::NotJson {
            what: self.what.clone(),
            got: self.gist(),
            source,
        })
    }

    /// What the body is about, for a message: never the whole of it, which may hold people's data.
    pub fn gist(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let text = text.trim();
        if text.is_empty() {
            return "an empty body".to_owned();
        }
        let html = text.get(..1).is_some_and(|first| first == "<");
        if html {
            return "a web page (HTML) instead of data".to_owned();
        }
        let kind = if text.starts_with(['{', '[']) { "JSON" } else { "text" };
        format!("{} bytes of {kind}", self.body.len())
    }

    /// What the server says went wrong: the message of a JSON error, a header, or a short text.
    pub fn message(&self) -> String {
        let from_header = self.header("x-bamboohr-error-message").map(str::to_owned);
        let json: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let from_json = json.as_ref().and_then(json_message);
        let from_text = || {
            let text = String::from_utf8_lossy(&self.body);
            let short = text.trim().chars().count() <= 300 && !text.trim_start().starts_with(['<', '{', '[']);
            (short && !text.trim().is_empty()).then(|| text.trim().to_owned())
        };
        from_header.or(from_json).or_else(from_text).unwrap_or_else(|| self.gist())
    }
}

/// The human text of the error shapes we know: TimeCamp, Graph, OAuth, Okta, Factorial, problem JSON.
fn json_message(body: &serde_json::Value) -> Option<String> {
    let text = |value: Option<&serde_json::Value>| value.and_then(serde_json::Value::as_str).map(str::to_owned);
    let nested = || {
        let error = body.get("error")?;
        let code = text(error.get("code"));
        let message = text(error.get("message"))?;
        Some(code.map_or(message.clone(), |code| format!("{code}: {message}")))
    };
    let oauth = || Some(format!("{}: {}", text(body.get("error"))?, text(body.get("error_description"))?));
    let detailed = || Some(format!("{} ({})", text(body.get("message"))?, text(body.get("error"))?));
    nested().or_else(oauth).or_else(detailed).or_else(|| {
        ["message", "errorSummary", "detail", "title", "error"].into_iter().find_map(|key| text(body.get(key)))
    })
}
