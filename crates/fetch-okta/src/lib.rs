#![doc = include_str!("../README.md")]

mod directory;
mod hierarchy;
mod report;
mod settings;
mod wire;

pub use settings::Settings;

use directory::Directory;
use serde_json::Value;
use settings::{API_TOKEN, FILTER_GROUPS, ORG_URL, SUPERVISOR_GROUPS};
use std::collections::BTreeSet;
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::models::{Role, SourceUser};
use timecamp_scim_core::source::{Fetched, NoArgs, Reading, Source};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::{Env, Var};
use wire::{Person, id_of};

/// The source Okta.
#[derive(Debug)]
pub struct Okta;

impl Source for Okta {
    const NAME: &'static str = "fetch-okta";
    const SOURCE: &'static str = "okta";
    const ABOUT: &'static str = "Reads people from Okta and writes var/users.json";
    type Args = NoArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::ALL.to_vec()
    }

    fn settings(env: &mut Env, _: &NoArgs) -> Option<Settings> {
        Settings::of_env(env)
    }

    async fn read(context: &Context, _: &NoArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let directory = Directory::new(settings, context.http())?;
        match users(&directory, settings).await {
            Ok(users) => Ok(Reading::People(Fetched { users, leaves: None })),
            Err(error) => Err(explained(error)),
        }
    }
}

async fn users(directory: &Directory, settings: &Settings) -> anyhow::Result<Vec<SourceUser>> {
    let fields = &settings.fields;
    let supervisors = supervisors(directory, settings).await?;
    let Records { chosen, at_work } = records(directory, settings).await?;
    let person = |record| {
        let mut person = Person::of(record, fields);
        if supervisors.contains(&person.okta_id) {
            person.user.is_supervisor = Some(true);
            person.user.role_id = Some(Role::Supervisor.id().to_string());
        }
        person
    };
    let excluded = |person: &Person| settings.excluded.hold(person.user.department.as_deref().unwrap_or_default());
    let (left_out, mut people): (Vec<Person>, Vec<Person>) = chosen.into_iter().map(person).partition(excluded);
    if !left_out.is_empty() {
        tracing::info!("left out: {} in an excluded department", left_out.len());
    }
    let at_work: Vec<Person> = at_work.into_iter().map(person).filter(|person| !excluded(person)).collect();
    if let Some(warning) = report::left_out_at_work(&at_work, settings) {
        tracing::warn!("{warning}");
    }
    let mut asked = BTreeSet::new();
    loop {
        let missing = hierarchy::missing(&people, &asked);
        if missing.is_empty() {
            break;
        }
        let found = directory.users_by(&fields.supervisor_match, &missing).await?;
        hierarchy::add_found(&mut people, found.into_iter().map(person).collect(), &missing);
        asked.extend(missing);
    }
    Ok(hierarchy::resolved(&people, fields, settings.max_roots)?)
}

/// The users as Okta tells of them.
struct Records {
    /// Those to be written.
    chosen: Vec<Value>,
    /// Those who are not, although they work there: their statuses are not among those to read.
    at_work: Vec<Value>,
}

/// By status, or the members of the filter groups by theirs.
async fn records(directory: &Directory, settings: &Settings) -> anyhow::Result<Records> {
    let Settings { statuses, filter_groups, filter_group_ids, .. } = settings;
    let left_out = settings.left_out_at_work();
    if filter_groups.is_empty() && filter_group_ids.is_empty() {
        let chosen = directory.users(statuses).await?;
        let mut at_work = match directory.users(&left_out).await {
            Ok(users) => users,
            // They serve a warning alone.
            Err(error) => {
                tracing::warn!("{} ({:#})", report::unknown_at_work(settings), explained(error));
                Vec::new()
            }
        };
        // Who was shut out between the two reads is written.
        let written: BTreeSet<String> = chosen.iter().map(id_of).collect();
        at_work.retain(|user| !written.contains(&id_of(user)));
        return Ok(Records { chosen, at_work });
    }
    let mut groups = directory.groups_named(&FILTER_GROUPS, filter_groups).await?;
    groups.extend(directory.groups_by_id(filter_group_ids).await?);
    let members = directory.members(&groups).await?;
    let has = |user: &Value, statuses: &[String]| {
        let status = user.get("status").and_then(Value::as_str).unwrap_or_default();
        statuses.iter().any(|one| one == status)
    };
    let (chosen, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|user| has(user, statuses));
    let (at_work, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|user| has(user, &left_out));
    if !others.is_empty() {
        tracing::info!("left out: {} members of the filter groups in other statuses", others.len());
    }
    Ok(Records { chosen, at_work })
}

/// The Okta ids of the members of the supervisor groups.
async fn supervisors(directory: &Directory, settings: &Settings) -> anyhow::Result<BTreeSet<String>> {
    let groups = directory.groups_named(&SUPERVISOR_GROUPS, &settings.supervisor_groups).await?;
    Ok(directory.members(&groups).await?.iter().map(id_of).collect())
}

/// What a refusal means, before it.
fn explained(error: anyhow::Error) -> anyhow::Error {
    let Some(refusal) = error.chain().find_map(|cause| cause.downcast_ref::<HttpError>()) else { return error };
    let meaning = match (refusal, refusal.code()) {
        (_, Some(401)) => format!(
            "Okta does not accept {}: it is mistyped, revoked, not of this organisation, or expired after 30 days without use",
            API_TOKEN.name
        ),
        (_, Some(403)) => format!(
            "the administrator who made {} may not read this; make the token as a Read-only Administrator",
            API_TOKEN.name
        ),
        (_, Some(404)) => format!(
            "Okta does not know this address; check {}. If it is right, a group was removed while it was read, so run again",
            ORG_URL.name
        ),
        (HttpError::NotJson { .. }, _) => {
            format!("this is no answer of Okta's; check {}, and whether a proxy answers in its place", ORG_URL.name)
        }
        _ => return error,
    };
    error.context(meaning)
}
