//! Runs the stages as an administrator would: a binary, a working folder, an environment; then an exit code, two
//! streams and files. For tests only; it knows nothing of the product's inside.
//!
//! ```no_run
//! let sandbox = sandbox::Sandbox::start(sandbox::company(20));
//! // In a crate's own tests: Run::new(env!("CARGO_BIN_EXE_fetch-bamboohr"))
//! let fetch = testkit::Run::new(testkit::bin("fetch-bamboohr")).sandbox(&sandbox);
//! fetch.go(&["--dry-run"]).expect(0).prints("Would write var/users.json");
//! fetch.go(&[]).expect(0);
//! assert_eq!(fetch.users().len(), 21);
//!
//! let prepare = fetch.clone().stage(testkit::bin("prepare")); // the same folder, the same environment
//! prepare.go(&[]).expect(0);
//! assert!(prepare.exists("var/timecamp_users.json"));
//! ```
//!
//! What every run starts with: a fresh temporary folder as working folder and `HOME`, and an environment that is empty
//! but for `PATH`. A failed assertion prints the command, its exit code and both streams.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up, or whose assertion does not hold, ends here"
)]
#![expect(clippy::disallowed_methods, reason = "a test reads and writes files as an administrator would")]

mod bin;
mod done;
mod run;
mod running;

pub use bin::bin;
pub use done::Done;
pub use run::Run;
pub use running::Running;

/// The SHA-256 of these bytes in lower-case hex, as manifests hold it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
