//! Turns the users of a source into the users TimeCamp should have.

fn main() -> std::process::ExitCode {
    timecamp_scim_core::stage::main::<prepare::stage::Prepare>()
}
