//! sync-time-off as an administrator runs it, against TimeCamp in memory.
//!
//! The modules are marked as tests, so that what lints allow in tests holds for their helpers too.

#![cfg_attr(
    test,
    expect(clippy::needless_pass_by_value, reason = "what a test builds in place is handed over as it is")
)]

#[cfg(test)]
mod days;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod input;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod trouble;
