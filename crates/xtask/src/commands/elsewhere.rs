//! Commands that are not run here, and what makes sure of them.

use super::found::Found;
use crate::Cli;
use crate::shell::root;
use anyhow::{bail, ensure};
use clap::Parser as _;

/// Services that cannot be had for a test: clouds, clusters, registries. The chart itself is tested by `chart-test`.
const SERVICES: [&str; 5] = ["helm", "kubectl", "gcloud", "aws", "eksctl"];

/// Programs of the system, for what stands around ours. `jq` changes what a cluster tells.
const SYSTEM: [&str; 11] =
    ["alias", "cd", "chmod", "chown", "git", "install", "jq", "mkdir", "scim", "tail", "useradd"];

/// Whether a page is about such services alone, in scripts of their own.
pub(super) fn is_of_services(page: &str) -> bool {
    ["docs/ci-cd/", "docs/secret-stores/"].iter().any(|folder| page.starts_with(folder))
}

/// A command that something else runs, as far as can be told without running it.
pub(super) fn check(command: &Found) -> anyhow::Result<()> {
    let arguments: Vec<&str> = command.arguments().collect();
    match command.program() {
        "cargo" => cargo(&arguments),
        "cp" => {
            let from = arguments.first().copied().unwrap_or_default();
            ensure!(root().join(from).exists(), "there is no {from}");
            Ok(())
        }
        // `docker-test` runs those of docs/docker.md, and says which of them it does not.
        "docker" | "bash" => Ok(()),
        known if SERVICES.contains(&known) || SYSTEM.contains(&known) => Ok(()),
        unknown => bail!("nobody has ever run {unknown}"),
    }
}

fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    if let Some((&"xtask", task)) = arguments.split_first() {
        Cli::try_parse_from([&["xtask"], task].concat())?;
        return Ok(());
    }
    let known =
        arguments.first().is_some_and(|first| ["bench", "build", "clippy", "fmt", "run", "test"].contains(first));
    ensure!(known, "not a task of cargo");
    for pair in arguments.windows(2) {
        if let ["-p" | "--package", package] = pair {
            ensure!(root().join("crates").join(package).is_dir(), "there is no crate {package}");
        }
    }
    Ok(())
}
