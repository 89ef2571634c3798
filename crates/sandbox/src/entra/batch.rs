//! `$batch`: up to twenty requests in one.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Directory, bad, refusal};
use crate::call::{Answer, Call, text_of};

impl Directory {
    pub(super) fn batch(&mut self, call: &Call) -> Answer {
        let Some(parts) = call.field("requests").and_then(Value::as_array) else {
            return bad("Invalid batch payload format.");
        };
        if parts.is_empty() || parts.len() > 20 {
            return bad("Number of batch request steps must be between 1 and 20.");
        }
        let ids: BTreeSet<String> = parts.iter().map(|part| text(part, "id")).collect();
        if ids.len() < parts.len() || ids.contains("") {
            return bad("Every request needs an id of its own.");
        }
        // Answers come in any order.
        let answers: Vec<Value> = parts.iter().rev().map(|part| self.part(call, part)).collect();
        Answer::ok(&json!({ "responses": answers }))
    }

    fn part(&mut self, call: &Call, part: &Value) -> Value {
        let answer = if self.refused_parts < self.quirks.refuse_parts {
            self.refused_parts += 1;
            refusal(429, "TooManyRequests", "Too many requests.").with("Retry-After", "1")
        } else {
            self.read_part(call, &text(part, "method"), &text(part, "url"))
        };
        let headers: BTreeMap<String, String> = answer.headers.into_iter().collect();
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        json!({ "id": text(part, "id"), "status": answer.status, "headers": headers, "body": body })
    }

    fn read_part(&self, call: &Call, method: &str, url: &str) -> Answer {
        let Some(below) = url.strip_prefix('/') else { return bad("The url has to be relative to the version.") };
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let inner = Call {
            method: method.to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            body: Value::Null,
            ..call.clone()
        };
        let route: Vec<&str> = path.split('/').collect();
        self.read(&inner, &route).unwrap_or_else(|refused| refused)
    }
}

fn text(part: &Value, name: &str) -> String {
    part.get(name).map(text_of).unwrap_or_default()
}
