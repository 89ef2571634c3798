//! `fetch-ldap` against real directories: Samba as an Active Directory domain controller, and OpenLDAP. Both are
//! started here, on loopback; `tests/servers/install.sh` installs them.

#![expect(clippy::disallowed_methods, reason = "tests write the servers' files and wait for them")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up, or whose assertion does not hold, ends here"
)]

mod active_directory;
mod bucket;
mod certificates;
mod check;
mod failures;
mod groups;
mod ldif;
mod many;
mod openldap;
mod pipeline;
mod process;
mod samba;
mod slapd;
mod tls;

use serde_json::Value;
use testkit::Run;

/// The binary with nothing set.
fn fetch() -> Run {
    Run::new(env!("CARGO_BIN_EXE_fetch-ldap")).env("DISABLE_FILE_LOGGING", "true")
}

/// The one person of that name.
#[track_caller]
fn person(run: &Run, name: &str) -> Value {
    let mut named: Vec<Value> = run.users().into_iter().filter(|user| user["name"] == name).collect();
    assert_eq!(named.len(), 1, "people called {name}: {named:?} of {:?}", run.users());
    named.remove(0)
}

/// The names of all people, sorted.
#[track_caller]
fn names(run: &Run) -> Vec<String> {
    let mut names: Vec<String> =
        run.users().iter().map(|user| user["name"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

/// The requests that a run says it sent.
#[track_caller]
fn requests(done: &testkit::Done) -> u32 {
    let line = done.lines_with(" requests, ").pop().unwrap_or_else(|| panic!("no summary: {done}")).to_owned();
    let before = line.split(" requests, ").next().unwrap_or_default();
    before.rsplit(' ').next().unwrap_or_default().parse().unwrap()
}
