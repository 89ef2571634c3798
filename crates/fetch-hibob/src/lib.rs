#![doc = include_str!("../README.md")]

mod client;
mod select;
mod settings;
mod wire;

pub use settings::Settings;

use client::Client;
use select::Chosen;
use timecamp_scim_core::source::{self, Fetched, NoArgs, Reading, Source};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::{Env, Var};

/// HiBob as a source of people.
#[derive(Debug)]
pub struct HiBob;

impl Source for HiBob {
    const NAME: &'static str = "fetch-hibob";
    const SOURCE: &'static str = "hibob";
    const ABOUT: &'static str = "Reads people from HiBob and writes var/users.json";
    type Args = NoArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::ALL.to_vec()
    }

    fn settings(env: &mut Env, _: &NoArgs) -> Option<Settings> {
        Settings::of_env(env)
    }

    async fn read(context: &Context, _: &NoArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let client = Client::new(settings, context.http())?;
        let today = jiff::tz::Offset::UTC.to_datetime(context.started()).date();
        let Chosen { mut users, left_out } = select::choose(client.everybody().await?, settings, today)?;
        if let Some(counts) = left_out.in_words() {
            tracing::info!("left out: {counts}");
        }
        let rule = settings.rule.as_ref();
        source::add_missing_supervisors(&mut users, async |ids| {
            let found = client.with_ids(ids).await?;
            let users: anyhow::Result<Vec<_>> = found.into_iter().map(|person| wire::user(person, rule)).collect();
            Ok(users?.into_iter().filter(|user| ids.contains(&user.external_id)).collect())
        })
        .await?;
        if let Some(warning) = wire::absent(&users) {
            tracing::warn!("{warning}");
        }
        Ok(Reading::People(Fetched { users, leaves: None }))
    }
}
