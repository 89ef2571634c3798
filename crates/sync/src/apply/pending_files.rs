//! Keeps the pending files: written before they are needed, entries taken out as they are done.

use crate::pending::{Pending, PendingSettings, PendingUser};
use crate::plan::{Forgotten, Invitation, Plan, UserPlan};
use anyhow::Context as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::models::Role;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::pace::Pace;
use timecamp_scim_core::storage::{Name, Storage, StorageError};
use timecamp_scim_core::timecamp::GroupId;
use tokio::time::Instant;

/// How often done entries are taken out of the files. One that is still there after a crash costs one more write of
/// a setting at the next run, and nothing else.
const EVERY: Duration = Duration::from_secs(2);

/// Whether everything of a user was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    Yes,
    No,
}

#[derive(Debug)]
pub(super) struct PendingFiles<'a> {
    storage: &'a Storage,
    pace: Pace,
    /// What earlier runs left: these users are owed `added_manually` = 0 whatever this run does with them.
    before: Pending,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pending: Pending,
    written: Pending,
    at: Instant,
}

impl<'a> PendingFiles<'a> {
    pub(super) fn new(storage: &'a Storage, pace: Pace, pending: Pending) -> Self {
        let before = pending.clone();
        let state = State { written: pending.clone(), pending, at: Instant::now() };
        Self { storage, pace, before, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an earlier run left something of this user undone.
    pub(super) fn is_owed(&self, user: &UserPlan) -> bool {
        let Pending { new_users, settings } = &self.before;
        settings.contains_key(&user.user) || new_users.contains_key(&address_key(&user.email))
    }

    /// Before the first write of the run: everybody who is about to be changed.
    pub(super) async fn expect_changes(&self, plan: &Plan) -> anyhow::Result<()> {
        let owed: Vec<_> =
            plan.users.iter().map(|user| (user.user, PendingSettings::owed(user.user, &user.email))).collect();
        {
            let mut state = self.state();
            for (user, entry) in owed {
                state.pending.settings.entry(user).or_insert(entry);
            }
        }
        self.forget(&plan.forgotten);
        self.flush().await
    }

    /// Before they are invited: everybody who is about to be.
    pub(super) async fn expect_invitations(&self, invitations: &[(&Invitation, GroupId)]) -> anyhow::Result<()> {
        {
            let mut state = self.state();
            for (invitation, group) in invitations {
                let entry = PendingUser {
                    email: invitation.email.clone(),
                    name: Some(invitation.name.clone()),
                    group_id: Some(group.to_string()),
                    real_email: invitation.additional_email.clone(),
                    external_id: invitation.external_id.clone(),
                    role: Role::of_id(invitation.role).map(|role| role.to_string()),
                };
                state.pending.new_users.insert(address_key(&invitation.email), entry);
            }
        }
        self.flush().await
    }

    /// The user's last write is done. Somebody whom an earlier run invited, or to whom it owed more than that write,
    /// stays in the files until they are `finished`.
    pub(super) async fn user_done(&self, user: &UserPlan, finished: Finished) -> anyhow::Result<()> {
        let due = {
            let mut state = self.state();
            let owes_more = state.pending.settings.get(&user.user).is_some_and(PendingSettings::owes_more);
            if finished == Finished::Yes || !owes_more {
                state.pending.settings.remove(&user.user);
            }
            if finished == Finished::Yes {
                state.pending.new_users.remove(&address_key(&user.email));
            }
            self.pace.since(state.at) >= EVERY
        };
        if due { self.flush().await } else { Ok(()) }
    }

    /// The invited user is finished, or will never be one.
    pub(super) fn invitation_done(&self, email: &str) {
        self.state().pending.new_users.remove(&address_key(email));
    }

    /// Drops the entries that nobody can finish any more.
    pub(super) fn forget(&self, forgotten: &[Forgotten]) {
        let mut state = self.state();
        for Forgotten { email, user } in forgotten {
            tracing::warn!("{}: gone from TimeCamp or from the source; what was pending is dropped", pii(email));
            match user {
                Some(user) => drop(state.pending.settings.remove(user)),
                None => drop(state.pending.new_users.remove(&address_key(email))),
            }
        }
    }

    /// Writes what changed.
    pub(super) async fn flush(&self) -> anyhow::Result<()> {
        let (pending, written) = {
            let mut state = self.state();
            state.at = Instant::now();
            (state.pending.clone(), std::mem::take(&mut state.written))
        };
        let result = self.write(&pending, &written).await;
        self.state().written = if result.is_ok() { pending } else { written };
        result.context("cannot write down what is pending; nothing more is changed")
    }

    async fn write(&self, pending: &Pending, written: &Pending) -> anyhow::Result<()> {
        if pending.new_users != written.new_users {
            self.put(&Name::PendingNewUsers, &pending.new_users_file()?).await?;
        }
        if pending.settings != written.settings {
            self.put(&Name::PendingUserSettings, &pending.settings_file()?).await?;
        }
        Ok(())
    }

    async fn put(&self, name: &Name, bytes: &[u8]) -> Result<(), StorageError> {
        self.storage.write(name, bytes).await.map(drop)
    }
}
