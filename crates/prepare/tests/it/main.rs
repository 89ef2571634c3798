//! `prepare` from outside: the library as a function, the binary as an administrator runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up, or whose assertion does not hold, ends here")]

mod golden;
