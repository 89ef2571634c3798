//! Values that must not be seen.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::logging;

/// What stands in the place of a secret.
const SHOWN: &str = "***";

/// A value that cannot be printed: an API key, a password, a client secret.
///
/// `Debug`, `Display` and `Serialize` show `***`. Making one also hides the value from every log line from then on
/// (see [`logging::hide`]), so that it stays hidden in what other libraries print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the value over and hides it from the log.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        logging::hide(&value);
        Self(value)
    }

    /// The value itself. The one way out: searching for this name finds every use.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHOWN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHOWN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing_in_any_form() {
        let secret = Secret::new("ab-4711-not-to-be-seen");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""***""#);
        assert_eq!(secret.expose(), "ab-4711-not-to-be-seen");
    }

    #[test]
    fn is_hidden_from_log_lines_once_made() {
        let line = "GET /?key=made-then-hidden-0815";
        assert_eq!(logging::mask(line), line);
        let _secret = Secret::new("made-then-hidden-0815");
        assert_eq!(logging::mask(line), "GET /?key=***");
    }
}
