//! How a run ended.

use serde_json::Value;
use std::fmt;

/// A run that has ended. Its assertions chain and print the whole of it when they do not hold; its `Display` does too.
#[derive(Clone, Debug)]
pub struct Done {
    /// The binary's name and its arguments.
    pub command: String,
    /// The exit code; minus the signal's number when a signal ended it.
    pub code: i32,
    /// Results.
    pub stdout: String,
    /// The log.
    pub stderr: String,
}

#[expect(clippy::return_self_not_must_use, reason = "an assertion is often the last one")]
impl Done {
    /// It ended with this exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit {code}, got {self}");
        self
    }

    /// The log (stderr) holds this text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "the log has no `{text}`: {self}");
        self
    }

    /// The log (stderr) does not hold this text.
    #[track_caller]
    pub fn says_not(self, text: &str) -> Self {
        assert!(!self.stderr.contains(text), "the log has `{text}`: {self}");
        self
    }

    /// Stdout holds this text.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "stdout has no `{text}`: {self}");
        self
    }

    /// Neither stream holds this text, such as a secret.
    #[track_caller]
    pub fn shows_nowhere(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "`{text}` is shown: {self}");
        self
    }

    /// The log's warnings, one a line, with the time and the level before them.
    pub fn warnings(&self) -> Vec<&str> {
        self.lines_with(" WARN ")
    }

    /// The lines of the log that hold this text.
    pub fn lines_with(&self, text: &str) -> Vec<&str> {
        self.stderr.lines().filter(|line| line.contains(text)).collect()
    }

    /// Stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("stdout is not JSON ({error}): {self}"))
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, code, stdout, stderr } = self;
        write!(f, "exit {code} of `{command}`\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---")
    }
}
