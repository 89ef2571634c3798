#![doc = include_str!("../README.md")]

mod client;
mod pages;
mod select;
mod settings;
mod wire;

use client::Client;
use select::Chosen;
pub use settings::Settings;
use timecamp_scim_core::source::{self, Fetched, NoArgs, Reading, Source};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::{Env, Var, pace};

/// BambooHR as a source of people.
#[derive(Debug)]
pub struct BambooHr;

impl Source for BambooHr {
    const NAME: &'static str = "fetch-bamboohr";
    const SOURCE: &'static str = "bamboohr";
    const ABOUT: &'static str = "Reads people from BambooHR and writes var/users.json";
    type Args = NoArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::VARS.to_vec()
    }

    fn settings(env: &mut Env, _args: &NoArgs) -> Option<Settings> {
        Settings::from_env(env)
    }

    async fn read(context: &Context, _args: &NoArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let client = Client::new(settings, context.http())?;
        let records = client.everybody().await?;
        let today = jiff::tz::Offset::UTC.to_datetime(pace::now()).date();
        let Chosen { mut users, left_out } = select::choose(records, settings, today)?;
        left_out.say();
        source::add_missing_supervisors(&mut users, async |numbers| {
            let records = client.numbered(numbers).await?;
            select::supervisors(records, numbers, settings)
        })
        .await?;
        if let Some(doubt) = select::doubt_of_supervisor_ids(&users) {
            tracing::warn!("{doubt}");
        }
        Ok(Reading::People(Fetched { users, leaves: None }))
    }
}
