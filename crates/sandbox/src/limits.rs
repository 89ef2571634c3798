//! How fast a service answers and how much it takes: the quirks that every service has.

use std::collections::VecDeque;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Answer;

/// `latency_ms` and `rate_limit` among a service's quirks.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// How long every request takes.
    pub(crate) latency_ms: u64,
    pub(crate) rate_limit: Option<RateLimit>,
}

/// At most `requests` in any `seconds`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    requests: usize,
    seconds: u64,
    #[serde(default)]
    retry_after: RetryAfter,
    /// 429, or 503 as BambooHR answered until September 2026.
    #[serde(default = "too_many")]
    status: u16,
}

fn too_many() -> u16 {
    429
}

/// How a refused client is told when to come back.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum RetryAfter {
    /// `Retry-After: 7`
    #[default]
    Seconds,
    /// `Retry-After: Wed, 21 Oct 2026 07:28:00 GMT`
    Date,
    /// `X-RateLimit-Reset: 1792567680`
    Epoch,
    /// `{"retry_after": 7}`
    Body,
    None,
}

/// What a rate limit says of a request.
pub(crate) enum Verdict {
    Passed,
    Refused(Answer, &'static str),
}

/// The requests that count against a rate limit now.
#[derive(Debug, Default)]
pub(crate) struct Window {
    taken: VecDeque<u64>,
    /// Until when a refused client was told to wait.
    told: u64,
}

impl Limits {
    /// Takes the common quirks out of a service's part of the world and leaves its own.
    pub(crate) fn take(part: &mut Value) -> anyhow::Result<Self> {
        let Some(quirks) = part.get_mut("quirks").and_then(Value::as_object_mut) else { return Ok(Self::default()) };
        let latency = quirks.remove("latency_ms").unwrap_or(json!(0));
        let rate = quirks.remove("rate_limit").unwrap_or(Value::Null);
        serde_json::from_value(json!({ "latency_ms": latency, "rate_limit": rate }))
            .context("latency_ms and rate_limit of a service's quirks")
    }

    /// Puts them back, for a world that can be loaded again.
    pub(crate) fn put(&self, part: &mut Value) {
        let Some(part) = part.as_object_mut() else { return };
        let quirks = part.entry("quirks").or_insert_with(|| json!({}));
        if let (Some(quirks), Ok(Value::Object(own))) = (quirks.as_object_mut(), serde_json::to_value(self)) {
            quirks.extend(own);
        }
    }
}

impl RateLimit {
    pub(crate) fn judge(&self, window: &mut Window, now: u64) -> Verdict {
        let span = self.seconds * 1000;
        while window.taken.front().is_some_and(|at| at + span <= now) {
            window.taken.pop_front();
        }
        if window.taken.len() < self.requests {
            window.taken.push_back(now);
            return Verdict::Passed;
        }
        let free_at = window.taken.front().map_or(now + span, |at| at + span);
        let seconds = free_at.saturating_sub(now).div_ceil(1000).max(1);
        let note = if now < window.told { "rate limit ignored" } else { "rate limit" };
        window.told = now + seconds * 1000;
        Verdict::Refused(self.refusal(seconds), note)
    }

    fn refusal(&self, seconds: u64) -> Answer {
        let answer = Answer::message(self.status, "Too many requests");
        let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        let free = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
        match self.retry_after {
            RetryAfter::Seconds => answer.with("retry-after", &seconds.to_string()),
            RetryAfter::Date => {
                // A date has no fractions: the next whole second is the first that is not too early.
                let free = Timestamp::from_second(free.as_second() + 1).unwrap_or(free);
                answer.with("retry-after", &free.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
            RetryAfter::Epoch => answer.with("x-ratelimit-reset", &(free.as_second() + 1).to_string()),
            RetryAfter::Body => {
                Answer::json(self.status, &json!({ "message": "Too many requests", "retry_after": seconds }))
            }
            RetryAfter::None => answer,
        }
    }
}
