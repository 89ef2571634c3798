//! Running programs, and saying which.

use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Says a line to whoever watches.
#[expect(clippy::print_stdout, reason = "these tasks talk to a developer")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Runs a program in the workspace, shown first; anything but success is an error.
pub(crate) fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    say(&format!("\n$ {program} {}", arguments.join(" ")));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("{program} {} ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// The folder of the built programs.
pub(crate) fn target() -> PathBuf {
    let from_env = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    from_env.map_or_else(|| root().join("target"), |target| root().join(target)).join("debug")
}

/// Builds every program and says where they are.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    run("cargo", &["build", "--workspace", "--bins", "--locked"])?;
    Ok(target())
}
