//! What the parts of a run share: the client, what came of each change, and when to stop.

use super::outcome::{Outcome, Results};
use super::pending_files::{Finished, PendingFiles};
use crate::pending::Pending;
use crate::plan::{Field, Plan, UserPlan};
use std::sync::{Mutex, MutexGuard, PoisonError};
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::logging;
use timecamp_scim_core::pace::Pace;
use timecamp_scim_core::stop::Stop;
use timecamp_scim_core::storage::Storage;
use timecamp_scim_core::timecamp::{Reader, UserId, WriteError, Writer};

/// Refusals in a row, without one success, after which the key plainly has no rights; and requests in a row, each
/// tried as often as the rule allows, after which TimeCamp plainly is not there.
const HOPELESS: u32 = 10;
/// Refusals, without anything else, after which a run that has come to its end was refused everything.
const SEVERAL: usize = 3;
/// What it means when TimeCamp refuses everything.
const NO_RIGHTS: &str = "TimeCamp refuses every change (403): the key's user must be an administrator of the account, \
                         and one who may change these people and groups";
const KEY_IS_GONE: &str = "TimeCamp no longer accepts TIMECAMP_API_KEY";
const OUT_OF_REACH: &str = "TimeCamp cannot be reached any more";

/// What a run is carried out with.
#[derive(Debug, Clone)]
pub struct Tools<'a> {
    /// Reads TimeCamp.
    pub reader: &'a Reader,
    /// Writes TimeCamp.
    pub writer: Writer,
    /// Holds the pending files.
    pub storage: &'a Storage,
    /// How waits pass.
    pub pace: Pace,
    /// Whether the run was asked to end.
    pub stop: Stop,
    /// Users that are worked on at once.
    pub concurrency: usize,
}

/// A run being carried out.
#[derive(Debug)]
pub struct Session<'a> {
    pub(super) tools: Tools<'a>,
    pub(super) pending: PendingFiles<'a>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    results: Results,
    refused_in_a_row: u32,
    unanswered_in_a_row: u32,
    succeeded: u64,
    failed_otherwise: u64,
}

impl<'a> Session<'a> {
    pub(super) fn new(tools: Tools<'a>, pending: Pending) -> Self {
        let pending = PendingFiles::new(tools.storage, tools.pace, pending);
        Self { tools, pending, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing new may be begun.
    pub(super) fn halted(&self) -> bool {
        if self.tools.stop.asked() {
            self.halt("the run was asked to stop");
        }
        self.state().results.halted.is_some()
    }

    pub(super) fn halt(&self, why: &str) {
        let first = self.state().results.halted.is_none();
        if first {
            tracing::error!("{why}; nothing more is begun. The next run goes on from here");
            self.state().results.halted = Some(why.to_owned());
        }
    }

    /// Sends one write: the outcome, and whether the run can go on is noted.
    pub(super) async fn write<T>(
        &self,
        request: impl Future<Output = Result<T, WriteError>>,
    ) -> Result<T, Option<WriteError>> {
        if self.halted() {
            return Err(None);
        }
        let answer = request.await;
        self.learn(answer.as_ref().err());
        answer.map_err(Some)
    }

    /// Ends the run when TimeCamp cannot even be read: what remains would wait as long, group by group.
    pub(super) fn learn_of_reading(&self, error: &HttpError) {
        if error.code() == Some(401) {
            self.halt(KEY_IS_GONE);
        } else if error.is_unanswered() {
            self.halt(OUT_OF_REACH);
        }
    }

    fn learn(&self, error: Option<&WriteError>) {
        let status = match error {
            Some(WriteError::Http(error)) => error.code(),
            Some(WriteError::LockLost(_)) => {
                self.halt("the lock was lost to another run");
                return;
            }
            None => None,
        };
        let (hopeless, out_of_reach) = {
            let mut state = self.state();
            let unanswered = error.is_some_and(unanswered);
            state.unanswered_in_a_row = if unanswered { state.unanswered_in_a_row + 1 } else { 0 };
            match (error, status) {
                (None, _) => (state.refused_in_a_row, state.succeeded) = (0, state.succeeded + 1),
                (Some(_), Some(403)) => state.refused_in_a_row += 1,
                (Some(_), _) => state.failed_otherwise += 1,
            }
            let hopeless = state.succeeded == 0 && state.refused_in_a_row >= HOPELESS;
            (hopeless, state.unanswered_in_a_row >= HOPELESS)
        };
        if status == Some(401) {
            self.halt(KEY_IS_GONE);
        } else if hopeless {
            self.halt(NO_RIGHTS);
        } else if out_of_reach {
            self.halt(OUT_OF_REACH);
        }
    }

    /// Writes down what is pending; when that fails, nothing more is begun.
    pub(super) async fn write_down(&self) {
        if let Err(error) = self.pending.flush().await {
            self.halt(&format!("{error:#}"));
        }
    }

    /// Waits, unless the run is asked to stop.
    pub(super) async fn wait(&self, time: std::time::Duration) {
        tokio::select! {
            () = self.tools.pace.wait(time) => {}
            () = self.tools.stop.wait() => {}
        }
    }

    pub(super) fn note_group(&self, path: &str, outcome: Outcome) {
        say(path, &outcome);
        self.state().results.groups.insert(path.to_owned(), outcome);
    }

    pub(super) fn note_depth(&self, depth: usize) {
        let mut state = self.state();
        let least = state.results.depth.map_or(depth, |known| known.min(depth));
        state.results.depth = Some(least);
    }

    pub(super) fn note_user(&self, user: UserId, email: &str, field: Field, outcome: Outcome) {
        say(email, &outcome);
        self.state().results.users.entry(user).or_default().insert(field, outcome);
    }

    pub(super) fn note_invitation(&self, email: &str, outcome: Outcome) {
        say(email, &outcome);
        self.state().results.invitations.insert(email.to_owned(), outcome);
    }

    pub(super) fn note_removal(&self, id: timecamp_scim_core::timecamp::GroupId, path: &str, outcome: Outcome) {
        say(path, &outcome);
        self.state().results.removals.insert(id, outcome);
    }

    /// Whether anything of a user failed so far.
    pub(super) fn failed(&self, user: UserId) -> bool {
        let state = self.state();
        let fields = state.results.users.get(&user);
        fields.is_some_and(|fields| fields.values().any(|outcome| matches!(outcome, Outcome::Failed(_))))
    }

    /// Takes the user's entries out of the pending files: nothing is owed any more.
    pub(super) async fn done(&self, user: &UserPlan) {
        let finished = {
            let state = self.state();
            let fields = state.results.users.get(&user.user);
            let all = fields.is_none_or(|fields| fields.values().all(|outcome| *outcome == Outcome::Done));
            if all { Finished::Yes } else { Finished::No }
        };
        if let Err(error) = self.pending.user_done(user, finished).await {
            self.halt(&format!("{error:#}"));
        }
    }

    /// What came of a new user's finishing, as one outcome; `None` when it was not reached.
    pub(super) fn take_user(&self, user: UserId) -> Option<Outcome> {
        let mut state = self.state();
        let fields = state.results.users.remove(&user)?;
        let halted = state.results.halted.is_some();
        let failed = fields.into_values().find(|outcome| *outcome != Outcome::Done);
        match failed {
            None if halted => None,
            None => Some(Outcome::Done),
            other => other,
        }
    }

    /// Whether everything was refused, though it was less than what ends a run in the middle. One or two are not
    /// everything: in an account that is otherwise in sync they may be all that the key's user may not change.
    fn all_was_refused(&self) -> bool {
        let state = self.state();
        let only_refusals = state.succeeded == 0 && state.failed_otherwise == 0 && state.refused_in_a_row > 0;
        only_refusals && state.results.failed_subjects() >= SEVERAL
    }

    pub(super) fn into_results(self, plan: &Plan) -> Results {
        if self.all_was_refused() {
            self.halt(NO_RIGHTS);
        }
        let halted = self.halted();
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        debug_assert_eq!(halted, state.results.halted.is_some(), "a halt is noted once");
        state.results.complete(plan)
    }
}

/// What TimeCamp said, with its causes, in one line.
pub(super) fn told(error: &WriteError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = source.source();
    }
    logging::mask(&text).into_owned()
}

/// Whether TimeCamp, or what stands before it, gave no answer of its own.
fn unanswered(error: &WriteError) -> bool {
    match error {
        WriteError::Http(error) => error.is_unanswered(),
        WriteError::LockLost(_) => false,
    }
}

/// Whether the write may have been carried out although no answer says so.
pub(super) fn unknown_outcome(error: &WriteError) -> bool {
    match error {
        WriteError::Http(error) => error.may_have_taken_effect(),
        WriteError::LockLost(_) => false,
    }
}

/// Says what came of something, once, where it is noted.
fn say(subject: &str, outcome: &Outcome) {
    let subject = logging::pii(subject);
    match outcome {
        Outcome::Failed(why) => tracing::error!("{subject}: {why}"),
        Outcome::Skipped(why) => tracing::warn!("{subject}: skipped, {why}"),
        Outcome::Done | Outcome::NotReached => tracing::debug!(?outcome, "{subject}"),
    }
}
