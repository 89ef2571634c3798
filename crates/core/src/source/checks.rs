//! What is looked at before a file of people is written.

use crate::code::Code;
use crate::logging::pii;
use crate::models::{SourceUser, Status};
use crate::names::address_key;
use crate::storage::{Name, Storage};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many of a kind are named in a warning.
const NAMED: usize = 10;

/// One warning for each kind of defect; the users are written all the same, prepare decides about them.
pub(super) fn defects(users: &[SourceUser]) -> Vec<String> {
    let serves = |user: &&SourceUser| user.status == Status::Inactive || user.hierarchy_only == Some(true);
    let written = || users.iter().filter(|user| !serves(user));
    let kinds: [(&str, Vec<&SourceUser>); 4] = [
        (
            "have no address and cannot be created in TimeCamp",
            written().filter(|user| user.email.trim().is_empty()).collect(),
        ),
        ("have no name", written().filter(|user| user.name.trim().is_empty()).collect()),
        (
            "have no external_id and cannot be placed",
            users.iter().filter(|user| user.external_id.trim().is_empty()).collect(),
        ),
        ("share an external_id or an address with somebody before them", twice(users)),
    ];
    let full = kinds.into_iter().filter(|(_, users)| !users.is_empty());
    full.map(|(kind, users)| format!("{} users {kind}: {}", users.len(), list(&users))).collect()
}

fn twice(users: &[SourceUser]) -> Vec<&SourceUser> {
    let (mut ids, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    users
        .iter()
        .filter(|user| {
            let id = user.external_id.trim();
            let address = address_key(&user.email);
            let known_id = !id.is_empty() && !ids.insert(id.to_owned());
            let known_address = !address.is_empty() && !addresses.insert(address);
            known_id || known_address
        })
        .collect()
}

fn list(users: &[&SourceUser]) -> String {
    let named: Vec<String> = users.iter().take(NAMED).map(|user| called(user)).collect();
    let more = users.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

fn called(user: &SourceUser) -> String {
    let name = if user.name.trim().is_empty() { &user.email } else { &user.name };
    match (name.trim().is_empty(), user.external_id.is_empty()) {
        (true, _) => format!("id {}", user.external_id),
        (false, true) => pii(name).to_string(),
        (false, false) => format!("{} (id {})", pii(name), user.external_id),
    }
}

/// The file that would be overwritten: its people, as text by external id, and how many are active.
#[derive(Debug)]
pub(super) struct Previous {
    people: BTreeMap<String, Value>,
    active: usize,
}

#[derive(Deserialize)]
struct PreviousFile {
    users: Vec<Value>,
}

impl Previous {
    /// Reads it; `None` when there is none that makes sense (then there is nothing to protect). That the storage cannot
    /// say is an error: without it too few people might replace many.
    pub(super) async fn read(storage: &Storage, name: &Name) -> anyhow::Result<Option<Self>> {
        match storage.read(name).await.map_err(anyhow::Error::from) {
            Ok(object) => Ok(object.and_then(|object| Self::of(&object.bytes))),
            Err(damaged) if Code::of(&damaged) == Code::Refused => {
                tracing::warn!("the previous file is not looked at: {damaged:#}");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let PreviousFile { users } = serde_json::from_slice(bytes).ok()?;
        let text = |user: &Value, key: &str| {
            user.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let active = users
            .iter()
            .filter(|user| text(user, "status").is_some_and(|status| status.eq_ignore_ascii_case("active")))
            .count();
        let people = users.into_iter().map(|user| (text(&user, "external_id").unwrap_or_default(), user)).collect();
        Some(Self { people, active })
    }
}

/// Whether so few people may replace what is there.
pub(super) fn shrink(name: &Name, active: usize, previous: Option<&Previous>) -> Result<(), String> {
    let had = previous.map_or(0, |previous| previous.active);
    let what = if active == 0 {
        "the source gave no active user".to_owned()
    } else if active * 2 < had {
        format!("the source gave {active} active users, fewer than half of the {had} in the previous file")
    } else {
        return Ok(());
    };
    Err(format!(
        "{what}. {name} is untouched: a sync with such a file would disable people. Look at the filters, groups and rights \
         of the source; if it is right, run again with --allow-shrink"
    ))
}

/// What would be written, for `--dry-run`.
pub(super) fn preview(name: &Name, users: &[SourceUser], previous: Option<&Previous>) -> String {
    let active = users.iter().filter(|user| user.status == Status::Active).count();
    let mut text = format!("Would write {name}: {} users, {active} active.\n", users.len());
    let Some(previous) = previous else {
        text.push_str("There is no previous file.\n");
        return text;
    };
    let now: BTreeMap<&str, Value> =
        users.iter().map(|user| (user.external_id.as_str(), serde_json::to_value(user).unwrap_or_default())).collect();
    let gone: Vec<&String> = previous.people.keys().filter(|id| !now.contains_key(id.as_str())).collect();
    let new = now.keys().filter(|id| !previous.people.contains_key(**id)).count();
    let changed =
        now.iter().filter(|(id, user)| previous.people.get(**id).is_some_and(|before| before != *user)).count();
    let _ = writeln!(text, "Against the file there is: {new} new, {} gone, {changed} changed.", gone.len());
    for id in gone.iter().take(NAMED) {
        let name =
            previous.people.get(*id).and_then(|user| user.get("name")).and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(text, "  gone: {name} (id {id})");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn previous(active: usize) -> Previous {
        Previous { people: BTreeMap::new(), active }
    }

    #[test]
    fn too_few_people_do_not_replace_a_file() {
        assert!(shrink(&Name::Users, 0, None).is_err());
        assert!(shrink(&Name::Users, 1, None).is_ok());
        assert!(shrink(&Name::Users, 49, Some(&previous(100))).unwrap_err().contains("fewer than half of the 100"));
        assert!(shrink(&Name::Users, 50, Some(&previous(100))).is_ok());
    }

    #[test]
    fn each_kind_of_defect_is_one_warning() {
        let whole =
            |id: &str| SourceUser { name: "N".to_owned(), email: format!("{id}@x.test"), ..SourceUser::new(id) };
        let users = [
            SourceUser { email: String::new(), ..whole("1") },
            SourceUser { name: " ".to_owned(), ..whole("2") },
            SourceUser { external_id: String::new(), ..whole("3") },
            whole("4"),
            SourceUser { email: "other@x.test".to_owned(), ..whole("4") },
        ];
        let warnings = defects(&users);
        assert_eq!(warnings.len(), 4, "{warnings:?}");
        assert!(warnings.iter().all(|warning| warning.starts_with("1 users")), "{warnings:?}");
    }
}
