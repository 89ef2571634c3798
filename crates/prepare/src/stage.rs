//! The executable: reads var/users.json, prepares, writes `var/timecamp_users.json` and its manifest.

use crate::{PrepareError, Prepared, Settings, prepare};
use clap::Args;
use timecamp_scim_core::handoff::{self, About, Edited, Rules};
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::stage::{self, Context, Mode, Stage};
use timecamp_scim_core::storage::Name;
use timecamp_scim_core::{Code, Env, Refusal, Var, vars};

/// The stage between a fetch and `sync`.
#[derive(Debug)]
pub struct Prepare;

/// The flags of `prepare`.
#[derive(Debug, Args)]
pub struct PrepareArgs {
    /// Read this file instead of var/users.json
    #[arg(long, value_name = "FILE")]
    input: Option<String>,
    /// Write this file instead of `var/timecamp_users.json`
    #[arg(long, value_name = "FILE")]
    output: Option<String>,
    /// Say what is decided about the user with this address, and why; write nothing
    #[arg(long, value_name = "ADDRESS")]
    explain: Option<String>,
    /// Accept an input file that does not match its manifest
    #[arg(long)]
    accept_edited: bool,
}

impl Stage for Prepare {
    const NAME: &'static str = "prepare";
    const ABOUT: &'static str = "Turns the users of a source into the users TimeCamp should have";
    type Args = PrepareArgs;
    type Settings = Settings;

    fn vars() -> Vec<&'static Var> {
        vars::PREPARE.to_vec()
    }

    fn settings(env: &mut Env, _args: &PrepareArgs) -> Option<Settings> {
        Some(Settings::from_env(env))
    }

    async fn run(context: &Context, args: PrepareArgs, settings: Settings) -> anyhow::Result<Code> {
        let PrepareArgs { input, output, explain, accept_edited } = args;
        let name = Name::given_or(input.as_deref(), Name::Users);
        let edited = if accept_edited { Edited::Accept } else { Edited::Refuse };
        let rules = Rules { edited, max_age: None, pace: context.pace() };
        let input = handoff::read(context.storage(), &name, rules).await?;
        let prepared = prepare(&input.bytes, &settings).map_err(|error| refused(&name, error))?;
        if let Some(address) = explain {
            return say(&prepared, &name, &address);
        }
        tell(&prepared);
        match context.mode() {
            Mode::Show => stage::print_with(|out| prepared.write(out))?,
            Mode::Apply => {
                let about = About {
                    users: prepared.summary().users_out as u64,
                    active: prepared.summary().active as u64,
                    source: input.manifest.as_ref().and_then(|manifest| manifest.source().map(str::to_owned)),
                    unplaced: prepared.unplaced().to_vec(),
                    made_from: input.origin(),
                };
                let name = Name::given_or(output.as_deref(), Name::TimecampUsers);
                let author = context.author();
                handoff::write(context.storage(), &name, &author, about, |to| prepared.write(to)).await?;
                tracing::info!("wrote {name}");
            }
        }
        context.summary(&prepared.summary().line());
        Ok(Code::Done)
    }
}

/// The exit code of each kind of failure.
fn refused(name: &Name, error: PrepareError) -> anyhow::Error {
    match error {
        PrepareError::Input(problem) => Refusal::Input(format!("{name}: {problem}")).into(),
        // The text may be a group that is called like a person.
        PrepareError::Exploded { variable, pattern, text, problem } => {
            let text = shown(&text);
            Refusal::Usage(PrepareError::Exploded { variable, pattern, text, problem }.to_string()).into()
        }
        PrepareError::Cycle(cycle) => anyhow::anyhow!(
            "{}. Each has the next one as supervisor, so there is nobody at the top; nothing was written. Correct \
             supervisor_id of one of them in the source, or do without TIMECAMP_USE_SUPERVISOR_GROUPS",
            cycle.text(&shown)
        ),
    }
}

fn shown(text: &str) -> String {
    pii(text).to_string()
}

/// Warnings, and with `--debug` every decision.
fn tell(prepared: &Prepared<'_>) {
    for warning in prepared.warnings() {
        tracing::warn!("{}", warning.text(&shown));
    }
    if tracing::enabled!(tracing::Level::DEBUG) {
        for line in prepared.explanations(&shown) {
            tracing::debug!("{line}");
        }
    }
}

/// Prints what was decided about one address.
fn say(prepared: &Prepared<'_>, name: &Name, address: &str) -> anyhow::Result<Code> {
    let found = prepared.explain(address);
    if found.is_empty() {
        return Err(Refusal::Usage(format!("no record of {name} has the address {}", shown(address))).into());
    }
    stage::print(&found.join("\n"))?;
    Ok(Code::Done)
}
