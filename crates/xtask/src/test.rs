//! `cargo xtask test`: installs what the tests need and runs them all.

use crate::shell::{self, root, say};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// Flags of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// Only what plain `cargo test` runs: nothing is installed
    #[arg(long)]
    quick: bool,
}

/// Test targets that need installed servers or a browser: plain `cargo test` leaves them out
/// (`test = false` in their Cargo.toml), so that it needs nothing and stays quick.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Heavy {
    package: String,
    target: String,
}

/// Runs the tests.
pub(crate) fn run(args: &TestArgs) -> anyhow::Result<()> {
    if !args.quick {
        for script in install_scripts()? {
            let script = script.to_string_lossy().into_owned();
            shell::run("bash", &[&script])
                .with_context(|| format!("{script} could not install what the tests need"))?;
        }
    }
    shell::run("cargo", &["test", "--workspace", "--locked", "--no-fail-fast"])?;
    if !args.quick {
        for Heavy { package, target } in heavy_targets()? {
            shell::run("cargo", &["test", "--locked", "--package", &package, "--test", &target])?;
        }
    }
    say("\nAll tests passed.");
    Ok(())
}

/// `install*.sh` below the crates' `tests` folders, in a stable order.
fn install_scripts() -> anyhow::Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    for member in folders(&root().join("crates"))? {
        find_scripts(&member.join("tests"), &mut scripts)?;
    }
    scripts.sort();
    Ok(scripts)
}

fn find_scripts(folder: &Path, scripts: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            find_scripts(&path, scripts)?;
        } else if name.starts_with("install") && path.extension().is_some_and(|extension| extension == "sh") {
            scripts.push(path);
        }
    }
    Ok(())
}

fn folders(of: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(of).with_context(|| format!("cannot list {}", of.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

/// Every test target that `cargo test` leaves out, from `cargo metadata`.
fn heavy_targets() -> anyhow::Result<Vec<Heavy>> {
    let output = std::process::Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .context("cannot run cargo metadata")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    let list =
        |value: &serde_json::Value, key: &str| value.get(key).and_then(|v| v.as_array()).cloned().unwrap_or_default();
    let text =
        |value: &serde_json::Value, key: &str| value.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let mut heavy = Vec::new();
    for package in list(&metadata, "packages") {
        for target in list(&package, "targets") {
            let is_test = list(&target, "kind").iter().any(|kind| kind == "test");
            let left_out = target.get("test").and_then(serde_json::Value::as_bool) == Some(false);
            if is_test && left_out {
                heavy.push(Heavy { package: text(&package, "name"), target: text(&target, "name") });
            }
        }
    }
    heavy.sort();
    Ok(heavy)
}
