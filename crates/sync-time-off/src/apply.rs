//! Carries a plan out: one request for each user and span. Makes no decisions; what fails is told, the rest goes on.

use crate::plan::{Change, Plan, UserPlan};
use futures_util::{StreamExt as _, stream};
use std::cell::RefCell;
use std::collections::BTreeSet;
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::stop::Stop;
use timecamp_scim_core::timecamp::{DayEntry, UserId, WriteError, Writer};

/// So many refusals without one success show that the key has no rights; so many requests in a row without an answer,
/// that TimeCamp is out of reach.
const HOPELESS: usize = 10;

/// What a plan is carried out with.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) writer: Writer,
    pub(crate) stop: Stop,
    /// Requests at once.
    pub(crate) concurrency: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// Days that were set.
    pub(crate) days: usize,
    /// Users whose days were set.
    pub(crate) users: BTreeSet<UserId>,
    /// Requests that failed.
    pub(crate) failed: usize,
    /// Why the run ended before everything was sent.
    pub(crate) halted: Option<String>,
    refused: usize,
    unanswered_in_a_row: usize,
}

/// Sends everything that the plan holds.
pub(crate) async fn apply(plan: &Plan, tools: &Tools) -> Results {
    let requests: Vec<(&UserPlan, &[Change])> =
        plan.users.iter().flat_map(|user| user.requests().into_iter().map(move |days| (user, days))).collect();
    let progress = Progress::new("Setting days in TimeCamp", Some(requests.len() as u64));
    let results = RefCell::new(Results::default());
    stream::iter(requests)
        .for_each_concurrent(tools.concurrency, async |(user, days)| {
            if tools.stop.asked() {
                results.borrow_mut().halt("the run was asked to stop");
            }
            if results.borrow().halted.is_some() {
                return;
            }
            let entries: Vec<DayEntry> = days.iter().map(Change::entry).collect();
            let answer = tools.writer.set_days(user.id, &entries).await;
            // What fails now may only lack the wait before it is sent again.
            if answer.is_err() && tools.stop.asked() {
                results.borrow_mut().halt("the run was asked to stop");
            }
            results.borrow_mut().learn(user, days, answer);
            progress.add(1);
        })
        .await;
    results.into_inner()
}

impl Results {
    fn halt(&mut self, why: &str) {
        self.halted.get_or_insert_with(|| why.to_owned());
    }

    fn learn(&mut self, user: &UserPlan, days: &[Change], answer: Result<(), WriteError>) {
        let error = match answer {
            Ok(()) => {
                self.days += days.len();
                self.users.insert(user.id);
                self.unanswered_in_a_row = 0;
                return;
            }
            // It was not sent, so it did not fail.
            Err(WriteError::Http(HttpError::Stopped { .. })) => return,
            Err(error) => error,
        };
        self.failed += 1;
        if let Some(why) = self.end(&error) {
            self.halt(why);
        }
        let span = match days {
            [first, .., last] => format!("{} to {}", first.date, last.date),
            [only] => only.date.to_string(),
            [] => String::new(),
        };
        tracing::error!("{}, {span}: {:#}", pii(&user.person.email), anyhow::Error::new(error));
    }

    /// Why nothing more should be sent after this failure, if so.
    fn end(&mut self, error: &WriteError) -> Option<&'static str> {
        let error = match error {
            WriteError::LockLost(_) => return Some("the lock was lost to another run"),
            WriteError::Http(error) => error,
        };
        self.unanswered_in_a_row = if error.is_unanswered() { self.unanswered_in_a_row + 1 } else { 0 };
        self.refused += usize::from(error.code() == Some(403));
        if error.code() == Some(401) {
            Some("TimeCamp no longer accepts TIMECAMP_API_KEY")
        } else if matches!(error, HttpError::Throttled { .. }) {
            Some("TimeCamp wants a longer pause than HTTP_RETRY_BUDGET allows")
        } else if self.days == 0 && self.refused >= HOPELESS {
            Some("TimeCamp refuses every change (403): the key's user must be an administrator of the account")
        } else if self.unanswered_in_a_row >= HOPELESS {
            Some("TimeCamp cannot be reached any more")
        } else {
            None
        }
    }
}
