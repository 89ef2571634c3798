//! Replacement templates: `\1`, `\g<name>`, `\n`; a `$` is a dollar.

use super::cursor::{Cursor, is_decimal, is_identifier, is_octal};
use super::{Pattern, PatternError};
use fancy_regex::Captures;

/// What a match is replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// What the group matched; nothing when it took no part in the match.
    Group(usize),
}

impl Template {
    /// Reads a replacement for matches of `pattern`; a group that the pattern does not have is an error.
    pub fn new(text: &str, pattern: &Pattern) -> Result<Self, PatternError> {
        let mut cursor = Cursor::new(text);
        let mut pieces = Vec::new();
        let mut plain = String::new();
        while let Some(c) = cursor.next() {
            if c != '\\' {
                plain.push(c);
                continue;
            }
            if let Some(group) = escape(&mut cursor, pattern, &mut plain)? {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Group(group));
            }
        }
        pieces.push(Piece::Text(plain));
        Ok(Self { pieces })
    }

    pub(super) fn expand(&self, found: &Captures<'_, str>, to: &mut String) {
        for piece in &self.pieces {
            to.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(number) => found.get(*number).map_or("", |group| group.as_str()),
            });
        }
    }
}

/// Reads what follows a `\`: the number of a group, or text that is appended to `plain`.
fn escape(cursor: &mut Cursor<'_>, pattern: &Pattern, plain: &mut String) -> Result<Option<usize>, PatternError> {
    let Some(c) = cursor.next() else { return Err(cursor.error("a \\ with nothing after it")) };
    match c {
        'g' => reference(cursor, pattern).map(Some),
        '0' => {
            let digits = format!("0{}", cursor.take(2, is_octal));
            plain.push(octal(cursor, &digits)?);
            Ok(None)
        }
        '1'..='9' => number(cursor, c, pattern, plain),
        _ => {
            match c {
                'a' => plain.push('\u{7}'),
                'b' => plain.push('\u{8}'),
                'f' => plain.push('\u{c}'),
                'n' => plain.push('\n'),
                'r' => plain.push('\r'),
                't' => plain.push('\t'),
                'v' => plain.push('\u{b}'),
                '\\' => plain.push('\\'),
                _ if c.is_ascii_alphabetic() => return Err(cursor.error(format!("bad escape \\{c}"))),
                // As in Python the backslash stays.
                _ => plain.extend(['\\', c]),
            }
            Ok(None)
        }
    }
}

/// `\1` to `\99` are groups; three octal digits are a character.
fn number(
    cursor: &mut Cursor<'_>,
    first: char,
    pattern: &Pattern,
    plain: &mut String,
) -> Result<Option<usize>, PatternError> {
    let second = cursor.take(1, is_decimal);
    let digits = format!("{first}{second}");
    if digits.len() == 2 && digits.chars().all(is_octal) {
        let third = cursor.take(1, is_octal);
        if !third.is_empty() {
            plain.push(octal(cursor, &format!("{digits}{third}"))?);
            return Ok(None);
        }
    }
    group(cursor, &digits, pattern).map(Some)
}

fn octal(cursor: &Cursor<'_>, digits: &str) -> Result<char, PatternError> {
    let code = u8::from_str_radix(digits, 8).ok();
    code.map(char::from).ok_or_else(|| cursor.error(format!("octal escape \\{digits} outside of 0-0o377")))
}

/// `\g<name>` or `\g<1>`.
fn reference(cursor: &mut Cursor<'_>, pattern: &Pattern) -> Result<usize, PatternError> {
    if !cursor.eat("<") {
        return Err(cursor.error("missing < after \\g"));
    }
    let name = cursor.until('>')?;
    if name.chars().all(is_decimal) && !name.is_empty() {
        return group(cursor, name, pattern);
    }
    if !is_identifier(name) {
        return Err(cursor.error(format!("bad group name `{name}`")));
    }
    let number = pattern.groups.names.get(name).copied();
    number.ok_or_else(|| cursor.error(format!("the pattern has no group named `{name}`")))
}

fn group(cursor: &Cursor<'_>, digits: &str, pattern: &Pattern) -> Result<usize, PatternError> {
    let number = digits.parse().ok().filter(|number| *number <= pattern.groups.count);
    number.ok_or_else(|| cursor.error(format!("the pattern has no group {digits}")))
}
