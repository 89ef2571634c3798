//! The pipeline by Docker Compose, in a folder that holds only the Compose file, `.env` and `var/`.

use super::STAGES;
use super::engine::{Called, Engine, call};
use crate::commands;
use crate::shell::{root, say};
use anyhow::{Context as _, ensure};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::PathBuf;
use std::process::Command;

/// Runs everything, then takes the containers down, however it ended.
pub(super) fn run(engine: &Engine) -> anyhow::Result<()> {
    let setup = Setup::new(engine)?;
    let ended = setup.play();
    if ended.is_err() {
        let logs = setup.compose(&["--profile", "sandbox", "--profile", "s3", "logs", "--tail=50"])?;
        say(&format!("{}{}", logs.stdout, logs.stderr));
    }
    setup.compose(&["--profile", "sandbox", "--profile", "s3", "down", "--volumes", "--remove-orphans"])?;
    ended
}

struct Setup<'e> {
    engine: &'e Engine,
    folder: PathBuf,
    /// `user:group` that the stages run as and that owns var/.
    owner: (u32, u32),
    ports: [u16; 2],
    /// What was run, as the documentation writes it.
    ran: RefCell<BTreeSet<String>>,
}

/// What `image::build` has run by then: with a profile of its own, and nowhere to pull from.
const BUILT: [&str; 4] = [
    "docker compose build fetch-bamboohr",
    "docker compose build --pull fetch-bamboohr",
    "docker compose --profile sandbox build sandbox",
    "docker build --tag timecamp-scim .",
];

impl<'e> Setup<'e> {
    fn new(engine: &'e Engine) -> anyhow::Result<Self> {
        let folder = root().join("target/docker-test");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
        }
        let var = folder.join("var");
        std::fs::create_dir_all(&var).with_context(|| format!("cannot make {}", var.display()))?;
        std::fs::copy(root().join("docker-compose.yml"), folder.join("docker-compose.yml"))?;
        let made = var.metadata()?;
        // Whoever tests as root runs the stages as somebody else all the same.
        let owner = if made.uid() == 0 { (1000, 1000) } else { (made.uid(), made.gid()) };
        chown(&var, Some(owner.0), Some(owner.1)).context("var/ cannot be given away")?;
        Ok(Self { engine, folder, owner, ports: [free_port()?, free_port()?], ran: RefCell::default() })
    }

    fn compose(&self, arguments: &[&str]) -> anyhow::Result<Called> {
        call(self.command()?.args(arguments))
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = self.engine.compose()?;
        let [sandbox, s3] = self.ports;
        command
            .current_dir(&self.folder)
            .env("COMPOSE_PROJECT_NAME", "timecamp-scim-test")
            .env("SCIM_IMAGE", STAGES)
            .env("SCIM_USER", format!("{}:{}", self.owner.0, self.owner.1))
            .env("SANDBOX_PORT", sandbox.to_string())
            .env("S3_PORT", s3.to_string());
        Ok(command)
    }

    /// Runs a stage as docs/docker.md says; it has to end with this code.
    fn stage(&self, arguments: &[&str], code: i32) -> anyhow::Result<Called> {
        self.note(&format!("docker compose run --rm {}", arguments.join(" ")));
        let called = self.compose(&[&["run", "--rm", "-T"], arguments].concat())?;
        ensure!(
            called.code == Some(code),
            "exit {:?} instead of {code}\n{}{}",
            called.code,
            called.stdout,
            called.stderr
        );
        Ok(called)
    }

    fn play(&self) -> anyhow::Result<()> {
        let refused = self.stage(&["fetch-bamboohr"], 2)?;
        ensure!(refused.stderr.contains("BAMBOOHR_SUBDOMAIN: is not set"), "no clear message: {}", refused.stderr);
        self.up("sandbox")?;
        std::fs::copy(root().join("samples/sandbox.env"), self.folder.join(".env"))?;
        self.all_stages()?;
        self.nothing_else_is_written()?;
        self.in_a_bucket()?;
        self.note("docker compose --profile sandbox down");
        let down = self.compose(&["--profile", "sandbox", "down"])?;
        ensure!(down.code == Some(0), "the sandbox does not stop: {}", down.stderr);
        self.as_documented()
    }

    fn note(&self, command: &str) {
        self.engine.step(command);
        self.ran.borrow_mut().insert(command.to_owned());
    }

    /// Every Docker command in the blocks of docs/docker.md was run just now.
    fn as_documented(&self) -> anyhow::Result<()> {
        let page = std::fs::read(root().join("docs/docker.md")).context("no docs/docker.md")?;
        let told = commands::in_blocks(&String::from_utf8_lossy(&page), "docker");
        ensure!(told.len() > 10, "docs/docker.md tells {} commands only", told.len());
        let ran = self.ran.borrow();
        for command in told {
            let plain = command.replace("run --rm -T ", "run --rm ");
            ensure!(BUILT.contains(&plain.as_str()) || ran.contains(&plain), "docs/docker.md: nobody ran {command}");
        }
        Ok(())
    }

    fn up(&self, service: &str) -> anyhow::Result<()> {
        self.note(&format!("docker compose --profile {service} up --detach {service}"));
        let up = self.compose(&["--profile", service, "up", "--detach", service])?;
        ensure!(up.code == Some(0), "{service} does not start: {}", up.stderr);
        Ok(())
    }

    fn all_stages(&self) -> anyhow::Result<()> {
        self.stage(&["fetch-bamboohr"], 0)?;
        self.stage(&["prepare-timecamp"], 0)?;
        let plan = self.stage(&["sync-users", "--dry-run"], 0)?.stdout;
        say(plan.lines().last().unwrap_or_default());
        ensure!(plan.contains("\nTotal: "), "that is no plan: {plan}");
        self.stage(&["sync-users", "--check", "--dry-run"], 7)?;
        self.stage(&["sync-users"], 0)?;
        let again = self.stage(&["sync-users"], 0)?.stdout;
        ensure!(again.contains("Nothing to do"), "the second run: {again}");
        self.stage(&["sync-users", "--check"], 0)?;
        let tree = self.stage(&["display-tree"], 0)?.stdout;
        ensure!(tree.lines().count() > 5, "that is no tree: {tree}");
        self.stage(&["remove-empty-groups", "--dry-run"], 0)?;
        self.stage(&["sync-time-off"], 6)?;
        Ok(())
    }

    /// The files belong to whom the stages ran as, and nothing but var/ can be written to.
    fn nothing_else_is_written(&self) -> anyhow::Result<()> {
        for file in ["users.json", "timecamp_users.json", "sync_report.json", "logs/sync.log"] {
            let found = self.folder.join("var").join(file).metadata().with_context(|| format!("no var/{file}"))?;
            ensure!((found.uid(), found.gid()) == self.owner, "var/{file} belongs to {}", found.uid());
        }
        for place in ["/app/tree.html", "/opt/tree.html", "/tree.html"] {
            let refused = self.stage(&["display-tree", "--html", place], 1)?;
            ensure!(refused.stderr.contains("Read-only file system"), "{place}: {}", refused.stderr);
        }
        self.stage(&["display-tree", "--html", "var/tree.html"], 0)?;
        Ok(())
    }

    /// The same with the files in a bucket: another run of the pipeline finds its files there, and none in var/.
    fn in_a_bucket(&self) -> anyhow::Result<()> {
        self.up("s3")?;
        self.bucket()?;
        let before = self.folder.join("var/users.json").metadata()?.modified()?;
        let settings = "USE_S3_STORAGE=true S3_BUCKET_NAME=scim S3_ENDPOINT_URL=http://s3:5000 S3_ACCESS_KEY_ID=any \
                        S3_SECRET_ACCESS_KEY=any S3_FORCE_PATH_STYLE=true";
        let settings: Vec<&str> = settings.split_whitespace().flat_map(|setting| ["-e", setting]).collect();
        let with = |stage: &'static str| [settings.as_slice(), &[stage]].concat();
        self.stage(&with("fetch-bamboohr"), 0)?;
        self.stage(&with("prepare-timecamp"), 0)?;
        let synced = self.stage(&with("sync-users"), 0)?.stdout;
        ensure!(synced.contains("Nothing to do"), "the sync from the bucket: {synced}");
        let after = self.folder.join("var/users.json").metadata()?.modified()?;
        ensure!(before == after, "var/users.json was written in spite of the bucket");
        Ok(())
    }

    /// Does what the service's health check does, which a busy machine may be late with.
    fn bucket(&self) -> anyhow::Result<()> {
        let script = "import time, urllib.request as r, urllib.error as e\n\
                    for _ in range(120):\n\
                    \x20try: r.urlopen(r.Request('http://127.0.0.1:5000/scim', method='PUT')); break\n\
                    \x20except e.URLError: time.sleep(0.5)\n\
                    else: raise SystemExit('it never answered')";
        let ran = self.compose(&["--profile", "s3", "exec", "-T", "s3", "python", "-c", script])?;
        ensure!(ran.code == Some(0), "the bucket cannot be made: {}{}", ran.stdout, ran.stderr);
        Ok(())
    }
}

/// A port that nobody listens on, for a service that is about to.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use sandbox::{Company, Sandbox, Source, Start};

    #[test]
    fn the_sample_leads_to_the_sandbox() {
        let world = Company::new(20).filled_from(Source::BambooHr).today().world(Start::PartlyRight);
        let sandbox = Sandbox::open(world, 0).unwrap();
        let right = sandbox.env_file().replace(&sandbox.url(), "http://sandbox:8080");
        let sample = std::fs::read(super::root().join("samples/sandbox.env")).unwrap();
        let sample = String::from_utf8(sample).unwrap();
        let settings: Vec<&str> = sample.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(settings.len() > 5);
        for line in settings {
            assert!(right.lines().any(|known| known == line), "{line} leads nowhere");
        }
    }
}
