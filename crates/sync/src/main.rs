//! Makes TimeCamp's users and groups what `var/timecamp_users.json` says.

fn main() -> std::process::ExitCode {
    timecamp_scim_core::stage::main::<sync::run::Sync>()
}
