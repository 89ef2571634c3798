//! Binaries of other packages: cargo tells a test only of its own (`CARGO_BIN_EXE_…`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The binary of a package that has one of its own name. It is built when it is not there or older than its sources,
/// once a process, with the profile of the test that asks.
///
/// # Panics
/// When it cannot be built.
#[track_caller]
pub fn bin(package: &str) -> PathBuf {
    static FOUND: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = found.get(package) {
        return path.clone();
    }
    let path = profile_folder().join(package);
    if !is_fresh(&path, package) {
        build(package);
    }
    assert!(path.is_file(), "building {package} did not make {}", path.display());
    found.insert(package.to_owned(), path.clone());
    path
}

/// `target/debug` or the like: tests live in its folder `deps`, doc tests elsewhere below it.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let deps = test.ancestors().find(|folder| folder.ends_with("deps")).expect("a test below target/PROFILE/deps");
    deps.parent().unwrap().to_owned()
}

fn build(package: &str) {
    let folder = profile_folder();
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let profile = if name == "debug" { "dev" } else { &name };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).args(["build", "--quiet", "--package", package, "--bins", "--profile", profile]);
    command.arg("--target-dir").arg(folder.parent().unwrap());
    let built = command.output().expect("cargo can be started");
    assert!(built.status.success(), "{package} cannot be built:\n{}", String::from_utf8_lossy(&built.stderr));
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace above crates/testkit")
}

/// Whether the binary is newer than all it was made from, as cargo notes beside it.
fn is_fresh(binary: &Path, package: &str) -> bool {
    let Some(made) = changed(binary) else { return false };
    let Ok(noted) = std::fs::read_to_string(binary.with_extension("d")) else { return false };
    let own = ["Cargo.toml", "Cargo.lock", &format!("crates/{package}/Cargo.toml")].map(|name| workspace().join(name));
    let sources = noted.split_once(": ").map(|(_, sources)| sources.replace("\\ ", "\0")).unwrap_or_default();
    let sources: Vec<PathBuf> =
        sources.split_whitespace().map(|path| PathBuf::from(path.replace('\0', " "))).chain(own).collect();
    sources.iter().all(|source| changed(source).is_some_and(|time| time <= made))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}
