//! `cargo xtask demo`: the whole pipeline against an invented company, as a user would run it.

use crate::shell::{build, root, say};
use anyhow::{Context as _, bail, ensure};
use sandbox::{Company, Sandbox, Source, Start};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Flags of `cargo xtask demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// The HR service to read from
    #[arg(long, value_enum, default_value_t = Source::BambooHr)]
    source: Source,
    /// How many people the company has
    #[arg(long, default_value_t = 150)]
    people: usize,
    /// Log everything (--debug on every stage)
    #[arg(long)]
    debug: bool,
    /// Where the files go; what an earlier demo left there is removed
    #[arg(long, hide = true, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Where the stages' programs are; without it they are built
    #[arg(long, hide = true, value_name = "FOLDER")]
    programs: Option<PathBuf>,
}

/// What the demo leaves to look at.
const LEFT: [(&str, &str); 11] = [
    (".env", "the settings of all stages"),
    ("var/users.json", "what the HR service said"),
    ("var/vacation.json", "its leaves"),
    ("var/timecamp_users.json", "what TimeCamp should be"),
    ("tree.html", "the groups and people as a page: open it in a browser"),
    ("plan.txt", "what the sync changed, and why,"),
    ("report.json", "and how it went"),
    ("before.json", "the TimeCamp account before,"),
    ("after.json", "and after: compare the two"),
    ("var/logs/sync.log", "the log of all stages"),
    ("world.json", "TimeCamp and the HR services as they are now"),
];

/// What a stage gets of this shell's environment; for all else the demo's `.env` speaks.
const PASSED_ON: [&str; 8] = ["PATH", "HOME", "TMPDIR", "TERM", "NO_COLOR", "LANG", "RUST_LOG", "RUST_BACKTRACE"];

/// Runs the demo.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    let programs = match &args.programs {
        Some(folder) => std::path::absolute(folder)?,
        None => build()?,
    };
    let folder = args.folder.clone().unwrap_or_else(|| root().join("demo"));
    clear(&folder)?;
    let company = Company::new(args.people).filled_from(args.source).today();
    let sandbox = Sandbox::open(company.world(Start::PartlyRight), 0)?;
    let demo = Demo { programs, folder, sandbox, source: args.source, debug: args.debug };
    demo.leave(".env", &demo.sandbox.env_file())?;
    demo.play()?;
    demo.farewell();
    Ok(())
}

struct Demo {
    /// The folder of the stages' programs.
    programs: PathBuf,
    /// The stages' working folder.
    folder: PathBuf,
    sandbox: Sandbox,
    source: Source,
    debug: bool,
}

/// One call of a program, and what it may do to TimeCamp.
struct Step {
    headline: &'static str,
    program: String,
    flags: &'static [&'static str],
    /// The file that stdout goes to, if not to the terminal.
    into: Option<&'static str>,
    /// A file that the next call would write again, and the name under which it is kept.
    keep: Option<(&'static str, &'static str)>,
    changes: Changes,
}

#[derive(Clone, Copy, PartialEq)]
enum Changes {
    None,
    Some,
}

impl Demo {
    fn play(&self) -> anyhow::Result<()> {
        say(&format!(
            "\nA company of invented people, its HR service and its TimeCamp account: {}",
            self.sandbox.url()
        ));
        say("The account has grown over the years and is only partly right. Now the stages, as they run every night:");
        self.leave("before.json", &format!("{:#}\n", self.sandbox.view()))?;
        for (number, step) in (1..).zip(steps(self.source)) {
            say(&format!("\n=== {number}. {} ===", step.headline));
            self.take(&step)?;
        }
        self.leave("after.json", &format!("{:#}\n", self.sandbox.view()))?;
        self.leave("world.json", &format!("{:#}\n", self.sandbox.state()))
    }

    fn take(&self, step: &Step) -> anyhow::Result<()> {
        let flags: Vec<&str> = step.flags.iter().copied().chain(self.debug.then_some("--debug")).collect();
        let shown = [step.program.as_str()].into_iter().chain(flags.iter().copied()).collect::<Vec<_>>().join(" ");
        let redirection = step.into.map(|file| format!(" > {file}")).unwrap_or_default();
        say(&format!("$ {shown}{redirection}"));
        self.sandbox.clear_journal();
        let mut command = Command::new(self.programs.join(&step.program));
        command.args(flags).current_dir(&self.folder).env_clear();
        command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        if let Some(file) = step.into {
            command.stdout(Stdio::from(self.create(file)?));
        }
        let status = command.status().with_context(|| format!("cannot run {}", step.program))?;
        ensure!(status.success(), "{shown} ended with {status}");
        self.judge(&shown, step.changes)?;
        if let Some((file, name)) = step.keep {
            let copied = std::fs::copy(self.folder.join(file), self.folder.join(name));
            copied.with_context(|| format!("{shown} left no {file}"))?;
        }
        Ok(())
    }

    /// Holds what the sandbox saw against what was expected.
    fn judge(&self, shown: &str, changes: Changes) -> anyhow::Result<()> {
        let requests = self.sandbox.journal().len();
        let writes = self.sandbox.writes();
        match (requests, writes.len()) {
            (0, _) => {}
            (requests, 0) => say(&format!("(The sandbox counted {requests} requests; none was to change TimeCamp.)")),
            (requests, writes) => {
                say(&format!("(The sandbox counted {requests} requests; {writes} were to change TimeCamp.)"));
            }
        }
        match (changes, writes.first()) {
            (Changes::None, Some(write)) => {
                bail!("{shown} was to change nothing, but sent {} {}", write.method, write.path)
            }
            (Changes::Some, None) => bail!("{shown} was to change something, but did not"),
            (Changes::None, None) | (Changes::Some, Some(_)) => Ok(()),
        }
    }

    fn farewell(&self) {
        let place = self.folder.strip_prefix(root()).unwrap_or(&self.folder);
        say("\nThe demo is over. It left:");
        for (file, what) in LEFT.iter().filter(|(file, _)| self.folder.join(file).exists()) {
            say(&format!("  {:<31} {what}", place.join(file).display().to_string()));
        }
        let place = place.display();
        say(&format!(
            "To go on from there, start the sandbox once more, and then the stages in the folder {place}:\n  \
             cargo run --package sandbox -- --state {place}/world.json --env-file {place}/.env"
        ));
    }

    fn leave(&self, file: &str, text: &str) -> anyhow::Result<()> {
        self.create(file)?.write_all(text.as_bytes()).with_context(|| format!("cannot write {file}"))
    }

    fn create(&self, file: &str) -> anyhow::Result<File> {
        let path = self.folder.join(file);
        File::create(&path).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn steps(source: Source) -> Vec<Step> {
    let step = |headline, program: &str, changes| Step {
        headline,
        program: program.to_owned(),
        flags: &[],
        into: None,
        keep: None,
        changes,
    };
    let fetch = format!("fetch-{}", source.name());
    let mut steps = vec![
        step("Read the people from the HR service", &fetch, Changes::None),
        step("Decide what TimeCamp should be", "prepare", Changes::None),
        Step {
            flags: &["--account", "--html", "tree.html"],
            ..step("Draw the groups, with what a sync would change", "display-tree", Changes::None)
        },
        Step { flags: &["--dry-run"], ..step("Look at what a sync would do, and why", "sync", Changes::None) },
        Step {
            into: Some("plan.txt"),
            keep: Some(("var/sync_report.json", "report.json")),
            ..step("Do it", "sync", Changes::Some)
        },
        step("Once more: nothing is left to do", "sync", Changes::None),
    ];
    if source == Source::Factorial {
        steps.push(step("Leaves become attendance", "sync-time-off", Changes::Some));
        steps.push(step("Once more: nothing is left to do", "sync-time-off", Changes::None));
    }
    steps
}

/// Makes the folder, empty. One that no demo has left is not touched.
fn clear(folder: &Path) -> anyhow::Result<()> {
    let holds_something = folder.read_dir().is_ok_and(|mut files| files.next().is_some());
    if holds_something {
        let ours = folder.join("before.json").exists();
        ensure!(ours, "{} holds something that no demo has left there", folder.display());
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
