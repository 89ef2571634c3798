//! The engine: which client to use, and calls of it.

use crate::shell::{root, say};
use anyhow::{Context as _, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// An engine that answers, by a client that builds with `BuildKit`.
#[derive(Debug)]
pub(crate) struct Engine {
    docker: PathBuf,
    compose: Vec<String>,
    since: Instant,
}

/// What a call gave.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Engine {
    /// The first client on the PATH that reaches an engine and has `BuildKit`, and a Compose.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let clients = on_path("docker");
        let docker = clients.iter().find(|client| succeeds(client, &["info"])).context("no Docker engine answers")?;
        // A new client builds with BuildKit only with its plugin buildx; an old one has it inside.
        let builds = |client: &&PathBuf| succeeds(client, &["buildx", "version"]) || is_old(client);
        let docker =
            clients.iter().find(builds).with_context(|| format!("{} has no BuildKit", docker.display()))?.clone();
        let plugin = vec![docker.to_string_lossy().into_owned(), "compose".to_owned()];
        let compose = if succeeds(&docker, &["compose", "version"]) {
            plugin
        } else {
            let alone = on_path("docker-compose").into_iter().next().context("there is no Docker Compose")?;
            vec![alone.to_string_lossy().into_owned()]
        };
        Ok(Self { docker, compose, since: now() })
    }

    /// How long it has been.
    pub(crate) fn took(&self) -> String {
        format!("{} s", self.since.elapsed().as_secs())
    }

    /// Says what comes now.
    pub(crate) fn step(&self, what: &str) {
        say(&format!("\n--- {what} ({})", self.took()));
    }

    /// A call of the client, in the workspace.
    pub(crate) fn docker(&self) -> Command {
        let mut command = Command::new(&self.docker);
        command.current_dir(root()).env("DOCKER_BUILDKIT", "1");
        command
    }

    /// A call of Compose.
    pub(crate) fn compose(&self) -> anyhow::Result<Command> {
        let (program, arguments) = self.compose.split_first().context("no Compose")?;
        let mut command = Command::new(program);
        // An old Compose builds by the first client on the PATH, and with BuildKit only when told so.
        let own = self.docker.parent().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)))?;
        command.args(arguments).env("PATH", path).env("DOCKER_BUILDKIT", "1").env("COMPOSE_DOCKER_CLI_BUILD", "1");
        Ok(command)
    }

    /// The client's path, for the script that makes stand-ins.
    pub(crate) fn client(&self) -> &PathBuf {
        &self.docker
    }

    /// The output of a call that has to succeed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let called = call(self.docker().args(arguments))?;
        ensure!(called.code == Some(0), "docker {} failed: {}", arguments.join(" "), called.stderr.trim());
        Ok(called.stdout)
    }

    /// Whether a call succeeds.
    pub(crate) fn can(&self, arguments: &[&str]) -> bool {
        succeeds(&self.docker, arguments)
    }
}

/// Runs a command to its end and keeps what it said.
pub(crate) fn call(command: &mut Command) -> anyhow::Result<Called> {
    let Output { status, stdout, stderr } = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Called { code: status.code(), stdout: text(stdout), stderr: text(stderr) })
}

/// Runs a command that writes to the terminal and has to succeed.
pub(crate) fn watch(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} ended with {status}") }
}

fn succeeds(client: &PathBuf, arguments: &[&str]) -> bool {
    call(Command::new(client).args(arguments)).is_ok_and(|called| called.code == Some(0))
}

fn is_old(client: &PathBuf) -> bool {
    let version = call(Command::new(client).args(["version", "--format", "{{.Client.Version}}"]));
    let major = version.ok().and_then(|called| called.stdout.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| (19..23).contains(&major))
}

fn on_path(program: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).filter(|file| file.is_file()).collect()
}

#[expect(clippy::disallowed_methods, reason = "a developer wants to know how long it took")]
fn now() -> Instant {
    Instant::now()
}
