//! What the services were asked, in the order in which the requests began.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// One request that a service took up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// When it began, in milliseconds since the sandbox was started.
    pub at_ms: u64,
    /// `timecamp`, `bamboohr`, …
    pub service: String,
    /// `GET`, `PUT`, …
    pub method: String,
    /// Path and query, percent-decoded: `/third_party/api/user/901,902/setting?name[]=external_id`.
    pub path: String,
    /// The path below the service's prefix, without the query: `user/901,902/setting`.
    pub route: String,
    /// The body: JSON, a form as an object, other text as a string, none as null.
    pub body: Value,
    /// The status that was answered; 0 when no answer was sent, or not yet.
    pub status: u16,
    /// How many requests of the same service were running when this one began, itself not counted.
    pub in_flight: usize,
    /// What was out of the ordinary: `rate limit`, `rate limit ignored`, `overlap`, `fault …`.
    pub note: Option<String>,
}

impl Entry {
    /// Whether this is `method` on a route of this shape; `*` stands for one segment: `is("PUT", "group/*/user")`.
    pub fn is(&self, method: &str, route: &str) -> bool {
        self.method == method && route_matches(route, &self.route)
    }

    /// Whether the request may have changed something in TimeCamp.
    pub fn is_write(&self) -> bool {
        self.service == "timecamp" && self.method != "GET"
    }
}

/// Whether a route has the shape of a pattern, in which `*` stands for one segment.
pub(crate) fn route_matches(pattern: &str, route: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let route: Vec<&str> = route.trim_matches('/').split('/').collect();
    pattern.len() == route.len() && pattern.iter().zip(&route).all(|(part, segment)| *part == "*" || part == segment)
}

#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    /// How many entries were cleared away before the first one kept.
    cleared: usize,
    entries: Vec<Entry>,
}

impl Journal {
    /// Enters a request and returns its number, for [`Journal::finish`].
    pub(crate) fn begin(&self, entry: Entry) -> usize {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.entries.push(entry);
        pages.cleared + pages.entries.len() - 1
    }

    pub(crate) fn finish(&self, number: usize, status: u16, note: Option<String>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = number.checked_sub(pages.cleared);
        if let Some(entry) = index.and_then(|index| pages.entries.get_mut(index)) {
            entry.status = status;
            entry.note = note;
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.clone()
    }

    pub(crate) fn clear(&self) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.cleared += pages.entries.len();
        pages.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::route_matches;

    #[test]
    fn a_star_is_one_segment() {
        assert!(route_matches("group/*/user", "group/100/user"));
        assert!(route_matches("/user", "user"));
        assert!(!route_matches("user", "user/1/setting"));
        assert!(!route_matches("group/*", "group"));
    }
}
