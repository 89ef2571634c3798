//! Building the images, and what must hold for the one that users run.

use super::engine::{Engine, call, watch};
use super::{SANDBOX, STAGES};
use crate::shell::{root, say};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::process::{Command, Stdio};

/// What the image may be in all.
const MAX_BYTES: u64 = 60_000_000;

/// Every name a stage can be called by in the image.
const NAMES: [&str; 14] = [
    "fetch-bamboohr",
    "fetch-azuread",
    "fetch-ldap",
    "fetch-factorial",
    "fetch-okta",
    "fetch-hibob",
    "prepare",
    "prepare-timecamp",
    "sync",
    "sync-users",
    "timecamp-sync",
    "sync-time-off",
    "display-tree",
    "remove-empty-groups",
];

/// Programs that a stage has no use for, and an intruder has.
const UNWANTED: [&str; 10] = ["sh", "bash", "dash", "busybox", "apt", "dpkg", "python3", "perl", "curl", "wget"];

/// Labels that tell where the image comes from.
const LABELS: [&str; 7] = ["title", "description", "source", "licenses", "version", "revision", "created"];

/// Sees to it that every image that ours start from is there: pulled, or made.
pub(super) fn bases(engine: &Engine) -> anyhow::Result<()> {
    let files = [read("Dockerfile")?, read("docker-compose.yml")?];
    let mut wanted: Vec<&str> = files.iter().flat_map(|text| text.lines()).filter_map(outside).collect();
    wanted.dedup();
    for name in wanted {
        if usable(engine, name)? {
            continue;
        }
        engine.step(&format!("base image {name}"));
        if engine.can(&["pull", "--quiet", name]) {
            continue;
        }
        say("It cannot be pulled: a stand-in is made from Debian's packages (`docker rmi` removes it).");
        watch(script()?.arg(engine.client()).arg(name))?;
    }
    Ok(())
}

/// Whether an image is there, and if it is a stand-in, one of those that are made today.
fn usable(engine: &Engine, name: &str) -> anyhow::Result<bool> {
    let label = ["image", "inspect", "--format", "{{index .Config.Labels \"timecamp-scim.stand-in\"}}", name];
    let Ok(made_by) = engine.ask(&label) else { return Ok(false) };
    let today = call(script()?.arg("--made-by"))?.stdout;
    Ok(made_by.trim().is_empty() || made_by.trim() == today.trim())
}

/// The script that makes stand-ins.
fn script() -> anyhow::Result<Command> {
    let file = root().join("crates/xtask/docker/stand-ins.sh");
    ensure!(file.is_file(), "{} is not there", file.display());
    let mut command = Command::new("bash");
    command.arg(file).current_dir(root());
    Ok(command)
}

/// The image that this line of the Dockerfile or the Compose file takes from elsewhere.
fn outside(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = match line.strip_prefix("FROM ") {
        Some(from) => from.split_whitespace().find(|word| !word.starts_with("--"))?,
        None => line.strip_prefix("image: ")?,
    };
    name.contains(':').then_some(name).filter(|name| !name.contains('$'))
}

/// Builds both images as docs/docker.md tells to: by plain Docker, and by Compose.
pub(super) fn build(engine: &Engine, profile: &str) -> anyhow::Result<()> {
    let revision = call(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(root()))?.stdout;
    let values = [
        format!("--build-arg=PROFILE={profile}"),
        format!("--build-arg=VERSION={}", env!("CARGO_PKG_VERSION")),
        format!("--build-arg=REVISION={}", revision.trim()),
    ];
    engine.step("docker build");
    watch(engine.docker().args(["build", "--quiet", "--tag", STAGES]).args(&values).arg("."))?;
    // The same once more, which takes no time, and the sandbox.
    for (before, service) in [(&[][..], "fetch-bamboohr"), (&["--profile", "sandbox"][..], "sandbox")] {
        engine.step(&format!("docker compose build {service}"));
        let mut compose = engine.compose()?;
        compose.current_dir(root()).env("SCIM_IMAGE", STAGES);
        let built = call(compose.args(before).arg("build").args(&values).arg(service))?;
        ensure!(built.code == Some(0), "{service} cannot be built: {}{}", built.stdout, built.stderr);
    }
    Ok(())
}

/// Takes the built images away. What they were built from stays.
pub(super) fn remove(engine: &Engine) -> anyhow::Result<()> {
    engine.ask(&["rmi", STAGES, SANDBOX]).map(drop)
}

/// Holds the finished image against what is promised of it.
pub(super) fn look(engine: &Engine) -> anyhow::Result<()> {
    engine.step("what is in the image");
    let told: Value = serde_json::from_str(&engine.ask(&["image", "inspect", STAGES])?)?;
    let at = |path: &str| told.pointer(path).cloned().unwrap_or_default();
    let size = at("/0/Size").as_u64().context("the image tells no size")?;
    say(&format!("{STAGES}: {} MB", size / 1_000_000));
    ensure!(size < MAX_BYTES, "the image has {size} bytes, more than {MAX_BYTES}");
    ensure!(at("/0/Config/User") == "65532:65532", "its user is {}", at("/0/Config/User"));
    ensure!(at("/0/Config/WorkingDir") == "/app", "its folder is {}", at("/0/Config/WorkingDir"));
    ensure!(!at("/0/Config/Volumes/~1app~1var").is_null(), "/app/var is no volume");
    for label in LABELS {
        let value = at(&format!("/0/Config/Labels/org.opencontainers.image.{label}"));
        let text = value.as_str().unwrap_or_default();
        ensure!(!text.is_empty() && text != "unknown", "the label {label} is {value}");
    }
    unwanted(engine, STAGES)?;
    unwanted(engine, SANDBOX)?;
    names(engine)
}

/// Looks for programs that have no business there, and for what has.
fn unwanted(engine: &Engine, tag: &str) -> anyhow::Result<()> {
    let container = engine.ask(&["create", tag, "nothing"])?;
    let container = container.trim();
    let mut export = engine.docker().args(["export", container]).stdout(Stdio::piped()).spawn()?;
    let archive = export.stdout.take().context("docker export has no output")?;
    let files = call(Command::new("tar").arg("--list").stdin(Stdio::from(archive)));
    export.wait()?;
    engine.ask(&["rm", container])?;
    let files = files?.stdout;
    ensure!(files.contains("etc/ssl/certs/ca-certificates.crt"), "{tag} has no CA certificates");
    for file in files.lines() {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let is_program = folder.ends_with("bin") && UNWANTED.contains(&name);
        ensure!(!is_program, "{tag} has {file}");
    }
    Ok(())
}

/// Calls every stage by each of its names, as plain `docker run` does: on a read-only root, with no network, no rights.
fn names(engine: &Engine) -> anyhow::Result<()> {
    let safe =
        ["run", "--rm", "--read-only", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges", STAGES];
    for name in NAMES {
        let said = engine.ask(&[safe.as_slice(), &[name, "--version"]].concat())?;
        ensure!(said.ends_with(concat!(" ", env!("CARGO_PKG_VERSION"), "\n")), "{name} --version says {said}");
    }
    let called = call(engine.docker().args(safe).arg("prepare"))?;
    ensure!(called.code == Some(6), "prepare without a file: {called:?}");
    ensure!(!called.stderr.contains("cannot be written"), "/app/var cannot be written to: {}", called.stderr);
    let called = call(engine.docker().args(safe))?;
    ensure!(called.code == Some(2) && called.stderr.contains("sync-users"), "without a name: {called:?}");
    Ok(())
}

fn read(file: &str) -> anyhow::Result<String> {
    let bytes = std::fs::read(root().join(file)).with_context(|| format!("cannot read {file}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchain_is_the_one_the_project_is_pinned_to() {
        let pin = read("rust-toolchain.toml").unwrap();
        let version =
            pin.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"').to_owned();
        assert!(read("Dockerfile").unwrap().contains(&format!("rust:{version}-slim-bookworm")), "not {version}");
    }

    #[test]
    fn every_name_has_its_link() {
        let dockerfile = read("Dockerfile").unwrap();
        let words: Vec<&str> = dockerfile.split([' ', ';', '\n']).collect();
        let program = read("crates/all-stages/src/lib.rs").unwrap();
        for name in NAMES {
            assert!(words.contains(&name), "the Dockerfile has no link {name}");
            assert!(program.contains(&format!("name: \"{name}\"")), "the executable does not know {name}");
        }
        assert_eq!(program.matches("Name { name: ").count(), NAMES.len());
    }

    #[test]
    fn images_from_elsewhere_are_told_from_our_own() {
        assert_eq!(outside("FROM --platform=$BUILDPLATFORM rust:1-slim AS build"), Some("rust:1-slim"));
        assert_eq!(outside("FROM build AS next"), None);
        assert_eq!(outside("    image: motoserver/moto:5"), Some("motoserver/moto:5"));
        assert_eq!(outside("  image: ${SCIM_IMAGE:-timecamp-scim}"), None);
        assert_eq!(outside("    image: timecamp-scim-sandbox"), None);
    }
}
