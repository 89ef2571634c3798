#![doc = include_str!("../README.md")]

mod apply;
mod entries;
mod observe;
mod plan;
mod settings;
mod show;
mod spans;
mod wanted;
mod world;

use apply::{Results, Tools};
use plan::Plan;
pub use settings::TimeOffSettings;
use std::sync::Arc;
use timecamp_scim_core::handoff::{self, Edited};
use timecamp_scim_core::stage::{self, Context, Mode, Stage};
use timecamp_scim_core::storage::Name;
use timecamp_scim_core::timecamp::Reader;
use timecamp_scim_core::{Code, Env, Var};

/// `sync-time-off`: TimeCamp's attendance becomes what `var/vacation.json` says.
#[derive(Debug)]
pub struct SyncTimeOff;

/// Flags of `sync-time-off`.
#[derive(Debug, clap::Args)]
pub struct TimeOffArgs {
    /// Read the leaves from this file instead of var/vacation.json
    #[arg(long, value_name = "FILE")]
    input: Option<String>,
    /// Use the input although it does not match its manifest
    #[arg(long)]
    accept_edited: bool,
}

impl Stage for SyncTimeOff {
    const NAME: &'static str = "sync-time-off";
    const ABOUT: &'static str = "Writes the leaves of var/vacation.json into TimeCamp's attendance";
    type Args = TimeOffArgs;
    type Settings = TimeOffSettings;

    fn vars() -> Vec<&'static Var> {
        TimeOffSettings::vars()
    }

    fn settings(env: &mut Env, _args: &TimeOffArgs) -> Option<TimeOffSettings> {
        TimeOffSettings::from_env(env)
    }

    async fn run(context: &Context, args: TimeOffArgs, settings: TimeOffSettings) -> anyhow::Result<Code> {
        match context.mode() {
            Mode::Show => {
                let reader = settings.timecamp.reader(context.http())?;
                let plan = make(context, &args, &settings, &reader).await?;
                context.summary(&format!("dry run: {}", show::totals(&plan)));
                Ok(Code::Done)
            }
            Mode::Apply => carry_out(context, &args, &settings).await,
        }
    }
}

async fn carry_out(context: &Context, args: &TimeOffArgs, settings: &TimeOffSettings) -> anyhow::Result<Code> {
    let lock = Arc::new(context.storage().lock(&context.holder()).await?);
    context.stop().listen()?;
    let reader = settings.timecamp.reader(context.http())?;
    let plan = make(context, args, settings, &reader).await?;
    let concurrency = settings.timecamp.concurrency;
    let tools = Tools { writer: reader.writer(lock), stop: context.stop().clone(), concurrency };
    let Results { days, users, failed, halted, .. } = apply::apply(&plan, &tools).await;
    if let Some(why) = &halted {
        tracing::error!("{why}; the rest was not sent. Run again: what is done already is not sent twice");
    }
    let failures = if failed > 0 { format!(", {failed} requests failed") } else { String::new() };
    let set = format!("{days} days set for {} users", users.len());
    context.summary(&format!("time off: {set}, {}{failures}", show::beside(&plan)));
    let code = if failed > 0 { Code::Partial } else { Code::Done };
    Ok(if halted.is_some() { code.or(Code::Failed) } else { code })
}

/// Reads everything, makes the plan and shows it. Whatever cannot be read is an error, and nothing is written then.
async fn make(
    context: &Context,
    args: &TimeOffArgs,
    settings: &TimeOffSettings,
    reader: &Reader,
) -> anyhow::Result<Plan> {
    let name = Name::given_or(args.input.as_deref(), Name::Vacation);
    let edited = if args.accept_edited { Edited::Accept } else { Edited::Refuse };
    let rules = handoff::Rules { edited, max_age: settings.max_input_age, pace: context.pace() };
    let input = handoff::read(context.storage(), &name, rules).await?;
    let entries = entries::parse(&name, &input.bytes)?;
    let world = observe::observe(reader, &settings.policy).await?;
    let wanted = wanted::resolve(&entries, &world);
    let attendance = observe::attendance(reader, &wanted, settings.timecamp.concurrency, context.stop()).await?;
    let plan = plan::plan(wanted, &attendance, world);
    for warning in show::warnings(&plan) {
        tracing::warn!("{warning}");
    }
    stage::print_plan(context.mode(), &show::text(&plan))?;
    Ok(plan)
}
