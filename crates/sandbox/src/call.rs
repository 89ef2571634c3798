//! A request as the services see it, and what they answer.

use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// A request: decoded, with its body read.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `GET`, `PUT`, …
    pub(crate) method: String,
    /// The whole path, decoded, without the query.
    pub(crate) path: String,
    /// Query parameters in their order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// JSON; a form becomes an object; any other text a string; no body is null.
    pub(crate) body: Value,
    /// The `Authorization` header, or nothing.
    pub(crate) authorization: String,
    /// The `X-Api-Key` header, or nothing.
    pub(crate) api_key: String,
    /// The `Host` header.
    pub(crate) host: String,
    /// When the request began, in milliseconds since the sandbox was started.
    pub(crate) now: u64,
}

impl Call {
    pub(crate) fn new(parts: &hyper::http::request::Parts, body: &Bytes) -> Self {
        let header = |name: &str| {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Self {
            method: parts.method.as_str().to_owned(),
            path: percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned(),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            body: read_body(&header("content-type"), body),
            authorization: header("authorization"),
            api_key: header("x-api-key"),
            host: header("host"),
            now: 0,
        }
    }

    /// Path and query, decoded: what people read in the journal.
    pub(crate) fn full_path(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }

    /// The first query parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All query parameters of this name, such as `ids[]`.
    pub(crate) fn params<'call>(&'call self, name: &'call str) -> impl Iterator<Item = &'call str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A field of a body that is an object.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name)
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

fn read_body(content_type: &str, body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    // Command-line clients call everything a form unless told otherwise.
    let json = body.first().is_some_and(|first| b"{[".contains(first));
    if content_type.starts_with("application/x-www-form-urlencoded") && !json {
        return Value::Object(pairs(body).into_iter().map(|(name, value)| (name, Value::String(value))).collect());
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

/// What a service answers.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    /// 200 with a JSON body.
    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        Self { status, headers: Vec::new(), body: Bytes::from(bytes) }.with("content-type", "application/json")
    }

    /// `{"message": "..."}`, as TimeCamp words its errors.
    pub(crate) fn message(status: u16, message: &str) -> Self {
        Self::json(status, &json!({ "message": message }))
    }

    /// 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: 200, headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn text(status: u16, content_type: &str, body: &str) -> Self {
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        Self { status, headers: Vec::new(), body: bytes }.with("content-type", content_type)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// An identifier that came as text or as a number.
pub(crate) fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

/// A scalar as its text: `null` is empty, `true` is `1`, as PHP writes them.
pub(crate) fn text_of(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_null() => String::new(),
        None => value.as_bool().map_or_else(|| value.to_string(), |truth| u8::from(truth).to_string()),
    }
}

/// A field of an object as text; empty when it is not there.
pub(crate) fn text_at(object: &Map<String, Value>, name: &str) -> String {
    object.get(name).map(text_of).unwrap_or_default()
}
