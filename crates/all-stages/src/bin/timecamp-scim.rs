//! Every stage, chosen by the name it is called by.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(known) = std::env::args_os().next().and_then(|name| timecamp_scim::called_by(Path::new(&name))) {
        return (known.main)();
    }
    // Nobody may be listening.
    drop(std::io::stderr().write_all(timecamp_scim::usage().as_bytes()));
    ExitCode::from(2)
}
