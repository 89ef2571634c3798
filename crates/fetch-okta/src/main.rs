//! Reads people from Okta.

fn main() -> std::process::ExitCode {
    timecamp_scim_core::stage::main::<timecamp_scim_core::source::Fetch<fetch_okta::Okta>>()
}
