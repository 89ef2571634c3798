//! Shows the group tree that TimeCamp should have, and what a sync would change.

use std::process::ExitCode;

fn main() -> ExitCode {
    timecamp_scim_core::stage::main::<display_tree::DisplayTree>()
}
