//! Carries a plan out: one request for each user and span. Makes no decisions; what fails is told, the rest goes on.

use crate::plan::{Change, Plan, UserPlan};
use futures_util::{StreamExt as _, stream};
use std::cell::RefCell;
use std::collections::BTreeSet;
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::stop::Stop;
use timecamp_scim_core::timecamp::{DayEntry, UserId, WriteError, Writer};

/// Failures without one success, after which one more refusal shows that the key has no rights.
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
        let Err(error) = answer else {
            self.days += days.len();
            self.users.insert(user.id);
            return;
        };
        self.failed += 1;
        let span = match days {
            [first, .., last] => format!("{} to {}", first.date, last.date),
            [only] => only.date.to_string(),
            [] => String::new(),
        };
        let (who, why) = (pii(&user.person.email), anyhow::Error::new(error));
        tracing::error!("{who}, {span}: {why:#}");
        match why.downcast_ref::<WriteError>() {
            Some(WriteError::LockLost(_)) => self.halt("the lock was lost to another run"),
            Some(WriteError::Http(error)) if error.code() == Some(401) => {
                self.halt("TimeCamp no longer accepts TIMECAMP_API_KEY");
            }
            Some(WriteError::Http(error)) if error.code() == Some(403) => self.refused(),
            Some(WriteError::Http(_)) | None => {}
        }
    }

    fn refused(&mut self) {
        if self.days == 0 && self.failed >= HOPELESS {
            self.halt("TimeCamp refuses every change (403): the key's user must be an administrator of the account");
        }
    }
}
