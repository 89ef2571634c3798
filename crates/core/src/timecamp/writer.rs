//! What is written to TimeCamp. Built only where changes are carried out, and only under the lock.

use super::{GroupId, Setting, UserId, wire};
use crate::http::{Http, HttpError, Method, Replay};
use crate::storage::Lock;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A new name or address for a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// Display name.
    pub name: Option<String>,
    /// Primary address.
    pub email: Option<String>,
}

/// Where people go and what they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The people.
    pub users: Vec<UserId>,
    /// The group they are in now; TimeCamp wants it in the path.
    pub from: GroupId,
    /// The group they go to; `None`: only the role is set.
    pub to: Option<GroupId>,
    /// Their role there, by TimeCamp's number; a move without one loses it.
    pub role: u64,
}

/// What TimeCamp says of one invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteStatus {
    /// `Invite`: a new user. `Add to group`: the address was known.
    Accepted(String),
    /// Anything else is a failure.
    Refused(String),
}

/// One day of attendance to set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DayEntry {
    /// `2026-03-01`.
    pub day: String,
    /// The kind of day.
    pub day_type_id: u64,
    /// Minutes that should be worked.
    pub should_be: u64,
    /// Minutes of vacation.
    pub vacation_time: u64,
}

/// Why a write did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// TimeCamp refused it, or could not be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The lock is gone: another run may be writing.
    #[error("the lock was lost to another run; nothing more is written")]
    LockLost(#[source] anyhow::Error),
}

/// The writing half of the client.
#[derive(Debug, Clone)]
pub struct Writer {
    http: Http,
    lock: Arc<Lock>,
}

impl Writer {
    pub(super) fn new(http: Http, lock: Arc<Lock>) -> Self {
        Self { http, lock }
    }

    fn fence(&self) -> Result<(), WriteError> {
        self.lock.check().map_err(WriteError::LockLost)
    }

    /// Creates a group and returns its number, when TimeCamp tells it. Nothing makes a repetition harmless: after
    /// an unknown outcome look whether it is there.
    pub async fn create_group(&self, name: &str, parent: GroupId) -> Result<Option<GroupId>, WriteError> {
        self.fence()?;
        let body = json!({ "name": name, "parent_id": parent });
        let answer = self.http.put("group").json(&body)?.send().await?;
        let body: Option<Value> = serde_json::from_slice(answer.bytes()).ok();
        Ok(body.as_ref().and_then(|body| body.get("group_id")).and_then(wire::number).map(GroupId))
    }

    /// Removes a group. TimeCamp moves its subgroups to the root instead of removing them: leaves first.
    pub async fn remove_group(&self, group: GroupId) -> Result<(), WriteError> {
        self.fence()?;
        let body = json!({ "group_id": group });
        self.http.request(Method::DELETE, "group").json(&body)?.send().await?;
        Ok(())
    }

    /// Invites people into a group, without mail. TimeCamp tells no ids, and refuses overlapping invitations.
    pub async fn invite(
        &self,
        group: GroupId,
        emails: &[String],
    ) -> Result<BTreeMap<String, InviteStatus>, WriteError> {
        self.fence()?;
        // The description calls the switch send_mail, its example and both official clients send_email.
        let body = json!({
            "email": emails,
            "tt_global_admin": "0",
            "tt_can_create_level_1_tasks": "0",
            "can_view_rates": "0",
            "add_to_all_projects": "0",
            "send_email": "0",
            "send_mail": "0",
        });
        let answer = self.http.post(&format!("group/{group}/user")).json(&body)?.send().await?;
        let body: Value = serde_json::from_slice(answer.bytes()).unwrap_or_default();
        let statuses = body.get("statuses").and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(statuses.into_iter().map(|(email, status)| (email, invite_status(&status))).collect())
    }

    /// Moves people and sets their role, or only the role. Repeating a role is harmless; a move starts from where
    /// people are, so after an unknown outcome look where they are.
    pub async fn place(&self, placement: &Placement) -> Result<(), WriteError> {
        self.fence()?;
        let Placement { users, from, to, role } = placement;
        let mut body = json!({ "user_id": users, "role_id": role });
        if let (Some(to), Some(body)) = (to, body.as_object_mut()) {
            body.insert("group_id".to_owned(), json!(to));
        }
        let replay = if to.is_some() { Replay::Unsafe } else { Replay::Safe };
        self.http.put(&format!("group/{from}/user")).json(&body)?.replay(replay).send().await?;
        Ok(())
    }

    /// Gives a user another name or address.
    pub async fn edit(&self, user: UserId, edit: &Edit) -> Result<(), WriteError> {
        self.fence()?;
        let Edit { name, email } = edit;
        // Without user_id TimeCamp would change the key's own user.
        let mut body = json!({ "user_id": user.to_string() });
        if let Some(body) = body.as_object_mut() {
            body.extend(name.iter().map(|name| ("display_name".to_owned(), json!(name))));
            body.extend(email.iter().map(|email| ("email".to_owned(), json!(email))));
        }
        self.http.post("user").json(&body)?.replay(Replay::Safe).send().await?;
        Ok(())
    }

    /// Writes one setting of a user.
    pub async fn set(&self, user: UserId, setting: Setting, value: &str) -> Result<(), WriteError> {
        self.fence()?;
        let body = json!({ "name": setting.name(), "value": value });
        self.http.put(&format!("user/{user}/setting")).json(&body)?.replay(Replay::Safe).send().await?;
        Ok(())
    }

    /// Sets days of a user; at most 100 days from the first to the last.
    pub async fn set_days(&self, user: UserId, days: &[DayEntry]) -> Result<(), WriteError> {
        self.fence()?;
        self.http.post(&format!("attendance/{user}/user")).json(&days)?.replay(Replay::Safe).send().await?;
        Ok(())
    }
}

fn invite_status(status: &Value) -> InviteStatus {
    let text = wire::plain(status.get("status").unwrap_or(status));
    match text.as_str() {
        "Invite" | "Add to group" => InviteStatus::Accepted(text),
        _ => InviteStatus::Refused(text),
    }
}
