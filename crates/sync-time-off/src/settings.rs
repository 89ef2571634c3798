//! What the settings mean for time off.

use std::collections::BTreeSet;
use std::time::Duration;
use timecamp_scim_core::timecamp::{TimecampSettings, UserId};
use timecamp_scim_core::{Env, Var, vars};

/// The settings of `sync-time-off`.
#[derive(Debug, Clone)]
pub struct TimeOffSettings {
    /// Where TimeCamp is and who asks.
    pub(crate) timecamp: TimecampSettings,
    /// Who is found how.
    pub(crate) policy: Policy,
    /// How old the input may be.
    pub(crate) max_input_age: Option<Duration>,
}

/// Who is found how, and who is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// `TIMECAMP_IGNORED_USER_IDS`
    pub(crate) ignored: BTreeSet<UserId>,
    /// `TIMECAMP_DISABLE_EXTERNAL_ID_SYNC`
    pub(crate) external_ids: ExternalIds,
}

/// Whether external ids in TimeCamp are those of the source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ExternalIds {
    /// They find people.
    #[default]
    Ours,
    /// They belong to something else.
    Foreign,
}

impl TimeOffSettings {
    /// The variables that `sync-time-off` reads.
    pub(crate) fn vars() -> Vec<&'static Var> {
        [vars::TIMECAMP, &[&vars::MAX_INPUT_AGE, &vars::IGNORED_USER_IDS, &vars::DISABLE_EXTERNAL_ID_SYNC]].concat()
    }

    /// Reads them; what is wrong is told to `env`.
    pub(crate) fn from_env(env: &mut Env) -> Option<Self> {
        let timecamp = TimecampSettings::from_env(env);
        let max_input_age = env.duration(&vars::MAX_INPUT_AGE);
        let foreign = env.flag(&vars::DISABLE_EXTERNAL_ID_SYNC);
        let external_ids = if foreign { ExternalIds::Foreign } else { ExternalIds::Ours };
        let policy = Policy { ignored: ignored(env), external_ids };
        Some(Self { timecamp: timecamp?, policy, max_input_age })
    }
}

fn ignored(env: &mut Env) -> BTreeSet<UserId> {
    let mut ids = BTreeSet::new();
    for item in env.list(&vars::IGNORED_USER_IDS) {
        if let Ok(id) = item.parse() {
            ids.insert(UserId(id));
        } else {
            let text = format!("`{item}` is no user id; use TimeCamp's numbers, with commas between");
            env.complain(&vars::IGNORED_USER_IDS, &text);
        }
    }
    ids
}
