//! fetch-factorial as an administrator runs it, against Factorial in memory.
//!
//! The modules are marked as tests, so that what lints allow in tests holds for their helpers too.

#![cfg_attr(
    test,
    expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")
)]

#[cfg(test)]
mod fields;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod leaves;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod supervisors;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod writing;
