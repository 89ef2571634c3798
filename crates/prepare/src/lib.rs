//! Under construction.
/// Python patterns.
pub mod python_regex;
