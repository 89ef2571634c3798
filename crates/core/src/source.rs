//! What every fetch does around its source: missing supervisors, checks, and writing the file.

mod checks;
mod pages;
pub mod record;
mod supervisors;

pub use pages::{Pages, PagingError};
pub use supervisors::add_missing_supervisors;

use crate::code::{Code, Refusal};
use crate::env::{Env, Var};
use crate::handoff::{self, About};
use crate::models::{Leave, SourceUser, Status};
use crate::stage::{self, Context, Mode, Stage};
use crate::storage::Name;
use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use std::fmt::Debug;
use std::marker::PhantomData;

/// An HR or directory system that people are read from.
pub trait Source {
    /// The binary, such as `fetch-bamboohr`.
    const NAME: &'static str;
    /// The source's name in manifests, such as `bamboohr`.
    const SOURCE: &'static str;
    /// What the binary does, for `--help`.
    const ABOUT: &'static str;
    /// Flags besides those of every fetch; [`NoArgs`] for most.
    type Args: Args + Debug;
    /// Its settings.
    type Settings: Debug;

    /// The variables it reads.
    fn vars() -> Vec<&'static Var>;

    /// Reads its settings; what is wrong is told to `env`, `None` only then.
    fn settings(env: &mut Env, args: &Self::Args) -> Option<Self::Settings>;

    /// Reads everybody. Any page or look-up that fails is an error: nothing is written unless everything was read.
    fn read(
        context: &Context,
        args: &Self::Args,
        settings: &Self::Settings,
    ) -> impl Future<Output = anyhow::Result<Reading>>;
}

/// What came of reading a source.
#[derive(Debug)]
pub enum Reading {
    /// Everybody, to be written.
    People(Fetched),
    /// Something was shown (a check); nothing is to be written.
    Shown,
}

/// Everybody a source told of.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The people, in any order.
    pub users: Vec<SourceUser>,
    /// Their leaves, from sources that know them.
    pub leaves: Option<Vec<Leave>>,
}

/// For sources without flags of their own.
#[derive(Debug, Clone, Copy, Args)]
pub struct NoArgs {}

/// The flags of every fetch.
#[derive(Debug, Args)]
pub struct FetchArgs<A: Args> {
    /// Write the people to this file instead of var/users.json
    #[arg(long, value_name = "FILE")]
    output: Option<String>,
    /// Overwrite the previous file even when no active user, or fewer than half of its active users, came
    #[arg(long)]
    allow_shrink: bool,
    #[command(flatten)]
    own: A,
}

/// The stage that reads a source and writes `var/users.json`.
#[derive(Debug)]
pub struct Fetch<S>(PhantomData<S>);

impl<S: Source> Stage for Fetch<S> {
    const NAME: &'static str = S::NAME;
    const ABOUT: &'static str = S::ABOUT;
    type Args = FetchArgs<S::Args>;
    type Settings = S::Settings;

    fn vars() -> Vec<&'static Var> {
        S::vars()
    }

    fn settings(env: &mut Env, args: &Self::Args) -> Option<Self::Settings> {
        S::settings(env, &args.own)
    }

    async fn run(context: &Context, args: Self::Args, settings: Self::Settings) -> anyhow::Result<Code> {
        let Reading::People(Fetched { mut users, leaves }) = S::read(context, &args.own, &settings).await? else {
            return Ok(Code::Done);
        };
        users.sort_by_cached_key(|user| (user.external_id.clone(), serde_json::to_string(user).unwrap_or_default()));
        for warning in checks::defects(&users) {
            tracing::warn!("{warning}");
        }
        let name = Name::given_or(args.output.as_deref(), Name::Users);
        let previous = checks::Previous::read(context.storage(), &name).await?;
        let active = users.iter().filter(|user| user.status == Status::Active).count();
        if !args.allow_shrink {
            checks::shrink(&name, active, previous.as_ref()).map_err(Refusal::Input)?;
        }
        match context.mode() {
            Mode::Show => {
                stage::print(&checks::preview(&name, &users, previous.as_ref()))?;
                if let Some(leaves) = &leaves {
                    stage::print(&format!("Would write {}: {} leaves.", Name::Vacation, leaves.len()))?;
                }
            }
            Mode::Apply => write::<S>(context, &name, &users, leaves.as_deref()).await?,
        }
        let leaves = leaves.map(|leaves| format!(", {} leaves", leaves.len())).unwrap_or_default();
        context.summary(&format!("{}: {} users, {active} active{leaves}", S::SOURCE, users.len()));
        Ok(Code::Done)
    }
}

#[derive(Serialize)]
struct UsersFile<'a> {
    users: &'a [SourceUser],
}

#[derive(Serialize)]
struct VacationFile<'a> {
    vacation: &'a [Leave],
}

async fn write<S: Source>(
    context: &Context,
    name: &Name,
    users: &[SourceUser],
    leaves: Option<&[Leave]>,
) -> anyhow::Result<()> {
    let active = users.iter().filter(|user| user.status == Status::Active).count() as u64;
    let about = About { users: users.len() as u64, active, source: Some(S::SOURCE.to_owned()), ..About::default() };
    let (storage, author) = (context.storage(), context.author());
    // The people come last: they decide about accounts, and a new file of them says that everything was written.
    if let Some(leaves) = leaves {
        let about = About { users: leaves.len() as u64, active: leaves.len() as u64, ..about.clone() };
        let file = VacationFile { vacation: leaves };
        handoff::write(storage, &Name::Vacation, &author, about, |to| pretty(to, &file)).await?;
    }
    let written = handoff::write(storage, name, &author, about, |to| pretty(to, &UsersFile { users })).await;
    if leaves.is_some() {
        written.with_context(|| format!("{} was written before and is new; run again", Name::Vacation))?;
    } else {
        written?;
    }
    tracing::info!("wrote {name}: {} users, {active} active", users.len());
    Ok(())
}

fn pretty(to: &mut dyn std::io::Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    to.write_all(b"\n")
}
