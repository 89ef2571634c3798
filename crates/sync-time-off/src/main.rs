//! Writes leaves into TimeCamp's attendance.

use std::process::ExitCode;

fn main() -> ExitCode {
    timecamp_scim_core::stage::main::<sync_time_off::SyncTimeOff>()
}
