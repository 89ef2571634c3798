//! `cargo xtask demo` as a process, for every source.
//!
//! The modules are marked as tests, so that what lints allow in tests holds for their helpers too.

#[cfg(test)]
mod play;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sources;
