//! The binary against an Entra ID that is played over real HTTP.
//!
//! The modules are marked as tests, so that what lints allow in tests holds for their helpers too.

#[cfg(test)]
mod fields;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod supervisors;
#[cfg(test)]
mod tokens;
