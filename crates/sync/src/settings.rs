//! What the settings mean: folded into types, so that no switch is visible past this file.

use std::collections::BTreeSet;
use timecamp_scim_core::timecamp::{GroupId, TimecampSettings, UserId};
use timecamp_scim_core::{Env, Kind, Var, vars};

/// A thing that is done or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Done.
    On,
    /// Not done.
    Off,
}

impl Switch {
    /// Whether it is done.
    pub fn on(self) -> bool {
        self == Self::On
    }
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// What happens to accounts that the source does not have, or has as inactive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leavers {
    /// Whether they are disabled.
    pub disable: Switch,
    /// The group they go to, if any.
    pub group: Option<GroupId>,
}

/// How much of a kind one run may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most so many.
    Count(u64),
    /// At most this share, in percent.
    Percent(u64),
    /// No limit.
    Off,
}

impl Limit {
    /// `12`, `20%` or `off`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("off") {
            return Some(Self::Off);
        }
        match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().filter(|percent| *percent <= 100).map(Self::Percent),
            None => text.parse().ok().map(Self::Count),
        }
    }
}

/// Everything of the settings that shapes a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether people who are not in TimeCamp are invited.
    pub invitations: Switch,
    /// Whether users who were added by hand are changed.
    pub manual_users: Switch,
    /// What happens to leavers.
    pub leavers: Leavers,
    /// Whether external ids match and are written.
    pub external_ids: Switch,
    /// Whether additional addresses are written.
    pub additional_emails: Switch,
    /// Whether existing users are moved.
    pub moves: Switch,
    /// Whether existing users' roles are changed.
    pub roles: Switch,
    /// Whether groups are created.
    pub group_creation: Switch,
    /// Whether the primary address follows a match by external id.
    pub primary_follows: Switch,
    /// Whether empty groups are removed.
    pub empty_group_removal: Switch,
    /// Accounts that are never touched.
    pub ignored: BTreeSet<UserId>,
    /// How many levels of groups TimeCamp was found to allow in this account; no setting, but from the last report.
    pub depth: Option<usize>,
}

/// The limits that the guards hold the plan against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deactivations, and other sweeping changes each for itself.
    pub deactivations: Limit,
    /// Seats that a run may add.
    pub seats: Limit,
}

/// The settings of `sync`.
#[derive(Debug, Clone)]
pub struct SyncSettings {
    /// Where TimeCamp is and who asks.
    pub timecamp: TimecampSettings,
    /// What shapes the plan.
    pub policy: Policy,
    /// What the guards hold it against.
    pub limits: Limits,
    /// How old the input may be.
    pub max_input_age: Option<std::time::Duration>,
}

impl SyncSettings {
    /// The variables that `sync` reads.
    pub fn vars() -> Vec<&'static Var> {
        [vars::TIMECAMP, vars::SYNC].concat()
    }

    /// Reads them; what is wrong is told to `env`.
    pub fn from_env(env: &mut Env) -> Option<Self> {
        let timecamp = TimecampSettings::from_env(env);
        let policy = Policy::from_env(env);
        let limits =
            Limits { deactivations: limit(env, &vars::MAX_DEACTIVATIONS), seats: limit(env, &vars::MAX_NEW_USERS) };
        let max_input_age = env.duration(&vars::MAX_INPUT_AGE);
        if env.flag(&vars::SYNC_PERSISTENT_SETTINGS) {
            tracing::debug!("TIMECAMP_SYNC_PERSISTENT_SETTINGS is accepted; what it was for always holds now");
        }
        Some(Self { timecamp: timecamp?, policy, limits, max_input_age })
    }
}

impl Policy {
    /// Reads them; what is wrong is told to `env`.
    pub fn from_env(env: &mut Env) -> Self {
        let group = env.number::<u64>(&vars::DISABLED_USERS_GROUP_ID).filter(|id| *id > 0).map(GroupId);
        Self {
            invitations: Switch::from(!env.flag(&vars::DISABLE_NEW_USERS)),
            manual_users: Switch::from(!env.flag(&vars::DISABLE_MANUAL_USER_UPDATES)),
            leavers: Leavers { disable: Switch::from(!env.flag(&vars::DISABLE_USER_DEACTIVATION)), group },
            external_ids: Switch::from(!env.flag(&vars::DISABLE_EXTERNAL_ID_SYNC)),
            additional_emails: Switch::from(!env.flag(&vars::DISABLE_ADDITIONAL_EMAIL_SYNC)),
            moves: Switch::from(!env.flag(&vars::DISABLE_GROUP_UPDATES)),
            roles: Switch::from(!env.flag(&vars::DISABLE_ROLE_UPDATES)),
            group_creation: Switch::from(!env.flag(&vars::DISABLE_GROUPS_CREATION)),
            primary_follows: Switch::from(env.flag(&vars::UPDATE_EMAIL_ON_EXTERNAL_ID)),
            empty_group_removal: Switch::from(env.flag(&vars::REMOVE_EMPTY_GROUPS)),
            ignored: ignored(env),
            depth: None,
        }
    }
}

fn ignored(env: &mut Env) -> BTreeSet<UserId> {
    let items = env.list(&vars::IGNORED_USER_IDS);
    let (ids, wrong): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.parse::<u64>().is_ok());
    if let Some(item) = wrong.first() {
        env.complain(
            &vars::IGNORED_USER_IDS,
            &format!("`{item}` is no user id; use TimeCamp's numbers, with commas between"),
        );
    }
    ids.into_iter().filter_map(|id| id.parse().ok()).map(UserId).collect()
}

fn limit(env: &mut Env, var: &'static Var) -> Limit {
    debug_assert!(var.kind == Kind::Limit, "a limit has a default that can be read");
    let given = env.parsed(var, "a count such as 25, a percentage such as 20%, or off", Limit::parse);
    given.or_else(|| Limit::parse(var.default)).unwrap_or(Limit::Count(0))
}
