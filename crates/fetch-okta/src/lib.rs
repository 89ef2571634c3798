#![doc = include_str!("../README.md")]

mod directory;
mod hierarchy;
mod report;
mod settings;
mod wire;

pub use settings::Settings;

use directory::Directory;
use serde_json::Value;
use settings::{API_TOKEN, FILTER_GROUPS, SUPERVISOR_GROUPS};
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
    let records = records(directory, settings).await?;
    let person = |record| {
        let mut person = Person::of(record, fields);
        if supervisors.contains(&person.okta_id) {
            person.user.is_supervisor = Some(true);
            person.user.role_id = Some(Role::Supervisor.id().to_string());
        }
        person
    };
    let excluded = |person: &Person| settings.excluded.hold(person.user.department.as_deref().unwrap_or_default());
    let (left_out, mut people): (Vec<Person>, Vec<Person>) = records.into_iter().map(person).partition(excluded);
    if !left_out.is_empty() {
        tracing::info!("left out: {} in an excluded department", left_out.len());
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

/// The users to be written: by status, or the members of the filter groups that have one of the statuses.
async fn records(directory: &Directory, settings: &Settings) -> anyhow::Result<Vec<Value>> {
    let Settings { statuses, filter_groups, filter_group_ids, .. } = settings;
    if filter_groups.is_empty() && filter_group_ids.is_empty() {
        return directory.users(statuses).await;
    }
    let mut groups = directory.groups_named(&FILTER_GROUPS, filter_groups).await?;
    groups.extend(directory.groups_by_id(filter_group_ids).await?);
    let mut members = directory.members(&groups).await?;
    let status = |user: &Value| user.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
    members.retain(|user| statuses.contains(&status(user)));
    Ok(members)
}

/// The Okta ids of the members of the supervisor groups.
async fn supervisors(directory: &Directory, settings: &Settings) -> anyhow::Result<BTreeSet<String>> {
    let groups = directory.groups_named(&SUPERVISOR_GROUPS, &settings.supervisor_groups).await?;
    Ok(directory.members(&groups).await?.iter().map(id_of).collect())
}

/// What a refusal means, before it.
fn explained(error: anyhow::Error) -> anyhow::Error {
    let code = error.chain().find_map(|cause| cause.downcast_ref::<HttpError>()).and_then(HttpError::code);
    let meaning = match code {
        Some(401) => format!(
            "Okta does not accept {}: it is mistyped, revoked, not of this organisation, or expired after 30 days without use",
            API_TOKEN.name
        ),
        Some(403) => format!(
            "the administrator who made {} may not read this; make the token as a Read-only Administrator",
            API_TOKEN.name
        ),
        _ => return error,
    };
    error.context(meaning)
}
