//! Reads people from HiBob.

fn main() -> std::process::ExitCode {
    timecamp_scim_core::stage::main::<timecamp_scim_core::source::Fetch<fetch_hibob::HiBob>>()
}
