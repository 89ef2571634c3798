#![doc = include_str!("../README.md")]

mod graph;
mod groups;
mod read;
mod settings;
mod token;
mod wire;

pub use settings::{Address, Membership, PrimaryAddress, Settings};

use timecamp_scim_core::source::{Fetched, NoArgs, Reading, Source};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::{Env, Var};

/// Entra ID, read through Microsoft Graph.
#[derive(Debug)]
pub struct EntraId;

impl Source for EntraId {
    const NAME: &'static str = "fetch-azuread";
    const SOURCE: &'static str = "azuread";
    const ABOUT: &'static str = "Reads people from Microsoft Entra ID (Azure AD) into var/users.json";
    type Args = NoArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::VARS.to_vec()
    }

    fn settings(env: &mut Env, _: &NoArgs) -> Option<Settings> {
        Settings::from_env(env)
    }

    async fn read(context: &Context, _: &NoArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let users = read::people(context.http(), settings).await?;
        Ok(Reading::People(Fetched { users, leaves: None }))
    }
}
