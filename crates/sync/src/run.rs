//! The stage: reads what a plan is made from, makes it, shows it, and carries it out.

use crate::apply::{self, Outcome, Results, Tools};
use crate::args::SyncArgs;
use crate::explain::explain;
use crate::observe::{Size, check_size, observe};
use crate::pending::Pending;
use crate::plan::{self, Guards, Inputs, NewGroup, Plan, Scope};
use crate::report::{GroupDepth, LastReport, Story, conclude};
use crate::roster::Roster;
use crate::settings::SyncSettings;
use crate::show::{Seats, plan_text, totals};
use crate::stored::{Basis, StoredPlan};
use crate::world::World;
use std::sync::Arc;
use timecamp_scim_core::handoff::{self, Edited, Input};
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::stage::{self, Context, Mode, Stage};
use timecamp_scim_core::storage::{Lock, Name};
use timecamp_scim_core::timecamp::{GroupId, Reader};
use timecamp_scim_core::{Code, Env, Refusal, Var, pace};

/// `sync`: TimeCamp becomes what `var/timecamp_users.json` says.
#[derive(Debug)]
pub struct Sync;

impl Stage for Sync {
    const NAME: &'static str = "sync";
    const ABOUT: &'static str = "Makes TimeCamp's users and groups what var/timecamp_users.json says";
    type Args = SyncArgs;
    type Settings = SyncSettings;

    fn vars() -> Vec<&'static Var> {
        SyncSettings::vars()
    }

    fn settings(env: &mut Env, _args: &SyncArgs) -> Option<SyncSettings> {
        SyncSettings::from_env(env)
    }

    async fn run(context: &Context, args: SyncArgs, settings: SyncSettings) -> anyhow::Result<Code> {
        if args.mode(context.mode()) == Mode::Show {
            context.metrics().leave();
            return Run::new(context, &args, settings).await?.show().await;
        }
        let lock = Arc::new(context.storage().lock(&context.holder()).await?);
        context.stop().listen()?;
        let mut run = Run::new(context, &args, settings).await?;
        let ended = run.carry_out(Arc::clone(&lock)).await;
        conclude(context, &run.story(), ended).await
    }
}

/// A run as far as it got.
struct Run<'a> {
    context: &'a Context,
    args: &'a SyncArgs,
    settings: SyncSettings,
    last: LastReport,
    input: Option<Input>,
    seen: Option<Seen>,
    plan: Option<Plan>,
    results: Option<Results>,
}

/// What the report says of the account.
#[derive(Clone, Copy)]
struct Seen {
    size: Size,
    root: GroupId,
}

/// What a plan was made from and is carried out against.
struct Made {
    world: World,
    roster: Roster,
    pending: Pending,
    plan: Plan,
}

impl Made {
    fn inputs<'m>(&'m self, settings: &'m SyncSettings) -> Inputs<'m> {
        Inputs { world: &self.world, roster: &self.roster, policy: &settings.policy, pending: &self.pending }
    }
}

impl<'a> Run<'a> {
    /// What the last run knew stands in this run's report too: where it cannot be read it is not replaced either.
    async fn new(context: &'a Context, args: &'a SyncArgs, settings: SyncSettings) -> anyhow::Result<Self> {
        let last = LastReport::read(context.storage(), args.unreadable()).await?;
        Ok(Self { context, args, settings, last, input: None, seen: None, plan: None, results: None })
    }

    async fn show(&mut self) -> anyhow::Result<Code> {
        let (reader, stored) = (self.reader()?, self.stored().await?);
        let (made, basis) = self.make(&reader, stored.as_ref()).await?;
        if let Some(address) = &self.args.explain {
            let (inputs, limits, releases) = (made.inputs(&self.settings), self.settings.limits, self.args.releases());
            let own = plan::plan(&inputs, limits, releases, Scope::Only(&address_key(address)));
            stage::print(&explain(&inputs, &made.plan, &own, address))?;
            self.context.summary("dry run: one person explained");
            return Ok(Code::Done);
        }
        let plan = made.plan;
        self.print(&plan, &basis, Mode::Show)?;
        if let Some(file) = &self.args.plan_out {
            let stored = StoredPlan::new(basis, plan.clone(), pace::now())?;
            let name = Name::Given(file.clone());
            self.context.storage().write(&name, &serde_json::to_vec_pretty(&stored)?).await?;
            let mut command = vec!["sync --apply-plan".to_owned(), file.clone()];
            let releases = self.args.releases().flags();
            command.extend(releases.filter(|(guard, _)| plan.withheld_by(guard).is_none()).map(|(_, flag)| flag));
            tracing::info!("stored the plan in {file}; carry it out with {}", command.join(" "));
        }
        self.context.summary(&format!("dry run: {}", totals(&plan).trim_end_matches('.')));
        Ok(match (self.args.check, plan.is_empty(), plan.withheld.is_empty()) {
            (false, _, _) | (true, true, true) => Code::Done,
            (true, true, false) => Code::Withheld,
            (true, false, _) => Code::NotInSync,
        })
    }

    async fn carry_out(&mut self, lock: Arc<Lock>) -> anyhow::Result<Code> {
        let (reader, stored) = (self.reader()?, self.stored().await?);
        let (Made { world: _, roster: _, pending, plan }, basis) = self.make(&reader, stored.as_ref()).await?;
        self.print(&plan, &basis, Mode::Apply)?;
        tracing::info!("{}", Seats::of(&plan));
        let context = self.context;
        let tools = Tools {
            writer: reader.writer(lock),
            reader: &reader,
            storage: context.storage(),
            pace: context.pace(),
            stop: context.stop().clone(),
            concurrency: self.settings.timecamp.concurrency,
        };
        let results = self.results.insert(apply::apply(&plan, &pending, tools).await?);
        Ok(results.code(&plan))
    }

    fn reader(&self) -> anyhow::Result<Reader> {
        Ok(self.settings.timecamp.reader(self.context.http())?)
    }

    async fn stored(&self) -> anyhow::Result<Option<StoredPlan>> {
        let Some(file) = &self.args.apply_plan else { return Ok(None) };
        let object = self.context.storage().read(&Name::Given(file.clone())).await?;
        let missing = || Refusal::Input(format!("there is no stored plan {file}; make one with --plan-out {file}"));
        Ok(Some(StoredPlan::parse(&object.ok_or_else(missing)?.bytes)?))
    }

    /// Reads everything and makes the plan, or checks the stored one.
    async fn make(&mut self, reader: &Reader, stored: Option<&StoredPlan>) -> anyhow::Result<(Made, Basis)> {
        let input = self.read_input().await?;
        let unplaced = input.manifest.as_ref().map_or(&[][..], |manifest| &manifest.unplaced);
        let roster = Roster::parse(&input.bytes, unplaced)?;
        roster.check_active()?;
        let sha256 = input.sha256.clone();
        self.input = Some(Input { bytes: Vec::new(), ..input });
        let pending = Pending::read(self.context.storage()).await?;
        let world = observe(reader, self.settings.timecamp.root, &self.settings.policy).await?;
        if !self.args.accept_shrunk_account {
            check_size(&world, self.last.account)?;
        }
        self.seen = Some(Seen { size: Size::of(&world), root: world.root });
        let known = self.last.depth_in(&self.settings.timecamp.domain, world.root);
        self.settings.policy.depth = known.filter(|_| !self.args.try_deeper_groups);
        let SyncSettings { timecamp, policy, limits, max_input_age: _ } = &self.settings;
        let only = self.args.only.as_deref().map(address_key);
        let basis = Basis::new(&timecamp.domain, &world, &sha256, policy, only.as_deref());
        if let Some(address) = only.as_deref().filter(|address| !is_known(address, &world, &roster)) {
            let text =
                format!("--only {address}: nobody in the source or in TimeCamp has that address; look for a typo");
            return Err(Refusal::Usage(text).into());
        }
        let releases = self.args.releases();
        let plan = if let Some(stored) = stored {
            stored.check_releases(releases)?;
            stored.check(&basis, &world, policy, pace::now())?;
            Guards { world: &world, policy, limits: *limits, releases }.again(stored.plan.clone())
        } else {
            let inputs = Inputs { world: &world, roster: &roster, policy, pending: &pending };
            plan::plan(&inputs, *limits, releases, only.as_deref().map_or(Scope::Everybody, Scope::Only))
        };
        self.plan = Some(plan.clone());
        Ok((Made { world, roster, pending, plan }, basis))
    }

    async fn read_input(&self) -> anyhow::Result<Input> {
        let name = Name::given_or(self.args.input.as_deref(), Name::TimecampUsers);
        let edited = if self.args.accept_edited { Edited::Accept } else { Edited::Refuse };
        let rules = handoff::Rules { edited, max_age: self.settings.max_input_age, pace: self.context.pace() };
        handoff::read(self.context.storage(), &name, rules).await
    }

    fn print(&self, plan: &Plan, basis: &Basis, mode: Mode) -> anyhow::Result<()> {
        let text = if self.args.json {
            serde_json::to_string_pretty(&StoredPlan::new(basis.clone(), plan.clone(), pace::now())?)?
        } else {
            plan_text(plan)
        };
        stage::print_plan(mode, &text)
    }

    fn story(&self) -> Story<'_> {
        Story {
            input: self.input.as_ref().and_then(|input| input.manifest.as_ref()),
            account: self.seen.map(|seen| seen.size),
            plan: self.plan.as_ref(),
            results: self.results.as_ref(),
            group_depth: self.group_depth(),
            known_size: self.last.account,
        }
    }

    /// How many levels of groups TimeCamp allows: what this run found, else what is known of this account.
    fn group_depth(&self) -> Option<GroupDepth> {
        let Some(Seen { size: _, root }) = self.seen else { return self.last.group_depth.clone() };
        let domain = self.settings.timecamp.domain.clone();
        let known = self.last.depth_in(&domain, root);
        let found = self.results.as_ref().and_then(|results| results.depth);
        let levels = found.or_else(|| known.filter(|depth| !self.went_deeper_than(*depth)))?;
        Some(GroupDepth { levels, domain, root_group: root })
    }

    /// Whether a group was created below the levels that TimeCamp once allowed.
    fn went_deeper_than(&self, depth: usize) -> bool {
        let (Some(plan), Some(results)) = (&self.plan, &self.results) else { return false };
        let made = |group: &NewGroup| results.groups.get(&group.path) == Some(&Outcome::Done);
        plan.create_groups.iter().any(|group| group.level > depth && made(group))
    }
}

/// Whether anybody in the source or in TimeCamp has this address.
fn is_known(address: &str, world: &World, roster: &Roster) -> bool {
    let in_timecamp = || world.users.values().any(|account| account.addresses().any(|found| found == address));
    roster.rows.iter().any(|row| row.key == address) || in_timecamp()
}
