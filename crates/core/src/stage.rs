//! The door that every `main` goes through: command line, environment, logging, storage, exit code.

mod common;
mod help;

pub use common::Context;

use crate::code::Code;
use crate::env::{Env, Var};
use crate::{Refusal, vars};
use anyhow::Context as _;
use clap::{Args, CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use std::fmt::Debug;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// One executable of the pipeline.
pub trait Stage {
    /// The binary's name.
    const NAME: &'static str;
    /// What it does, in one sentence, for `--help`.
    const ABOUT: &'static str;
    /// Flags besides `--debug` and `--dry-run`.
    type Args: Args + Debug;
    /// Its settings, usable as they are.
    type Settings: Debug;

    /// The variables it reads besides those of every stage; `--help` and the settings page list them.
    fn vars() -> Vec<&'static Var>;

    /// Reads its settings. What is wrong is told to `env`; `None` only then.
    fn settings(env: &mut Env, args: &Self::Args) -> Option<Self::Settings>;

    /// Does its work. Errors are exit 1 unless they hold a [`Refusal`].
    fn run(context: &Context, args: Self::Args, settings: Self::Settings)
    -> impl Future<Output = anyhow::Result<Code>>;
}

/// What every stage takes.
#[derive(Debug, Clone, Copy, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CommonArgs {
    /// Log more, and why
    #[arg(long, global = true)]
    pub debug: bool,
    /// Change nothing: show what would be done
    #[arg(long, global = true)]
    pub dry_run: bool,
}

/// Whether this run carries anything out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `--dry-run`: shows what would be done.
    Show,
    /// Does it.
    Apply,
}

#[derive(Debug, clap::Parser)]
struct Whole<A: Args> {
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    own: A,
    /// Print the variables this stage reads, as JSON (for the documentation)
    #[arg(long, hide = true)]
    list_settings: bool,
}

/// Runs a stage as a process: what every `main` is.
pub fn main<S: Stage>() -> ExitCode {
    run_in::<S>(std::env::args_os()).into()
}

fn run_in<S: Stage>(arguments: impl Iterator<Item = OsString>) -> Code {
    let command = Whole::<S::Args>::command()
        .name(S::NAME)
        .bin_name(S::NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about(S::ABOUT)
        .after_long_help(help::variables(&S::vars()))
        .after_help("Environment variables: see --help");
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Whole::<S::Args>::from_arg_matches(&matches));
    let whole = match parsed {
        Ok(whole) => whole,
        Err(error) => return said(&error),
    };
    if whole.list_settings {
        return print(&help::as_json(S::NAME, &S::vars())).map_or_else(|error| fail(&error), |()| Code::Done);
    }
    let mut env = Env::of_process(Path::new("."));
    let prepared = common::prepare(&mut env, whole.common, S::NAME);
    let (mut context, guard) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return fail(&error),
    };
    panic::set_hook(Box::new(|defect| note_defect(defect.to_string())));
    let settings = S::settings(&mut env, &whole.own);
    context.note_effective(&env);
    env.warn_of_unknown(&[vars::all(), S::vars()].concat());
    let code = guarded(|| started::<S>(&mut env, &context, whole.own, settings)).unwrap_or_else(|error| fail(&error));
    context.end(code);
    drop(guard);
    code
}

fn started<S: Stage>(
    env: &mut Env,
    context: &Context,
    args: S::Args,
    settings: Option<S::Settings>,
) -> anyhow::Result<Code> {
    for warning in env.take_warnings() {
        tracing::warn!("{warning}");
    }
    tracing::info!("{} {} started, run {}", S::NAME, env!("CARGO_PKG_VERSION"), context.run_id());
    env.check().map_err(|error| Refusal::Usage(error.to_string()))?;
    let effective: Vec<String> = env.effective().iter().map(|(name, value)| format!("{name}={value}")).collect();
    tracing::info!("settings: {}", if effective.is_empty() { "all defaults".to_owned() } else { effective.join(", ") });
    let Some(settings) = settings else {
        return Err(Refusal::Usage("the settings are not usable".to_owned()).into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        context.open().await?;
        let ended = S::run(context, args, settings).await;
        context.storage().close().await;
        ended
    })
}

/// The last panic, in words. A library's own may be caught, and then is no defect of ours.
static DEFECT: Mutex<String> = Mutex::new(String::new());

fn note_defect(text: String) {
    tracing::debug!("panicked: {text}");
    *DEFECT.lock().unwrap_or_else(PoisonError::into_inner) = text;
}

/// A defect ends the run as every failure does: in the log, masked, and with exit 1.
fn guarded(work: impl FnOnce() -> anyhow::Result<Code>) -> anyhow::Result<Code> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "ended by a defect of this program: {}. What was done stays done; run again, and report this line if it stays",
            DEFECT.lock().unwrap_or_else(PoisonError::into_inner)
        ))
    })
}

/// Says an error once, with its causes, on stderr and in the log file.
fn fail(error: &anyhow::Error) -> Code {
    let code = Code::of(error);
    tracing::error!("{error:#} (exit {})", code.number());
    code
}

/// Clap's own words: help and version to stdout and exit 0, mistakes to stderr and exit 2.
fn said(error: &clap::Error) -> Code {
    // A closed stdout is no reason to fail.
    drop(error.print());
    if error.use_stderr() { Code::Usage } else { Code::Done }
}

/// Prints a result.
pub fn print(text: &str) -> anyhow::Result<()> {
    print_with(|out| {
        out.write_all(text.as_bytes())?;
        if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") }
    })
}

/// Prints a plan. One that cannot be printed is carried out all the same: nobody may be looking, and who left is to be
/// disabled though a disk is full.
pub fn print_plan(mode: Mode, text: &str) -> anyhow::Result<()> {
    match (print(text), mode) {
        (Err(error), Mode::Apply) => {
            tracing::warn!("{error:#}; going on, the plan is carried out without being shown");
            Ok(())
        }
        (printed, Mode::Apply | Mode::Show) => printed,
    }
}

/// Prints what `fill` writes. A closed pipe is no failure: the reader has seen enough. A full disk is one.
pub fn print_with(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match fill(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot print the result"),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_is_a_failure_like_any_other() {
        let error = guarded(|| panic!("no such page")).unwrap_err();
        assert_eq!(Code::of(&error), Code::Failed);
        assert!(error.to_string().contains("defect of this program"), "{error}");
        assert_eq!(guarded(|| Ok(Code::Withheld)).unwrap(), Code::Withheld);
    }
}
