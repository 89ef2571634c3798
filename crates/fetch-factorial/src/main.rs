//! Reads people and leaves from Factorial.

use std::process::ExitCode;

fn main() -> ExitCode {
    timecamp_scim_core::stage::main::<timecamp_scim_core::source::Fetch<fetch_factorial::Factorial>>()
}
