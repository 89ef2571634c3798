//! Trouble on request: which requests, and what happens to them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::journal::route_matches;

/// Which requests are meant. Whatever is left out matches everything.
///
/// ```
/// use sandbox::On;
/// let on = On::timecamp("POST", "group/*/user").containing("ann@x.test").nth(2);
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct On {
    /// `timecamp`, `bamboohr`, …
    pub service: Option<String>,
    /// `GET`, `PUT`, … in capitals.
    pub method: Option<String>,
    /// The path below the service's prefix, `*` for any one segment: `group/*/user`.
    pub route: Option<String>,
    /// A piece of the decoded path and query.
    pub path_contains: Option<String>,
    /// A piece of the body, as compact JSON.
    pub body_contains: Option<String>,
    /// Only the k-th of those requests, from 1.
    pub nth: Option<u64>,
    /// Every k-th of those requests.
    pub every: Option<u64>,
}

impl On {
    /// Every request to every service.
    pub fn any() -> Self {
        Self::default()
    }

    /// Requests to TimeCamp with this method and route (`*` is one segment).
    pub fn timecamp(method: &str, route: &str) -> Self {
        Self::service("timecamp").method(method).route(route)
    }

    /// All requests to one service.
    pub fn service(name: &str) -> Self {
        Self { service: Some(name.to_owned()), ..Self::default() }
    }

    /// Only this method.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    /// Only this route; `*` is one segment.
    #[must_use]
    pub fn route(self, route: &str) -> Self {
        Self { route: Some(route.to_owned()), ..self }
    }

    /// Only with this piece in the decoded path or query.
    #[must_use]
    pub fn path_containing(self, piece: &str) -> Self {
        Self { path_contains: Some(piece.to_owned()), ..self }
    }

    /// Only with this piece in the body, written as compact JSON.
    #[must_use]
    pub fn containing(self, piece: &str) -> Self {
        Self { body_contains: Some(piece.to_owned()), ..self }
    }

    /// Only the k-th of them, from 1.
    #[must_use]
    pub fn nth(self, k: u64) -> Self {
        Self { nth: Some(k), ..self }
    }

    /// Only every k-th of them.
    #[must_use]
    pub fn every(self, k: u64) -> Self {
        Self { every: Some(k), ..self }
    }

    /// Whether the request itself fits, counting aside.
    pub(crate) fn fits(&self, service: &str, call: &Call, route: &str) -> bool {
        let says = |wanted: &Option<String>, test: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(test);
        says(&self.service, &|name| name == service)
            && says(&self.method, &|method| method == call.method)
            && says(&self.route, &|pattern| route_matches(pattern, route))
            && says(&self.path_contains, &|piece| call.full_path().contains(piece))
            && says(&self.body_contains, &|piece| call.body.to_string().contains(piece))
    }

    fn counts(&self, seen: u64) -> bool {
        self.nth.is_none_or(|k| seen == k) && self.every.is_none_or(|k| k > 0 && seen.is_multiple_of(k))
    }
}

/// What happens to such a request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Answers this and does nothing.
    Status {
        /// The HTTP status.
        code: u16,
        /// Headers, such as `Retry-After`.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Text is sent as it is, anything else as JSON, null as no body.
        #[serde(default)]
        body: Value,
    },
    /// Closes the connection without doing anything.
    DropBefore,
    /// Carries the request out, then closes the connection without an answer.
    DropAfter,
    /// Carries the request out at once and answers this much later.
    Stall {
        /// Milliseconds.
        ms: u64,
    },
    /// Waits, then carries the request out if its client is still there.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Answers 200 with a web page, as a proxy's log-in does, and does nothing.
    HtmlPage,
    /// Carries the request out, announces the whole answer, sends half of it and closes the connection.
    HalfBody,
    /// Waits for [`crate::Sandbox::release`], then carries the request out if its client is still there.
    Hang,
}

impl Do {
    /// Answers a bare status.
    pub fn status(code: u16) -> Self {
        Self::Status { code, headers: BTreeMap::new(), body: Value::Null }
    }

    /// Answers a status with a JSON body.
    pub fn answer(code: u16, body: Value) -> Self {
        Self::Status { code, headers: BTreeMap::new(), body }
    }

    /// Answers 429 with `Retry-After` in seconds.
    pub fn throttle(seconds: u64) -> Self {
        let headers = BTreeMap::from([("retry-after".to_owned(), seconds.to_string())]);
        Self::Status { code: 429, headers, body: Value::Null }
    }

    /// How the journal names it.
    pub(crate) fn note(&self) -> &'static str {
        match self {
            Self::Status { .. } => "fault: status",
            Self::DropBefore => "fault: dropped before",
            Self::DropAfter => "fault: dropped after",
            Self::Stall { .. } => "fault: stalled",
            Self::Delay { .. } => "fault: delayed",
            Self::HtmlPage => "fault: web page",
            Self::HalfBody => "fault: half a body",
            Self::Hang => "fault: hung",
        }
    }
}

/// One kind of trouble. Of several that fit a request the first one strikes; all of them count it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests.
    #[serde(default)]
    pub on: On,
    /// What happens.
    #[serde(rename = "do")]
    pub does: Do,
    /// How often at most; nothing: always.
    #[serde(default)]
    pub times: Option<u64>,
}

impl Fault {
    /// Trouble for every such request.
    pub fn new(on: On, does: Do) -> Self {
        Self { on, does, times: None }
    }

    /// Trouble for the first such request only.
    pub fn once(on: On, does: Do) -> Self {
        Self { on, does, times: Some(1) }
    }

    /// At most so often.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
    struck: u64,
}

impl Faults {
    pub(crate) fn add(&self, faults: Vec<Fault>) {
        let armed = faults.into_iter().map(|fault| Armed { fault, seen: 0, struck: 0 });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(armed);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts the request and says what befalls it.
    pub(crate) fn strike(&self, service: &str, call: &Call, route: &str) -> Option<Do> {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut struck = None;
        for one in armed.iter_mut().filter(|one| one.fault.on.fits(service, call, route)) {
            one.seen += 1;
            let left = one.fault.times.is_none_or(|times| one.struck < times);
            if struck.is_none() && left && one.fault.on.counts(one.seen) {
                one.struck += 1;
                struck = Some(one.fault.does.clone());
            }
        }
        struck
    }
}
