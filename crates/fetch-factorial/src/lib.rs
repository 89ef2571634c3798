#![doc = include_str!("../README.md")]

mod client;
mod leaves;
mod people;
mod settings;
mod wire;

use client::Client;
use people::Around;
pub use settings::Settings;
use timecamp_scim_core::source::{self, Fetched, NoArgs, Reading, Source};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::{Env, Var, pace};

/// Factorial as a source of people and their leaves.
#[derive(Debug)]
pub struct Factorial;

impl Source for Factorial {
    const NAME: &'static str = "fetch-factorial";
    const SOURCE: &'static str = "factorial";
    const ABOUT: &'static str =
        "Reads people and leaves from Factorial and writes var/users.json and var/vacation.json";
    type Args = NoArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::VARS.to_vec()
    }

    fn settings(env: &mut Env, _args: &NoArgs) -> Option<Settings> {
        Settings::from_env(env, today())
    }

    async fn read(context: &Context, _args: &NoArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let client = Client::new(settings, context.http())?;
        let employees = client.active_employees().await?;
        let around = Around::of(&client.teams().await?, &client.contract_versions().await?, today())?;
        let mut users = around.users(employees, settings.email)?;
        source::add_missing_supervisors(&mut users, async |ids| {
            let named = around.users(client.employees(ids).await?, settings.email)?;
            // Only those that were asked for, should the filter be ignored.
            Ok(named.into_iter().filter(|user| ids.contains(&user.external_id)).collect())
        })
        .await?;
        let chosen = leaves::choose(&client.leaves(settings).await?, &users, settings)?;
        chosen.say();
        Ok(Reading::People(Fetched { users, leaves: Some(chosen.leaves) }))
    }
}

/// The day in UTC.
fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(pace::now()).date()
}
