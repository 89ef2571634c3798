//! `cargo xtask demo`: the whole pipeline against an invented company, as a user would run it.

use crate::shell::{build, root, say};
use anyhow::{Context as _, bail};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Flags of `cargo xtask demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// The source to read from
    #[arg(long, default_value = "bamboohr", value_parser = ["bamboohr", "azuread", "factorial", "okta", "hibob"])]
    source: String,
    /// How many people the company has
    #[arg(long, default_value_t = 150)]
    people: usize,
    /// Log everything (`--debug` on every stage)
    #[arg(long)]
    debug: bool,
}

/// The sandbox as a process of its own; it ends with the demo.
struct Sandbox {
    process: Child,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // SIGTERM lets it save its world; a second end is none.
        drop(Command::new("kill").arg(self.process.id().to_string()).status());
        drop(self.process.wait());
    }
}

/// Runs the demo.
pub fn run(args: &DemoArgs) -> anyhow::Result<()> {
    let programs = build()?;
    let folder = root().join("demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("cannot clear the folder demo")?;
    }
    std::fs::create_dir_all(&folder)?;
    let sandbox = start_sandbox(&programs, &folder, args)?;
    let demo = Demo { programs, folder, args };
    let fetch = format!("fetch-{}", args.source);
    demo.headline("1. Read the people from the source");
    demo.stage(&fetch, &[])?;
    demo.headline("2. Decide what TimeCamp should be");
    demo.stage("prepare", &[])?;
    demo.headline("3. Look at what a sync would do. Nothing is changed");
    demo.stage("sync", &["--dry-run"])?;
    demo.headline("4. Do it");
    demo.stage("sync", &[])?;
    demo.headline("5. Once more: nothing is left to do");
    demo.stage("sync", &[])?;
    if args.source == "factorial" {
        demo.headline("6. Leaves become attendance");
        demo.stage("sync-time-off", &[])?;
    }
    drop(sandbox);
    say(&demo.farewell());
    Ok(())
}

struct Demo<'a> {
    programs: PathBuf,
    folder: PathBuf,
    args: &'a DemoArgs,
}

impl Demo<'_> {
    fn headline(&self, text: &str) {
        say(&format!("\n=== {text} ==="));
    }

    fn stage(&self, name: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let debug: &[&str] = if self.args.debug { &["--debug"] } else { &[] };
        say(&format!("$ {name} {}", [arguments, debug].concat().join(" ")));
        let mut command = Command::new(self.programs.join(name));
        command.args(arguments).args(debug).current_dir(&self.folder);
        // The demo's .env speaks, not what this shell happens to hold.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["TIMECAMP_", "BAMBOOHR_", "AZURE_", "OKTA_", "HIBOB_", "FACTORIAL_", "S3_", "USE_S3"].iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        let status = command.status().with_context(|| format!("cannot run {name}"))?;
        if !status.success() {
            bail!("{name} ended with {status}");
        }
        Ok(())
    }

    fn farewell(&self) -> String {
        let mut text = String::from("\nThe demo is over. Look at what it left:\n");
        for (file, what) in [
            (".env", "the settings"),
            ("var/users.json", "what the source said"),
            ("var/timecamp_users.json", "what TimeCamp should be"),
            ("var/sync_report.json", "what the last run did"),
            ("var/logs/sync.log", "the log of all stages"),
            ("world.json", "the sandbox's TimeCamp and HR system afterwards"),
        ] {
            let path = self.folder.join(file);
            let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            let _ = writeln!(text, "  {shown:<32} {what}");
        }
        text
    }
}

fn start_sandbox(programs: &Path, folder: &Path, args: &DemoArgs) -> anyhow::Result<Sandbox> {
    let port_file = folder.join("sandbox.address");
    let process = Command::new(programs.join("sandbox"))
        .args(["--port", "0", "--company", &args.people.to_string(), "--env-file"])
        .arg(folder.join(".env"))
        .arg("--port-file")
        .arg(&port_file)
        .arg("--save")
        .arg(folder.join("world.json"))
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start the sandbox")?;
    let sandbox = Sandbox { process };
    let start = Instant::now();
    while !port_file.exists() {
        if start.elapsed() > Duration::from_secs(30) {
            bail!("the sandbox does not answer");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(sandbox)
}
