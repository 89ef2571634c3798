//! Characters and character classes: `a`, `\x41`, `\w`, `[^a-z\d]`.

use super::PatternError;
use super::cursor::{Cursor, is_hex, is_octal};
use std::fmt::Write as _;

/// Which characters `\w`, `\d`, `\s` and `\b` know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// All of Unicode, as Python sees it: `\w` is letters, numbers of every kind and the underscore.
    Unicode,
    /// `(?a)`.
    Ascii,
}

impl Alphabet {
    /// The engine's class items for `\w`, `\d`, `\s`; `None` for any other letter.
    fn items(self, letter: char) -> Option<&'static str> {
        Some(match (self, letter) {
            (Self::Unicode, 'w') => r"\p{L}\p{N}_",
            (Self::Unicode, 'd') => r"\d",
            // Python counts the four separators of ASCII as white space, the engine does not.
            (Self::Unicode, 's') => r"\s\x{1c}-\x{1f}",
            (Self::Ascii, 'w') => "0-9A-Za-z_",
            (Self::Ascii, 'd') => "0-9",
            (Self::Ascii, 's') => r"\x{9}-\x{d}\x{20}",
            _ => return None,
        })
    }

    /// `\w` or `\W` and the like as a class of its own, which also stands within another class.
    pub(super) fn class(self, letter: char) -> Option<String> {
        let items = self.items(letter.to_ascii_lowercase())?;
        Some(if letter.is_ascii_uppercase() { format!("[^{items}]") } else { format!("[{items}]") })
    }
}

/// Appends a character that stands for itself.
pub(super) fn push_literal(to: &mut String, c: char) {
    if r"\.+*?()|[]{}^$".contains(c) {
        to.push('\\');
        to.push(c);
    } else if c.is_control() {
        push_code(to, c);
    } else {
        to.push(c);
    }
}

fn push_code(to: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(to, "\\x{{{:x}}}", u32::from(c));
}

/// Within a class every character but letters and digits goes by its number: set operators lose their meaning.
fn push_member(to: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || (!c.is_ascii() && !c.is_control()) { to.push(c) } else { push_code(to, c) }
}

/// One member of a class.
enum Member {
    One(char),
    Class(String),
}

/// Appends the class whose `[` was just read.
pub(super) fn push_class(cursor: &mut Cursor<'_>, alphabet: Alphabet, to: &mut String) -> Result<(), PatternError> {
    to.push_str(if cursor.eat("^") { "[^" } else { "[" });
    let mut first = true;
    loop {
        if !first && cursor.eat("]") {
            to.push(']');
            return Ok(());
        }
        first = false;
        match member(cursor, alphabet)? {
            Member::Class(class) => {
                if is_range(cursor) {
                    return Err(cursor.error("bad character range"));
                }
                to.push_str(&class);
            }
            Member::One(low) => {
                push_member(to, low);
                if is_range(cursor) {
                    cursor.next();
                    push_upper(cursor, alphabet, low, to)?;
                }
            }
        }
    }
}

/// Whether a `-` follows that makes a range, that is not the last one of the class.
fn is_range(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    ahead.eat("-") && ahead.peek().is_some_and(|c| c != ']')
}

fn push_upper(cursor: &mut Cursor<'_>, alphabet: Alphabet, low: char, to: &mut String) -> Result<(), PatternError> {
    match member(cursor, alphabet)? {
        Member::One(high) if low <= high => {
            to.push('-');
            push_member(to, high);
            Ok(())
        }
        Member::One(_) | Member::Class(_) => Err(cursor.error("bad character range")),
    }
}

fn member(cursor: &mut Cursor<'_>, alphabet: Alphabet) -> Result<Member, PatternError> {
    match cursor.next() {
        None => Err(cursor.error("missing ] after a [")),
        Some('\\') => match cursor.next() {
            None => Err(cursor.error("a \\ with nothing after it")),
            Some('b') => Ok(Member::One('\u{8}')),
            Some(letter) => match alphabet.class(letter) {
                Some(class) => Ok(Member::Class(class)),
                None if letter.is_digit(8) => octal(cursor, letter).map(Member::One),
                None => escaped(cursor, letter).map(Member::One),
            },
        },
        Some(c) => Ok(Member::One(c)),
    }
}

/// The character that `\` and `letter` mean, where `letter` was just read. Octal numbers are dealt with elsewhere.
pub(super) fn escaped(cursor: &mut Cursor<'_>, letter: char) -> Result<char, PatternError> {
    match letter {
        'a' => Ok('\u{7}'),
        'f' => Ok('\u{c}'),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'v' => Ok('\u{b}'),
        'x' => hexadecimal(cursor, letter, 2),
        'u' => hexadecimal(cursor, letter, 4),
        'U' => hexadecimal(cursor, letter, 8),
        _ if letter.is_ascii_alphanumeric() => Err(cursor.error(format!("bad escape \\{letter}"))),
        _ => Ok(letter),
    }
}

fn hexadecimal(cursor: &mut Cursor<'_>, letter: char, digits: usize) -> Result<char, PatternError> {
    let number = cursor.take(digits, is_hex);
    let code = if number.len() == digits { u32::from_str_radix(&number, 16).ok() } else { None };
    code.and_then(char::from_u32).ok_or_else(|| cursor.error(format!("incomplete escape \\{letter}{number}")))
}

/// The character with the octal number that starts with `first`: up to three digits, at most `\377`.
pub(super) fn octal(cursor: &mut Cursor<'_>, first: char) -> Result<char, PatternError> {
    let number = format!("{first}{}", cursor.take(2, is_octal));
    let code = u8::from_str_radix(&number, 8).ok();
    code.map(char::from).ok_or_else(|| cursor.error(format!("octal escape \\{number} outside of 0-0o377")))
}
