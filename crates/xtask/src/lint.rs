//! `cargo xtask lint-files`: the linters of everything that is not Rust, from `PyPI`, in an environment below target/.

use crate::shell::{self, root};
use anyhow::{Context as _, ensure};
use std::path::PathBuf;
use std::process::Command;

/// The linters and all that they need, each pinned to a version and to the hashes of its files: what is installed is what was
/// looked at when it was pinned, whoever can upload another.
const LOCKED: &str = "crates/xtask/linters.txt";
/// Nothing is installed that has no hash, and nothing is built: a build runs what it likes.
const INSTALL: [&str; 7] = [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--require-hashes",
    "--only-binary=:all:",
    "--requirement",
    LOCKED,
];

/// Runs every linter over the files that are its own.
pub(crate) fn run() -> anyhow::Result<()> {
    let tools = install()?;
    let files = files()?;
    let pick =
        |wanted: fn(&str) -> bool| files.iter().map(String::as_str).filter(|file| wanted(file)).collect::<Vec<_>>();
    let with = |tool: &str, flags: &[&str], files: Vec<&str>| -> anyhow::Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        shell::run(&tools.join(tool).to_string_lossy(), &[flags, files.as_slice()].concat())
    };
    with("shellcheck", &[], pick(is_shell))?;
    with("hadolint", &["--no-color"], pick(is_dockerfile))?;
    with("yamllint", &["--strict"], pick(is_yaml))?;
    with("check-jsonschema", &["--builtin-schema", "vendor.github-workflows"], pick(is_workflow))?;
    with("check-jsonschema", &["--builtin-schema", "vendor.compose-spec"], pick(is_compose))?;
    with("zizmor", &["--offline", "--quiet", "--min-severity", "medium"], pick(is_workflow))?;
    let shellcheck = tools.join("shellcheck");
    with("actionlint", &["-shellcheck", &shellcheck.to_string_lossy()], pick(is_workflow))?;
    Ok(())
}

/// Installs the linters once for each set of files, and says where they are.
fn install() -> anyhow::Result<PathBuf> {
    let folder = root().join("target/tools/lint");
    let (programs, stamp) = (folder.join("bin"), folder.join("installed"));
    let wanted = include_str!("../linters.txt");
    if std::fs::read(&stamp).is_ok_and(|there| there == wanted.as_bytes()) {
        return Ok(programs);
    }
    shell::run("python3", &["-m", "venv", "--clear", &folder.to_string_lossy()])?;
    let pip = programs.join("pip");
    shell::run(&pip.to_string_lossy(), &INSTALL)?;
    let mut file = std::fs::File::create(&stamp)?;
    std::io::Write::write_all(&mut file, wanted.as_bytes()).context("cannot note what was installed")?;
    Ok(programs)
}

/// The files of the project, committed or about to be.
fn files() -> anyhow::Result<Vec<String>> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("cannot run git")?;
    ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    Ok(names.lines().filter(|name| root().join(name).is_file()).map(str::to_owned).collect())
}

fn is_shell(file: &str) -> bool {
    ends(file, &["sh"]) || file == ".ci/run"
}

fn is_dockerfile(file: &str) -> bool {
    file.rsplit('/').next() == Some("Dockerfile")
}

/// YAML, but for Helm's templates, which are YAML only when they are rendered.
fn is_yaml(file: &str) -> bool {
    ends(file, &["yml", "yaml"]) && !(file.starts_with("helm/") && file.contains("/templates/"))
}

fn is_workflow(file: &str) -> bool {
    file.starts_with(".github/workflows/") && ends(file, &["yml", "yaml"])
}

fn is_compose(file: &str) -> bool {
    file == "docker-compose.yml"
}

fn ends(file: &str, extensions: &[&str]) -> bool {
    file.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_linter_has_its_files() {
        let files = files().unwrap();
        for wanted in [is_shell, is_dockerfile, is_yaml, is_workflow, is_compose] {
            assert!(files.iter().any(|file| wanted(file)), "a linter would look at nothing");
        }
        assert!(!is_yaml("helm/scim/templates/cronjob.yaml") && is_yaml("helm/scim/values.yaml"));
    }

    #[test]
    fn every_linter_is_pinned_by_hashes() {
        assert!(INSTALL.contains(&"--require-hashes"), "pip would take what has no hash");
        let locked = include_str!("../linters.txt").replace("\\\n", " ");
        let packages: Vec<_> = locked.lines().filter(|line| !line.starts_with('#')).collect();
        for package in &packages {
            assert!(package.contains("==") && package.contains(" --hash=sha256:"), "not pinned: {package}");
        }
        let wanted = include_str!("../linters.in");
        for wanted in wanted.lines().filter(|line| !line.starts_with('#')) {
            let there = packages.iter().any(|package| package.split_whitespace().next() == Some(wanted));
            assert!(there, "{wanted} is not in {LOCKED}: its first lines say how it is made");
        }
    }
}
