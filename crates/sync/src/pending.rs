//! What TimeCamp cannot tell: who is being invited, and whose `added_manually` is owed. Written before it is needed,
//! in the Python original's files and form.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use timecamp_scim_core::models::optional_text_or_number;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::storage::{Name, Storage};
use timecamp_scim_core::timecamp::{Setting, UserId};

/// What earlier runs left to be finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// People being invited, by address as it compares.
    pub new_users: BTreeMap<String, PendingUser>,
    /// Settings owed to users who were being changed.
    pub settings: BTreeMap<UserId, PendingSettings>,
}

/// Somebody being invited: a record of `var/pending_new_users.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingUser {
    /// The address that is invited.
    pub email: String,
    /// Display name to be.
    #[serde(default)]
    pub name: Option<String>,
    /// The group they are invited into.
    #[serde(default, deserialize_with = "optional_text_or_number")]
    pub group_id: Option<String>,
    /// Additional address to be.
    #[serde(default)]
    pub real_email: Option<String>,
    /// External id to be.
    #[serde(default, deserialize_with = "optional_text_or_number")]
    pub external_id: Option<String>,
    /// Role to be.
    #[serde(default, deserialize_with = "optional_text_or_number")]
    pub role: Option<String>,
}

/// Settings owed to a user: an entry of `var/pending_user_settings.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSettings {
    /// The user.
    #[serde(deserialize_with = "user_id")]
    pub user_id: UserId,
    /// Their address, for people who read the file.
    #[serde(default)]
    pub email: String,
    /// What is owed.
    #[serde(default, deserialize_with = "owed_values")]
    pub settings: BTreeMap<String, String>,
}

fn user_id<'de, D: serde::Deserializer<'de>>(from: D) -> Result<UserId, D::Error> {
    use serde::de::Error as _;
    let text = timecamp_scim_core::models::text_or_number(from)?;
    text.trim().parse().map(UserId).map_err(|error| D::Error::custom(format!("`{text}` is no user id ({error})")))
}

/// Values that are numbers count as their text; what has no text is not owed.
fn owed_values<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values: BTreeMap<String, Value> = Deserialize::deserialize(from)?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(u8::from(truth).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(values.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

impl PendingSettings {
    /// What every changed user is owed.
    pub fn owed(user: UserId, email: &str) -> Self {
        let settings = BTreeMap::from([(Setting::AddedManually.name().to_owned(), "0".to_owned())]);
        Self { user_id: user, email: email.to_owned(), settings }
    }
}

impl PendingSettings {
    /// Whether more is owed than `added_manually`, which every change ends with: the original left such entries.
    pub fn owes_more(&self) -> bool {
        self.settings.keys().any(|name| name != Setting::AddedManually.name())
    }
}

impl Pending {
    /// Reads what earlier runs left; files that are not there owe nothing.
    pub async fn read(storage: &Storage) -> anyhow::Result<Self> {
        let new_users = content(storage, &Name::PendingNewUsers).await?;
        let settings = content(storage, &Name::PendingUserSettings).await?;
        let Self { new_users, settings: _ } =
            Self::parse(new_users.as_deref(), None).with_context(|| unreadable(&Name::PendingNewUsers))?;
        let Self { new_users: _, settings } =
            Self::parse(None, settings.as_deref()).with_context(|| unreadable(&Name::PendingUserSettings))?;
        Ok(Self { new_users, settings })
    }

    /// Reads the two files' content; `None` is a file that does not exist.
    pub fn parse(new_users: Option<&[u8]>, settings: Option<&[u8]>) -> Result<Self, serde_json::Error> {
        let new_users: Vec<PendingUser> = new_users.map(serde_json::from_slice).transpose()?.unwrap_or_default();
        let settings: BTreeMap<String, PendingSettings> =
            settings.map(serde_json::from_slice).transpose()?.unwrap_or_default();
        Ok(Self {
            new_users: new_users.into_iter().map(|user| (address_key(&user.email), user)).collect(),
            settings: settings.into_values().map(|entry| (entry.user_id, entry)).collect(),
        })
    }

    /// The content of `var/pending_new_users.json`.
    pub fn new_users_file(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(&self.new_users.values().collect::<Vec<_>>())
    }

    /// The content of `var/pending_user_settings.json`.
    pub fn settings_file(&self) -> Result<Vec<u8>, serde_json::Error> {
        let by_id: BTreeMap<String, &PendingSettings> =
            self.settings.iter().map(|(id, entry)| (id.to_string(), entry)).collect();
        serde_json::to_vec_pretty(&by_id)
    }
}

async fn content(storage: &Storage, name: &Name) -> anyhow::Result<Option<Vec<u8>>> {
    Ok(storage.read(name).await?.map(|object| object.bytes))
}

fn unreadable(name: &Name) -> String {
    format!(
        "{name} is not readable. It says what an interrupted sync still owes; nothing was changed. Repair the file, or \
         move it away and look at the people it named"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_originals_files_are_read_and_written_alike() {
        let new =
            br#"[{"email":"A@x.test","name":"A","group_id":77,"real_email":null,"external_id":"e1","role":"user"}]"#;
        let settings = br#"{"1001":{"user_id":1001,"email":"a@x.test","settings":{"added_manually":"0"}}}"#;
        let pending = Pending::parse(Some(new), Some(settings)).unwrap();
        assert_eq!(pending.new_users["a@x.test"].group_id.as_deref(), Some("77"));
        assert_eq!(pending.settings[&UserId(1001)], PendingSettings::owed(UserId(1001), "a@x.test"));
        let again =
            Pending::parse(Some(&pending.new_users_file().unwrap()), Some(&pending.settings_file().unwrap())).unwrap();
        assert_eq!(again, pending);
    }
}
