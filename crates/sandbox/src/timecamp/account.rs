//! The account: reading, writing, and the indexes that keep large ones fast.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::quirks::{Known, Quirks};
use crate::call::{id_of, text_at, text_of};

/// The role of a user of whom nothing else is said.
pub(super) const PLAIN_USER: u64 = 3;

#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) api_key: String,
    /// The user who owns the key.
    pub(super) me: u64,
    /// The root group.
    pub(super) root: u64,
    pub(super) groups: BTreeMap<u64, Group>,
    pub(super) day_types: Map<String, Value>,
    pub(super) known: Known,
    pub(super) quirks: Quirks,
    users: BTreeMap<u64, User>,
    /// User ids by lower-cased address.
    by_email: BTreeMap<String, u64>,
    /// Whom `people_picker` lists in a group.
    members: BTreeMap<u64, BTreeSet<u64>>,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// 0 for a top-level group.
    pub(super) parent: u64,
    /// From when on groups can be created below it.
    pub(super) usable_at: u64,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) email: String,
    pub(super) display_name: Option<String>,
    pub(super) group: u64,
    pub(super) role: u64,
    /// Roles in groups besides their own.
    pub(super) elsewhere: BTreeMap<u64, u64>,
    pub(super) settings: BTreeMap<String, String>,
    /// From when on reads show them.
    pub(super) visible_at: u64,
    /// By day, `2026-03-01`.
    pub(super) attendance: BTreeMap<String, Day>,
}

#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) kind: u64,
    pub(super) should_be: i64,
    pub(super) vacation: i64,
}

impl User {
    pub(super) fn new(email: &str, group: u64) -> Self {
        Self {
            email: email.to_owned(),
            display_name: None,
            group,
            role: PLAIN_USER,
            elsewhere: BTreeMap::new(),
            settings: BTreeMap::new(),
            visible_at: 0,
            attendance: BTreeMap::new(),
        }
    }

    /// The role in a group where `people_picker` lists them.
    pub(super) fn role_in(&self, group: u64) -> u64 {
        if group == self.group { self.role } else { self.elsewhere.get(&group).copied().unwrap_or(PLAIN_USER) }
    }

    /// A setting that is there and not empty.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// TimeCamp takes whoever was edited or invited through its API for added by hand.
    pub(super) fn mark_manual(&mut self) {
        self.settings.insert("added_manually".to_owned(), "1".to_owned());
    }

    fn groups(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.group).chain(self.elsewhere.keys().copied())
    }
}

/// Changing users and groups with the indexes.
impl Account {
    pub(super) fn users(&self) -> &BTreeMap<u64, User> {
        &self.users
    }

    /// A user whom reads show.
    pub(super) fn visible(&self, id: u64, now: u64) -> Option<&User> {
        self.users.get(&id).filter(|user| user.visible_at <= now)
    }

    pub(super) fn id_by_email(&self, address: &str) -> Option<u64> {
        self.by_email.get(&address.to_lowercase()).copied()
    }

    /// The users whom `people_picker` lists in a group, hidden ones included.
    pub(super) fn members(&self, group: u64) -> impl Iterator<Item = (u64, &User)> {
        let ids = self.members.get(&group).into_iter().flatten();
        ids.filter_map(|id| self.users.get(id).map(|user| (*id, user)))
    }

    pub(super) fn add(&mut self, id: u64, user: User) {
        for group in user.groups() {
            self.members.entry(group).or_default().insert(id);
        }
        self.by_email.insert(user.email.to_lowercase(), id);
        self.users.insert(id, user);
    }

    /// Changes a user, whatever the change is about.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut User)) {
        if let Some(mut user) = self.take(id) {
            change(&mut user);
            self.add(id, user);
        }
    }

    pub(super) fn take(&mut self, id: u64) -> Option<User> {
        let user = self.users.remove(&id)?;
        for group in user.groups() {
            if let Some(ids) = self.members.get_mut(&group) {
                ids.remove(&id);
            }
        }
        self.by_email.remove(&user.email.to_lowercase());
        Some(user)
    }

    pub(super) fn next_user(&self) -> u64 {
        self.users.keys().next_back().map_or(1, |last| last + 1)
    }

    pub(super) fn next_group(&self) -> u64 {
        self.groups.keys().next_back().map_or(1, |last| last + 1)
    }

    /// The groups above a group, itself first, up to a top-level one.
    pub(super) fn line(&self, group: u64) -> Vec<u64> {
        let mut line = Vec::new();
        let mut next = group;
        while let Some(found) = self.groups.get(&next) {
            // Broken input may hold a circle.
            if line.contains(&next) {
                break;
            }
            line.push(next);
            next = found.parent;
        }
        line
    }
}

/// From and to JSON.
impl Account {
    pub(super) fn read(part: &Value) -> anyhow::Result<Self> {
        let part = part.as_object().context("an account is a JSON object")?;
        let known_keys = ["api_key", "me", "root", "groups", "users", "day_types", "attendance", "known", "quirks"];
        let odd: Vec<&String> = part.keys().filter(|key| !known_keys.contains(&key.as_str())).collect();
        anyhow::ensure!(odd.is_empty(), "an account has no {odd:?}");
        let number = |name: &str| part.get(name).and_then(id_of).with_context(|| format!("`{name}` is not an id"));
        let mut account = Self {
            api_key: text_at(part, "api_key"),
            me: number("me")?,
            root: number("root")?,
            day_types: part.get("day_types").and_then(Value::as_object).cloned().unwrap_or_default(),
            ..Self::default()
        };
        if let Some(known) = part.get("known") {
            account.known = serde_json::from_value(known.clone()).context("`known`")?;
        }
        if let Some(quirks) = part.get("quirks") {
            account.quirks = serde_json::from_value(quirks.clone()).context("`quirks`")?;
        }
        for row in rows(part, "groups")? {
            let (id, group) = read_group(row).with_context(|| format!("the group {row}"))?;
            account.groups.insert(id, group);
        }
        for row in rows(part, "users")? {
            let (id, user) = read_user(row).with_context(|| format!("the user {row}"))?;
            account.add(id, user);
        }
        for (id, days) in part.get("attendance").and_then(Value::as_object).into_iter().flatten() {
            let days = days.as_array().into_iter().flatten().filter_map(read_day).collect();
            account.change(id.parse().context("`attendance`")?, |user| user.attendance = days);
        }
        Ok(account)
    }

    pub(super) fn write(&self) -> Value {
        if self.api_key.is_empty() && self.users.is_empty() {
            return Value::Null;
        }
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(id, group)| {
                json!({ "group_id": id.to_string(), "name": group.name, "parent_id": group.parent.to_string() })
            })
            .collect();
        let users: Vec<Value> = self.users.iter().map(|(id, user)| write_user(*id, user)).collect();
        let attendance: Map<String, Value> = self
            .users
            .iter()
            .filter(|(_, user)| !user.attendance.is_empty())
            .map(|(id, user)| (id.to_string(), user.attendance.iter().map(write_day).collect()))
            .collect();
        json!({
            "api_key": self.api_key,
            "me": self.me.to_string(),
            "root": self.root.to_string(),
            "groups": groups,
            "users": users,
            "day_types": self.day_types,
            "attendance": attendance,
            "known": self.known,
            "quirks": self.quirks,
        })
    }
}

fn rows<'part>(part: &'part Map<String, Value>, name: &str) -> anyhow::Result<&'part Vec<Value>> {
    part.get(name).and_then(Value::as_array).with_context(|| format!("`{name}` is not a list"))
}

fn read_group(row: &Value) -> anyhow::Result<(u64, Group)> {
    let id = row.get("group_id").and_then(id_of).context("`group_id` is not an id")?;
    let parent = row.get("parent_id").and_then(id_of).context("`parent_id` is not an id")?;
    let name = row.get("name").and_then(Value::as_str).context("`name` is not text")?;
    Ok((id, Group { name: name.to_owned(), parent, usable_at: 0 }))
}

fn read_user(row: &Value) -> anyhow::Result<(u64, User)> {
    let id = row.get("user_id").and_then(id_of).context("`user_id` is not an id")?;
    let email = row.get("email").and_then(Value::as_str).context("`email` is not text")?;
    let group = row.get("group_id").and_then(id_of).context("`group_id` is not an id")?;
    let mut user = User::new(email, group);
    user.display_name = row.get("display_name").and_then(Value::as_str).map(ToOwned::to_owned);
    user.role = row.get("role_id").map_or(Some(PLAIN_USER), id_of).context("`role_id` is not a role")?;
    for (name, value) in row.get("settings").and_then(Value::as_object).into_iter().flatten() {
        user.settings.insert(name.clone(), text_of(value));
    }
    for (group, role) in row.get("roles").and_then(Value::as_object).into_iter().flatten() {
        user.elsewhere.insert(group.parse().context("`roles`")?, id_of(role).context("`roles`")?);
    }
    Ok((id, user))
}

fn write_user(id: u64, user: &User) -> Value {
    let mut row = json!({
        "user_id": id.to_string(),
        "email": user.email,
        "display_name": user.display_name,
        "group_id": user.group.to_string(),
        "role_id": user.role.to_string(),
        "settings": user.settings,
    });
    if let (false, Some(row)) = (user.elsewhere.is_empty(), row.as_object_mut()) {
        let roles = user.elsewhere.iter().map(|(group, role)| (group.to_string(), json!(role.to_string())));
        row.insert("roles".to_owned(), Value::Object(roles.collect()));
    }
    row
}

/// `{"day": "2026-03-01", "dayTypeId": 12, "shouldBe": 480, "vacationTime": 0}`; nothing when day or type is missing.
pub(super) fn read_day(item: &Value) -> Option<(String, Day)> {
    let day = item.get("day")?.as_str()?.parse::<jiff::civil::Date>().ok()?;
    let minutes = |name: &str| item.get(name).and_then(Value::as_i64).unwrap_or_default();
    let kind = item.get("dayTypeId").and_then(id_of)?;
    Some((day.to_string(), Day { kind, should_be: minutes("shouldBe"), vacation: minutes("vacationTime") }))
}

fn write_day((day, row): (&String, &Day)) -> Value {
    json!({ "day": day, "dayTypeId": row.kind, "shouldBe": row.should_be, "vacationTime": row.vacation })
}
