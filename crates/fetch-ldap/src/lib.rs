#![doc = include_str!("../README.md")]

mod address;
mod check;
mod diagnosis;
mod directory;
mod dn;
mod entry;
mod fault;
mod filters;
mod groups;
mod identity;
mod managers;
mod person;
mod reading;
mod session;
mod settings;
mod tls;
mod units;

pub use address::{Addresses, Primary, Rule};
pub use session::Session;
pub use settings::{Account, Hierarchy, Line, Paging, Scope, Server, Settings};
pub use tls::Trust;
pub use units::Department;

use timecamp_scim_core::source::{Fetched, Reading, Source};
use timecamp_scim_core::stage::{self, Context};
use timecamp_scim_core::{Env, Var};

/// The source. What it decides (names, addresses, departments, groups, filters) are functions of values; [`Session`]
/// alone speaks to the server.
#[derive(Debug)]
pub struct Ldap;

/// Its own flags.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct LdapArgs {
    /// Write nothing: log on, search, and print how many people there are, three of them masked, and which attributes
    /// are missing how often
    #[arg(long)]
    check: bool,
}

impl Source for Ldap {
    const NAME: &'static str = "fetch-ldap";
    const SOURCE: &'static str = "ldap";
    const ABOUT: &'static str = "Reads people from Active Directory or another LDAP directory into var/users.json";
    type Args = LdapArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        settings::names::all()
    }

    fn settings(env: &mut Env, _args: &LdapArgs) -> Option<Settings> {
        Settings::read(env)
    }

    async fn read(context: &Context, args: &LdapArgs, settings: &Settings) -> anyhow::Result<Reading> {
        let mut session = Session::open(settings, context.http()).await?;
        let read = reading::everybody(&mut session, settings).await?;
        session.close().await;
        if args.check {
            stage::print(&check::report(&read, settings))?;
            return Ok(Reading::Shown);
        }
        Ok(Reading::People(Fetched { users: read.users, leaves: None }))
    }
}
