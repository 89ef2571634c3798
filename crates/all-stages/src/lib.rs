//! All stages in one executable, which is the stage whose name it is called by.
//!
//! The container image holds this one and a link to it for every stage: one copy of the HTTP, TLS and S3 code instead of
//! eleven, so that the image is small and is built quickly. Outside of it, each stage is an executable of its own.

use std::path::Path;
use std::process::ExitCode;
use timecamp_scim_core::source::Fetch;
use timecamp_scim_core::stage;

/// A name that the executable can be called by, and what it then is.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// The name of the link.
    pub name: &'static str,
    /// Runs the stage as a process.
    pub main: fn() -> ExitCode,
}

/// Every name: the stages' own, and the service names of the Python original's Compose file.
pub const NAMES: [Name; 14] = [
    Name { name: "fetch-bamboohr", main: stage::main::<Fetch<fetch_bamboohr::BambooHr>> },
    Name { name: "fetch-azuread", main: stage::main::<Fetch<fetch_azuread::EntraId>> },
    Name { name: "fetch-ldap", main: stage::main::<Fetch<fetch_ldap::Ldap>> },
    Name { name: "fetch-factorial", main: stage::main::<Fetch<fetch_factorial::Factorial>> },
    Name { name: "fetch-okta", main: stage::main::<Fetch<fetch_okta::Okta>> },
    Name { name: "fetch-hibob", main: stage::main::<Fetch<fetch_hibob::HiBob>> },
    Name { name: "prepare", main: stage::main::<prepare::stage::Prepare> },
    Name { name: "prepare-timecamp", main: stage::main::<prepare::stage::Prepare> },
    Name { name: "sync", main: stage::main::<sync::run::Sync> },
    Name { name: "sync-users", main: stage::main::<sync::run::Sync> },
    Name { name: "timecamp-sync", main: stage::main::<sync::run::Sync> },
    Name { name: "sync-time-off", main: stage::main::<sync_time_off::SyncTimeOff> },
    Name { name: "display-tree", main: stage::main::<display_tree::DisplayTree> },
    Name { name: "remove-empty-groups", main: stage::main::<remove_empty_groups::RemoveEmptyGroups> },
];

/// The stage for the path that the process was started by.
pub fn called_by(path: &Path) -> Option<Name> {
    let file = path.file_name()?;
    NAMES.into_iter().find(|known| file == known.name)
}

/// What to say to somebody who calls it by another name.
pub fn usage() -> String {
    let names: Vec<String> = NAMES.iter().map(|known| format!("  {}\n", known.name)).collect();
    let names = names.concat();
    format!("This is the program of all stages. Call it by the name of one of them:\n{names}Each takes --help.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_any_folder_is_its_stage() {
        let found = called_by(Path::new("/opt/timecamp-scim/bin/sync-users")).map(|known| known.name);
        assert_eq!(found, Some("sync-users"));
        assert!(called_by(Path::new("timecamp-scim")).is_none());
        assert!(called_by(Path::new("/")).is_none());
    }
}
