//! What can go wrong with a request, in the administrator's words.

use super::Answer;
use jiff::Timestamp;
use std::time::Duration;

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The service answered with an error status.
    #[error("{what}: answered {status} ({message})")]
    Status {
        /// The request, such as `PUT /group`.
        what: String,
        /// The HTTP status.
        status: u16,
        /// What the service says about it.
        message: String,
    },
    /// The service asks for a longer wait than the retry budget allows.
    #[error("{what}: throttled until {until}, which is longer than HTTP_RETRY_BUDGET allows; run again after that")]
    Throttled {
        /// The request.
        what: String,
        /// When it may be sent again.
        until: String,
    },
    /// No connection: the request was not carried out.
    #[error("{what}: cannot connect to {host}")]
    NotSent {
        /// The request.
        what: String,
        /// The host that was tried.
        host: String,
        /// Why.
        source: reqwest::Error,
    },
    /// Sent, but no whole answer came: it may have been carried out.
    #[error("{what}: {host} gave no whole answer")]
    Lost {
        /// The request.
        what: String,
        /// The host that was asked.
        host: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The run was asked to stop while the service wanted it to wait: the request was not sent.
    #[error("{what}: not sent, because the run was asked to stop")]
    Stopped {
        /// The request.
        what: String,
    },
    /// The answer is not the JSON it should be.
    #[error("{what}: expected JSON, got {got}")]
    NotJson {
        /// The request.
        what: String,
        /// What came instead, without its content.
        got: String,
        /// Where it differs.
        source: serde_json::Error,
    },
    /// A paging link leads to another host.
    #[error(
        "a paging link leads to {link_host} instead of {host}; it was not followed, and no credentials were sent there"
    )]
    OtherHost {
        /// Where it leads.
        link_host: String,
        /// Where it should lead.
        host: String,
    },
    /// An address that is none.
    #[error("`{text}` is no web address")]
    Address {
        /// The text.
        text: String,
        /// Why.
        source: url::ParseError,
    },
    /// A body that cannot be written as JSON.
    #[error("{what}: the request's body cannot be written")]
    Body {
        /// The request.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The client or the request could not be made.
    #[error(
        "cannot make the HTTP request; if the key or the address holds a line break or an invisible character, set it anew"
    )]
    Setup {
        /// Why.
        source: reqwest::Error,
    },
}

impl HttpError {
    pub(super) fn status(answer: &Answer) -> Self {
        Self::Status { what: answer.what().to_owned(), status: answer.status(), message: answer.message() }
    }

    pub(super) fn throttled(what: &str, now: Timestamp, wait: Duration) -> Self {
        let until = jiff::SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
        let until = until.map_or_else(|| format!("{} s from now", wait.as_secs()), |time| format!("{time:.0}"));
        Self::Throttled { what: what.to_owned(), until }
    }

    /// The status, when the service answered with one.
    pub fn code(&self) -> Option<u16> {
        if let Self::Status { status, .. } = self { Some(*status) } else { None }
    }

    /// Whether the service, or what stands before it, gave no answer of its own.
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::NotSent { .. }) || (self.may_have_taken_effect() && self.code() != Some(500))
    }

    /// Whether the service may have carried the request out although we do not know.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Lost { .. } => true,
            Self::Status { status, .. } => (500..600).contains(status),
            Self::Throttled { .. }
            | Self::NotSent { .. }
            | Self::Stopped { .. }
            | Self::NotJson { .. }
            | Self::OtherHost { .. }
            | Self::Address { .. }
            | Self::Body { .. }
            | Self::Setup { .. } => false,
        }
    }
}
