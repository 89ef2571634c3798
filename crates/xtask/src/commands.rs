//! Every command of the documentation: those of our programs are run, all others are known to be run elsewhere.

mod elsewhere;
mod found;

use crate::links::{pages, read};
use crate::shell::{root, say};
use anyhow::{Context as _, bail, ensure};
use found::Found;
use sandbox::{Company, Sandbox, Source, Start};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the commands of every page, in their order, against an invented company.
pub(crate) fn check(programs: &Path, names: &[&str]) -> anyhow::Result<()> {
    let mut trouble = Vec::new();
    let mut count = 0;
    for page in pages()? {
        let place = page.strip_prefix(root()).unwrap_or(&page).display().to_string();
        let mut commands = found::commands(&read(&page)?, names);
        if elsewhere::is_of_services(&place) {
            commands.retain(|command| names.contains(&command.program()));
        }
        let ours = commands.iter().any(|command| names.contains(&command.program()));
        let play = if ours { Some(Play::new(programs, source(&place))?) } else { None };
        for command in &commands {
            let ended = match play.as_ref().filter(|_| names.contains(&command.program())) {
                Some(play) => play.run(command),
                None => elsewhere::check(command),
            };
            count += 1;
            if let Err(error) = ended {
                trouble.push(format!("{place}: {}: {error:#}", command.shown()));
            }
        }
    }
    ensure!(count > 100, "only {count} commands were found: they are no longer looked for in the right way");
    if trouble.is_empty() {
        say(&format!("{count} commands of the documentation do what they say, or are run elsewhere"));
        return Ok(());
    }
    bail!("commands of the documentation that do not work:\n  {}", trouble.join("\n  "))
}

/// The commands in a page's blocks that call this program.
pub(crate) fn in_blocks(page: &str, program: &str) -> Vec<String> {
    let all = found::commands(page, &[]).into_iter();
    all.filter(|command| command.program() == program).map(|command| command.shown()).collect()
}

/// Whose page it is; all others are written for BambooHR.
fn source(place: &str) -> Source {
    let sources = [Source::AzureAd, Source::Factorial, Source::Okta, Source::HiBob];
    let own = sources.into_iter().find(|source| place.contains(&format!("fetch-{}/", source.name())));
    let leaves = place.contains("sync-time-off/").then_some(Source::Factorial);
    own.or(leaves).unwrap_or(Source::BambooHr)
}

/// A company, and a folder in which somebody follows one page.
struct Play {
    programs: PathBuf,
    folder: PathBuf,
    /// Keeps the services up.
    _sandbox: Sandbox,
    /// Somebody who works there, for commands about one person.
    somebody: String,
}

impl Play {
    fn new(programs: &Path, source: Source) -> anyhow::Result<Self> {
        let folder = root().join("target/tools/commands");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("cannot clear the folder of the last page")?;
        }
        fs::create_dir_all(&folder).context("cannot make a folder")?;
        let company = Company::new(60).filled_from(source).today();
        let rows = company.prepared();
        let somebody = rows.pointer("/5/timecamp_email").and_then(serde_json::Value::as_str).context("nobody")?;
        let somebody = somebody.to_owned();
        let sandbox = Sandbox::open(company.world(Start::PartlyRight), 0)?;
        // A directory cannot be played: what asks one gets no answer, at once.
        let ldap =
            "LDAP_HOST=127.0.0.1\nLDAP_PORT=9\nLDAP_DOMAIN=x.test\nLDAP_DN=DC=x\nLDAP_USERNAME=u\nLDAP_PASSWORD=p\n";
        let env = format!("{}\n{ldap}TIMECAMP_SCIM_TIME_SCALE=0.01\n", sandbox.env_file());
        File::create(folder.join(".env")).and_then(|mut file| file.write_all(env.as_bytes())).context("no .env")?;
        let play = Self { programs: programs.to_owned(), folder, _sandbox: sandbox, somebody };
        // Most pages begin where people were read already.
        for program in [format!("fetch-{}", source.name()), "prepare".to_owned()] {
            let output = play.call(&program, &[])?;
            ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(play)
    }

    fn call(&self, program: &str, arguments: &[String]) -> anyhow::Result<Output> {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(&self.folder).env_clear();
        command.output().with_context(|| format!("cannot run {program}"))
    }

    /// It has to succeed. What is asked with `--check` may say that the account is not in sync.
    fn run(&self, command: &Found) -> anyhow::Result<()> {
        let arguments: Vec<String> = command.arguments().map(|word| self.meant(word)).collect();
        let output = self.call(command.program(), &arguments)?;
        let code = output.status.code().unwrap_or(-1);
        let asks = arguments.iter().any(|argument| argument == "--check");
        let unanswered = command.program() == "fetch-ldap" && code == 1;
        let said = || String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(code == 0 || (asks && code == 7) || unanswered, "exit {code}: {}", said());
        Ok(())
    }

    /// What stands in a page for something of the reader's own.
    fn meant(&self, word: &str) -> String {
        let is_somebody = word == "ADDRESS" || (word.contains('@') && word.contains("example"));
        if is_somebody { self.somebody.clone() } else { word.to_owned() }
    }
}
