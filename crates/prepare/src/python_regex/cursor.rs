//! Reading a pattern or a template character by character.

use super::PatternError;

/// A place in the text being read.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'p> {
    rest: &'p str,
    position: usize,
}

impl<'p> Cursor<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        Self { rest: text, position: 0 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        self.position += 1;
        Some(next)
    }

    /// Steps over `text` if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(text) else { return false };
        self.rest = rest;
        self.position += text.chars().count();
        true
    }

    /// Everything before the next `end`, which is stepped over too.
    pub(super) fn until(&mut self, end: char) -> Result<&'p str, PatternError> {
        let Some((before, rest)) = self.rest.split_once(end) else {
            return Err(self.error(format!("missing {end}")));
        };
        self.rest = rest;
        self.position += before.chars().count() + 1;
        Ok(before)
    }

    /// At most `most` characters that are `wanted`, as one text.
    pub(super) fn take(&mut self, most: usize, wanted: fn(char) -> bool) -> String {
        let taken: String = self.rest.chars().take(most).take_while(|c| wanted(*c)).collect();
        self.rest = self.rest.strip_prefix(taken.as_str()).unwrap_or_default();
        self.position += taken.chars().count();
        taken
    }

    /// What is wrong here; the position is that of the character read last.
    pub(super) fn error(&self, message: impl Into<String>) -> PatternError {
        PatternError::Syntax { message: message.into(), position: self.position.max(1) }
    }
}

/// Whether `c` is an octal digit.
pub(super) fn is_octal(c: char) -> bool {
    c.is_digit(8)
}

/// Whether `c` is a decimal digit.
pub(super) fn is_decimal(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether `c` is a hexadecimal digit.
pub(super) fn is_hex(c: char) -> bool {
    c.is_ascii_hexdigit()
}

/// Whether `c` is an ASCII letter.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// Whether `name` may name a group.
pub(super) fn is_identifier(name: &str) -> bool {
    let first = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
