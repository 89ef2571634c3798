//! Reads the account: as few requests as the API allows, side by side. Sends GETs only.

use crate::settings::Policy;
use crate::world::{Account, Origin, State, TOP, UNLISTED_ROLE, World};
use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::timecamp::{Group, GroupId, Me, Reader, Setting, User, UserId};

/// How many settings requests wait at once for the gate, which holds the real limit.
const SETTINGS_AT_ONCE: usize = 64;

/// How large the account was when the last report was written; a much smaller one is only half seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Users.
    pub users: usize,
    /// Groups.
    pub groups: usize,
}

type Roles = BTreeMap<(GroupId, UserId), u64>;
type Settings = BTreeMap<UserId, BTreeMap<Setting, String>>;

/// The account as it is now. `root` is the configured root group; without one the key's own is taken.
pub async fn observe(reader: &Reader, root: Option<GroupId>, policy: &Policy) -> anyhow::Result<World> {
    let (me, people, groups, roles) = tokio::join!(reader.me(), people(reader), reader.groups(), reader.roles());
    let me = read("the key's own user", me)?;
    let (users, settings) = people?;
    let groups = read("the groups", groups)?;
    let roles = read("the roles", roles)?;
    if users.is_empty() {
        bail!(
            "TimeCamp lists no users at all, not even the key's own: the account was only half seen. Nothing was changed"
        );
    }
    if roles.is_empty() {
        bail!(
            "TimeCamp lists nobody's role: the account was only half seen, and a move carries a role. Nothing was changed. \
             Run again; if it stays so, TimeCamp's people picker has changed"
        );
    }
    if me.as_ref().and_then(|me| me.user).is_none() {
        tracing::warn!(
            "TimeCamp does not say who owns the key: that user is not protected from being disabled or demoted"
        );
    }
    let root = root_group(root, me.as_ref(), &groups)?;
    if let Some(group) = policy.leavers.group.filter(|id| !groups.iter().any(|group| group.id == *id)) {
        bail!(
            "TIMECAMP_DISABLED_USERS_GROUP_ID names group {group}, which TimeCamp does not list. Nothing was changed. \
             Correct the number, or remove the setting"
        );
    }
    Ok(assemble(me.and_then(|me| me.user), root, users, groups, (&roles, settings)))
}

impl Size {
    /// The size of an account.
    pub fn of(world: &World) -> Self {
        Self { users: world.users.len(), groups: world.groups.len() }
    }
}

/// Refuses an account with fewer than half of the users or groups that the last run saw.
pub fn check_size(world: &World, last: Option<Size>) -> anyhow::Result<()> {
    let Some(last) = last else { return Ok(()) };
    for (kind, now, then) in [("users", world.users.len(), last.users), ("groups", world.groups.len(), last.groups)] {
        if now * 2 < then {
            bail!(
                "TimeCamp lists {now} {kind}, fewer than half of the {then} that the last run saw: the account was only \
                 half seen. Nothing was changed. If it really shrank, run once with --accept-shrunk-account"
            );
        }
    }
    Ok(())
}

fn read<T>(what: &str, answer: Result<T, HttpError>) -> anyhow::Result<T> {
    answer.map_err(|error| {
        let hint = match error.code() {
            Some(401) => "; TimeCamp does not accept TIMECAMP_API_KEY: copy the API token of an administrator again",
            Some(403) => "; the key's user may not do this: it must be an administrator of the account",
            Some(_) | None => "",
        };
        anyhow::Error::new(error).context(format!("cannot read {what} from TimeCamp; nothing was changed{hint}"))
    })
}

/// The users, and their settings as soon as it is known whose: the roles, TimeCamp's longest answer, come meanwhile.
async fn people(reader: &Reader) -> anyhow::Result<(Vec<User>, Settings)> {
    let users = read("the users", reader.users().await)?;
    let settings = read("the users' settings", settings(reader, &users).await)?;
    Ok((users, settings))
}

async fn settings(reader: &Reader, users: &[User]) -> Result<Settings, HttpError> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let batches = reader.settings_batches(&ids);
    stream::iter(batches)
        .map(|batch| settings_of(reader, batch))
        .buffered(SETTINGS_AT_ONCE)
        .try_fold(Settings::new(), |mut all, some| async move {
            all.extend(some);
            Ok(all)
        })
        .await
}

/// An empty answer for several users may be a hiccup: it is asked again before it counts as unset.
async fn settings_of(reader: &Reader, users: &[UserId]) -> Result<Settings, HttpError> {
    let settings = reader.settings(users).await?;
    if settings.is_empty() && users.len() > 1 { reader.settings(users).await } else { Ok(settings) }
}

fn root_group(configured: Option<GroupId>, me: Option<&Me>, groups: &[Group]) -> anyhow::Result<GroupId> {
    let root = configured.or_else(|| me?.root).context(
        "TimeCamp does not say which is the root group. Nothing was changed. Set TIMECAMP_ROOT_GROUP_ID to its number",
    )?;
    if groups.iter().any(|group| group.id == root) {
        return Ok(root);
    }
    bail!(
        "TimeCamp does not list the root group {root}. Nothing was changed. Set TIMECAMP_ROOT_GROUP_ID to the number of \
         a group that the key's user can see"
    )
}

/// Puts the account together from TimeCamp's answers, in whatever order they came.
pub fn assemble(
    me: Option<UserId>,
    root: GroupId,
    users: Vec<User>,
    groups: Vec<Group>,
    (roles, mut settings): (&Roles, Settings),
) -> World {
    let home: BTreeMap<UserId, GroupId> = users.iter().map(|user| (user.id, user.group.unwrap_or(TOP))).collect();
    let users = users.into_iter().map(|User { id, email, name, group }| {
        let mut settings = settings.remove(&id).unwrap_or_default();
        let mut take = |setting| settings.remove(&setting).unwrap_or_default().trim().to_owned();
        // Without a group nobody is below the root group, and so not ours unless the source has them.
        let group = group.unwrap_or(TOP);
        let account = Account {
            id,
            email,
            name,
            group,
            role: roles.get(&(group, id)).copied().unwrap_or(UNLISTED_ROLE),
            additional_email: take(Setting::AdditionalEmail),
            external_id: take(Setting::ExternalId),
            origin: if take(Setting::AddedManually) == "1" { Origin::Manual } else { Origin::Synced },
            state: if take(Setting::DisabledUser) == "1" { State::Disabled } else { State::Enabled },
        };
        (id, account)
    });
    let mut guests: BTreeMap<GroupId, BTreeSet<UserId>> = BTreeMap::new();
    for (group, user) in roles.keys().filter(|(group, user)| home.get(user) != Some(group)) {
        guests.entry(*group).or_default().insert(*user);
    }
    World {
        me,
        root,
        users: users.collect(),
        groups: groups.into_iter().map(|group| (group.id, group)).collect(),
        guests,
    }
}
