//! `remove-empty-groups`: the planner of `sync`, for empty groups alone.

use anyhow::Context as _;
use clap::Args;
use std::sync::Arc;
use sync::apply::{self, Results, Tools};
use sync::args::SweepRelease;
use sync::observe::{Size, check_size, observe};
use sync::pending::Pending;
use sync::plan::{Inputs, Plan, Releases, removals};
use sync::report::{LastReport, Story, Unreadable, conclude};
use sync::roster::Roster;
use sync::settings::SyncSettings;
use sync::show::{plan_text, totals};
use sync::world::World;
use timecamp_scim_core::handoff::{self, Edited, Manifest, Rules};
use timecamp_scim_core::stage::{self, Context, Mode, Stage};
use timecamp_scim_core::storage::{Lock, Name};
use timecamp_scim_core::timecamp::Reader;
use timecamp_scim_core::{Code, Env, Refusal, Var};

/// The stage.
#[derive(Debug)]
pub struct RemoveEmptyGroups;

/// Flags of `remove-empty-groups`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CleanArgs {
    /// Read the prepared users, whose groups are kept, from this file instead of `var/timecamp_users.json`
    #[arg(long, value_name = "FILE", conflicts_with = "without_source")]
    input: Option<String>,
    /// Keep no group for the source's sake: go on without the file of prepared users
    #[arg(long)]
    without_source: bool,
    /// Use the file of prepared users although it does not match its manifest
    #[arg(long)]
    accept_edited: bool,
    /// Go on although TimeCamp lists fewer than half of the users or groups of the last run, or its report is unreadable
    #[arg(long)]
    accept_shrunk_account: bool,
    /// Let through up to N removals beyond `TIMECAMP_MAX_DEACTIVATIONS`, this run only
    #[arg(long, value_name = "group-removals=N")]
    allow_sweep: Vec<SweepRelease>,
}

impl Stage for RemoveEmptyGroups {
    const NAME: &'static str = "remove-empty-groups";
    const ABOUT: &'static str = "Removes TimeCamp groups below the root group that nobody is in";
    type Args = CleanArgs;
    type Settings = SyncSettings;

    fn vars() -> Vec<&'static Var> {
        SyncSettings::vars()
    }

    fn settings(env: &mut Env, _args: &CleanArgs) -> Option<SyncSettings> {
        SyncSettings::from_env(env)
    }

    async fn run(context: &Context, args: CleanArgs, settings: SyncSettings) -> anyhow::Result<Code> {
        if context.mode() == Mode::Show {
            let mut run = Run::new(context, &args, &settings).await?;
            run.look().await?;
            let plan = run.seen.map(|seen| seen.plan).unwrap_or_default();
            context.summary(&format!("dry run: {}", totals(&plan).trim_end_matches('.')));
            return Ok(Code::Done);
        }
        let lock = Arc::new(context.storage().lock(&context.holder()).await?);
        context.stop().listen()?;
        let mut run = Run::new(context, &args, &settings).await?;
        let ended = run.carry_out(Arc::clone(&lock)).await;
        conclude(context, &run.story(), ended).await
    }
}

/// A run as far as it got.
struct Run<'a> {
    context: &'a Context,
    args: &'a CleanArgs,
    settings: &'a SyncSettings,
    last: LastReport,
    input: Option<Manifest>,
    seen: Option<Seen>,
    results: Option<Results>,
}

/// What was read and decided.
struct Seen {
    world: World,
    plan: Plan,
}

impl<'a> Run<'a> {
    /// What the last run knew stands in this run's report too: where it cannot be read it is not replaced either.
    async fn new(context: &'a Context, args: &'a CleanArgs, settings: &'a SyncSettings) -> anyhow::Result<Self> {
        let unreadable = if args.accept_shrunk_account { Unreadable::GoOn } else { Unreadable::Stop };
        let last = LastReport::read(context.storage(), unreadable).await?;
        Ok(Self { context, args, settings, last, input: None, seen: None, results: None })
    }

    async fn carry_out(&mut self, lock: Arc<Lock>) -> anyhow::Result<Code> {
        let reader = self.look().await?;
        let Seen { world: _, plan } = self.seen.as_ref().context("the account was not read")?;
        let context = self.context;
        let tools = Tools {
            writer: reader.writer(lock),
            reader: &reader,
            storage: context.storage(),
            pace: context.pace(),
            stop: context.stop().clone(),
            concurrency: self.settings.timecamp.concurrency,
        };
        let results = apply::apply(plan, &Pending::default(), tools).await?;
        let code = results.code(plan);
        self.results = Some(results);
        Ok(code)
    }

    /// Reads the account, decides, and shows what goes.
    async fn look(&mut self) -> anyhow::Result<Reader> {
        let roster = self.roster().await?;
        let reader = self.settings.timecamp.reader(self.context.http())?;
        let world = observe(&reader, self.settings.timecamp.root, &self.settings.policy).await?;
        if !self.args.accept_shrunk_account {
            check_size(&world, self.last.account)?;
        }
        let pending = Pending::default();
        let inputs = Inputs { world: &world, roster: &roster, policy: &self.settings.policy, pending: &pending };
        let releases = Releases::default().with_sweeps(&self.args.allow_sweep);
        let plan = removals(&inputs, self.settings.limits, releases);
        stage::print_plan(self.context.mode(), &plan_text(&plan))?;
        self.seen = Some(Seen { world, plan });
        Ok(reader)
    }

    async fn roster(&mut self) -> anyhow::Result<Roster> {
        if self.args.without_source {
            tracing::warn!(
                "--without-source: groups that the source needs, and that nobody is in yet, are removed too"
            );
            return Ok(Roster::default());
        }
        let name = Name::given_or(self.args.input.as_deref(), Name::TimecampUsers);
        let storage = self.context.storage();
        if storage.read(&name).await?.is_none() {
            return Err(Refusal::Input(format!(
                "{name} does not exist in {}: it says which groups the source needs. Run prepare first, \
                 or go on without it with --without-source",
                storage.place()
            ))
            .into());
        }
        let edited = if self.args.accept_edited { Edited::Accept } else { Edited::Refuse };
        let rules = Rules { edited, max_age: self.settings.max_input_age, pace: self.context.pace() };
        let input = handoff::read(storage, &name, rules).await?;
        self.input = input.manifest;
        let roster = Roster::parse(&input.bytes, &[])?;
        roster.check_active()?;
        Ok(roster)
    }

    fn story(&self) -> Story<'_> {
        Story {
            input: self.input.as_ref(),
            account: self.seen.as_ref().map(|seen| Size::of(&seen.world)),
            plan: self.seen.as_ref().map(|seen| &seen.plan),
            results: self.results.as_ref(),
            group_depth: self.last.group_depth.clone(),
            known_size: self.last.account,
        }
    }
}
