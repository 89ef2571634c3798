//! Exit codes, and the errors that choose one.

use std::process::ExitCode;

/// How a stage ended; the numbers are the process's exit codes (docs/recovery.md has a paragraph on each).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Code {
    /// Everything was done, or would have been (dry run).
    Done = 0,
    /// The source, TimeCamp or the storage stopped the stage.
    Failed = 1,
    /// Settings or command line are not usable.
    Usage = 2,
    /// A guard withheld part of the changes; the rest was done.
    Withheld = 3,
    /// Another run holds the lock.
    Held = 4,
    /// Done, but some users or groups failed.
    Partial = 5,
    /// The input was refused: missing, unreadable, empty, shrunk, stale or not matching its manifest.
    Refused = 6,
    /// Only with `--check`: the account is not in sync.
    NotInSync = 7,
}

impl Code {
    /// The gravest first; where several hold, the first of these is the exit code.
    const BY_GRAVITY: [Self; 8] = [
        Self::Usage,
        Self::Held,
        Self::Refused,
        Self::Failed,
        Self::Partial,
        Self::Withheld,
        Self::NotInSync,
        Self::Done,
    ];

    /// The graver of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::BY_GRAVITY.into_iter().find(|code| *code == self || *code == other).unwrap_or(self)
    }

    /// The code that an error asks for: that of the [`Refusal`] in its chain, else [`Code::Failed`].
    pub fn of(error: &anyhow::Error) -> Self {
        error
            .downcast_ref::<Refusal>()
            .or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<Refusal>()))
            .map_or(Self::Failed, Refusal::code)
    }

    /// The number, as the process returns it.
    pub fn number(self) -> u8 {
        self as u8
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code.number())
    }
}

/// An error with an exit code of its own; every other error is exit 1.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// The input cannot be used (exit 6); the text says what is wrong and what to do.
    #[error("{0}")]
    Input(String),
    /// Another run holds the lock (exit 4).
    #[error("{0}")]
    Held(String),
    /// Settings or command line (exit 2).
    #[error("{0}")]
    Usage(String),
}

impl Refusal {
    fn code(&self) -> Code {
        match self {
            Self::Input(_) => Code::Refused,
            Self::Held(_) => Code::Held,
            Self::Usage(_) => Code::Usage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn the_gravest_wins() {
        assert_eq!(Code::Done.or(Code::Withheld), Code::Withheld);
        assert_eq!(Code::Withheld.or(Code::Partial), Code::Partial);
        assert_eq!(Code::Partial.or(Code::Failed), Code::Failed);
        assert_eq!(Code::Failed.or(Code::Refused), Code::Refused);
        assert_eq!(Code::Refused.or(Code::Held), Code::Held);
        assert_eq!(Code::Held.or(Code::Usage), Code::Usage);
        assert_eq!(Code::NotInSync.or(Code::Done), Code::NotInSync);
    }

    #[test]
    fn a_refusal_is_found_wherever_it_stands_in_the_chain() {
        let inner = Err::<(), _>(Refusal::Input("empty".to_owned())).context("reading users").unwrap_err();
        assert_eq!(Code::of(&inner), Code::Refused);
        assert_eq!(Code::of(&anyhow::anyhow!("other")), Code::Failed);
    }
}
