//! Removes TimeCamp groups that nobody is in.

fn main() -> std::process::ExitCode {
    timecamp_scim_core::stage::main::<remove_empty_groups::RemoveEmptyGroups>()
}
