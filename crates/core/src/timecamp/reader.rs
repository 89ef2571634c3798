//! What is read from TimeCamp. Sends GETs only.

use super::wire::{
    self, Rows, SettingRows, WireDay, WireDayType, WireGroup, WireMe, WireMember, WirePicker, WirePickerGroup, WireUser,
};
use super::{GroupId, Setting, UserId, Writer};
use crate::http::{Answer, Http, HttpError};
use crate::storage::Lock;
use serde::Deserialize as _;
use serde::de::Error as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long a URL may be: servers and proxies differ, four kilobytes pass everywhere.
const URL_LIMIT: usize = 4000;
/// What the address of a settings request takes besides the ids.
const URL_REST: usize = 300;

/// A user as `GET /users` lists them. Whether they are enabled is a setting, their role stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// Primary address as TimeCamp writes it.
    pub email: String,
    /// Display name; empty when null.
    pub name: String,
    /// Their group; none when TimeCamp does not say.
    pub group: Option<GroupId>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The number.
    pub id: GroupId,
    /// The name as TimeCamp writes it.
    pub name: String,
    /// The group above; 0 for the top.
    pub parent: GroupId,
}

/// The key's own user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The user.
    pub user: Option<UserId>,
    /// Their address.
    pub email: String,
    /// The account's root group.
    pub root: Option<GroupId>,
}

/// A kind of day of the attendance module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayType {
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// Whether nobody works on such a day.
    pub day_off: bool,
    /// Whether it is still given out.
    pub usage: Usage,
}

/// Whether a kind of day is still given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// It is.
    InUse,
    /// It was switched off in TimeCamp.
    Retired,
}

/// One day of one user as TimeCamp has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// `2026-03-01`.
    pub day: String,
    /// The kind of day.
    pub day_type: Option<u64>,
    /// Minutes that should be worked.
    pub should_be: Option<u64>,
    /// Minutes of vacation.
    pub vacation_time: Option<u64>,
}

/// The reading half of the client.
#[derive(Debug, Clone)]
pub struct Reader {
    http: Http,
}

impl Reader {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// The writing half, under the lock that allows it.
    pub fn writer(&self, lock: Arc<Lock>) -> Writer {
        Writer::new(self.http.clone(), lock)
    }

    /// Where this client asks.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The key's own user; `None` when TimeCamp does not know the route.
    pub async fn me(&self) -> Result<Option<Me>, HttpError> {
        let answer = match self.http.get("me").send().await {
            Err(error) if error.code() == Some(404) => return Ok(None),
            other => other?,
        };
        let WireMe { user_id, email, root_group_id } = answer.json()?;
        let root = root_group_id.filter(|id| *id > 0).map(GroupId);
        Ok(Some(Me { user: user_id.map(UserId), email, root }))
    }

    /// Everybody in the account, by id. The list may come as a map keyed by id.
    pub async fn users(&self) -> Result<Vec<User>, HttpError> {
        let answer = self.http.get("users").send().await?;
        let mut users: Vec<User> = answer
            .json::<Rows<WireUser>>()?
            .into_rows()
            .map(|WireUser { user_id, group_id, email, display_name }| User {
                id: UserId(user_id),
                email: email.trim().to_owned(),
                name: display_name,
                group: group_id.map(GroupId),
            })
            .collect();
        users.sort_by_key(|user| user.id);
        users.dedup_by_key(|user| user.id);
        Ok(users)
    }

    /// Every group, by id.
    pub async fn groups(&self) -> Result<Vec<Group>, HttpError> {
        let answer = self.http.get("group").send().await?;
        let mut groups: Vec<Group> = answer
            .json::<Rows<WireGroup>>()?
            .into_rows()
            .map(|WireGroup { group_id, name, parent_id }| Group {
                id: GroupId(group_id),
                name,
                parent: GroupId(parent_id.unwrap_or(0)),
            })
            .collect();
        groups.sort_by_key(|group| group.id);
        groups.dedup_by_key(|group| group.id);
        Ok(groups)
    }

    /// Who is in a group: addresses and ids. An unknown group has nobody (TimeCamp answers 404 with `[]`).
    pub async fn members(&self, group: GroupId) -> Result<Vec<(UserId, String)>, HttpError> {
        let answer = match self.http.get(&format!("group/{group}/user")).send().await {
            Err(error) if error.code() == Some(404) => return Ok(Vec::new()),
            other => other?,
        };
        // Somebody who cannot be read is somebody: the group is not empty.
        let unknown = || not_json(&answer, serde_json::Error::custom("a member without an id"));
        let member = |WireMember { user_id, id, email }| Ok((UserId(user_id.or(id).ok_or_else(unknown)?), email));
        answer.json::<Rows<WireMember>>()?.into_rows().map(member).collect()
    }

    /// Roles by group and user, as the people picker lists them (undocumented; `context` is required since 2026).
    pub async fn roles(&self) -> Result<BTreeMap<(GroupId, UserId), u64>, HttpError> {
        let answer = self.http.get("people_picker").query("context", "admin").send().await?;
        let WirePicker { groups } = answer.json()?;
        let mut roles = BTreeMap::new();
        for (key, group) in groups.into_iter().flat_map(|groups| groups.0) {
            let Some(WirePickerGroup { group_id, users }) = group else { continue };
            let Some(group) = group_id.or(key).map(GroupId) else { continue };
            for (key, user) in users.into_iter().flat_map(|users| users.0) {
                let Some(user) = user else { continue };
                if let (Some(id), Some(role)) = (user.user_id.or(key), user.role_id) {
                    roles.insert((group, UserId(id)), role);
                }
            }
        }
        Ok(roles)
    }

    /// How many of `users`' settings fit one request.
    pub fn settings_batches<'a>(&self, users: &'a [UserId]) -> Vec<&'a [UserId]> {
        let mut batches = Vec::new();
        let (mut start, mut length) = (0, 0);
        for (index, user) in users.iter().enumerate() {
            let more = user.to_string().len() + 1;
            if length + more > URL_LIMIT - URL_REST && index > start {
                batches.extend(users.get(start..index));
                (start, length) = (index, 0);
            }
            length += more;
        }
        batches.extend(users.get(start..).filter(|rest| !rest.is_empty()));
        batches
    }

    /// The four settings of `users`, one request; what is unset is absent. Comes as a map by user, as a flat list, as
    /// a bare `[]`, or as 404 when nothing is set.
    pub async fn settings(&self, users: &[UserId]) -> Result<BTreeMap<UserId, BTreeMap<Setting, String>>, HttpError> {
        let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
        let request = self.http.get(&format!("user/{}/setting", ids.join(",")));
        let request = Setting::ALL.iter().fold(request, |request, setting| request.query("name[]", setting.name()));
        let answer = match request.send().await {
            Err(error) if error.code() == Some(404) => return Ok(BTreeMap::new()),
            other => other?,
        };
        let asked: BTreeSet<UserId> = users.iter().copied().collect();
        let mut settings: BTreeMap<UserId, BTreeMap<Setting, String>> = BTreeMap::new();
        let SettingRows(rows) = answer.json()?;
        for (user, row) in rows {
            let user = row.user_id.or(user).map(UserId).filter(|user| asked.contains(user));
            if let (Some(user), Some(setting)) = (user.or_else(|| single(users)), Setting::of_name(&row.name)) {
                settings.entry(user).or_default().insert(setting, row.value);
            }
        }
        Ok(settings)
    }

    /// The kinds of day; TimeCamp answers 403 when the attendance module is off.
    pub async fn day_types(&self) -> Result<Vec<DayType>, HttpError> {
        let answer = self.http.get("attendance/day_types").send().await?;
        let body: Value = answer.json()?;
        let rows = Rows::<WireDayType>::deserialize(data(body)).map_err(|source| not_json(&answer, source))?;
        let on = |value: &Value| value.as_bool().unwrap_or_else(|| wire::plain(value) == "1");
        Ok(rows
            .into_rows()
            .map(|WireDayType { id, name, is_day_off, is_active }| DayType {
                id,
                name,
                day_off: on(&is_day_off),
                usage: if is_active.is_null() || on(&is_active) { Usage::InUse } else { Usage::Retired },
            })
            .collect())
    }

    /// A user's days from `start` to `end` (`2026-03-01`), both included.
    pub async fn attendance(&self, user: UserId, start: &str, end: &str) -> Result<Vec<Attendance>, HttpError> {
        let request = self.http.get(&format!("attendance/{user}/user")).query("start", start).query("end", end);
        let answer = match request.send().await {
            Err(error) if error.code() == Some(404) => return Ok(Vec::new()),
            other => other?,
        };
        let rows = Rows::<WireDay>::deserialize(data(answer.json()?)).map_err(|source| not_json(&answer, source))?;
        Ok(rows
            .into_rows()
            .map(|WireDay { day, day_type_id, should_be, vacation_time }| Attendance {
                day,
                day_type: day_type_id,
                should_be,
                vacation_time,
            })
            .collect())
    }
}

fn single(users: &[UserId]) -> Option<UserId> {
    if let [user] = users { Some(*user) } else { None }
}

fn data(body: Value) -> Value {
    if let Value::Object(mut map) = body {
        return map.remove("data").unwrap_or(Value::Object(map));
    }
    body
}

fn not_json(answer: &Answer, source: serde_json::Error) -> HttpError {
    HttpError::NotJson { what: answer.what().to_owned(), got: answer.gist(), source }
}
