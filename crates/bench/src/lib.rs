//! Large accounts and files for measurements: always the same ones for the same size.

pub mod account;
pub mod files;
