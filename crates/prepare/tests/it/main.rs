//! `prepare` from outside: the library as a function, the binary as an administrator runs it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot be set up, or whose assertion does not hold, ends here"
)]

mod binary;
mod defects;
mod golden;
mod groups;
mod input;
mod people;
mod properties;
mod support;
mod transforms;
