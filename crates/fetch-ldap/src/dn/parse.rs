//! The grammar of RFC 4514, section 3, and of what servers write besides: spaces around `,`, `+` and `=`.

use super::{DnError, Pair, Rdn};
use std::iter::Peekable;
use std::str::CharIndices;

/// Characters that stand for themselves only when escaped, besides `,` and `+`, which end a value.
const SPECIAL: [char; 5] = ['"', '<', '>', ';', '\0'];

/// The RDNs of a distinguished name, the entry's own first.
pub(super) fn rdns(text: &str) -> Result<Vec<Rdn>, DnError> {
    if text.trim().is_empty() {
        return Err(DnError::Empty);
    }
    let mut scan = Scan { chars: text.char_indices().peekable(), len: text.len() };
    let mut rdns = Vec::new();
    loop {
        scan.skip_spaces();
        let start = scan.position();
        let mut pairs = vec![scan.pair()?];
        while scan.eat('+') {
            pairs.push(scan.pair()?);
        }
        rdns.push(Rdn { start, pairs });
        if !scan.eat(',') {
            return Ok(rdns);
        }
    }
}

struct Scan<'t> {
    chars: Peekable<CharIndices<'t>>,
    len: usize,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, char)| *char)
    }

    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, char)| char)
    }

    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.len, |(at, _)| *at)
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.chars.next_if(|(_, char)| *char == wanted).is_some()
    }

    fn skip_spaces(&mut self) {
        while self.chars.next_if(|(_, char)| *char == ' ').is_some() {}
    }

    fn pair(&mut self) -> Result<Pair, DnError> {
        self.skip_spaces();
        let mut kind = String::new();
        loop {
            match self.next() {
                Some('=') => break,
                None | Some(',' | '+') => return Err(DnError::NoEquals),
                Some(char) => kind.push(char),
            }
        }
        let kind = attribute_type(kind.trim_end()).ok_or(DnError::NoType)?;
        self.skip_spaces();
        let value = if self.eat('#') { self.hex_value()? } else { self.text_value()? };
        Ok(Pair { kind, value })
    }

    /// A value up to the `,` or `+` that ends it; spaces at its end do not belong to it unless escaped.
    fn text_value(&mut self) -> Result<String, DnError> {
        let mut value = Vec::new();
        let mut kept = 0;
        while let Some(char) = self.peek().filter(|char| !matches!(char, ',' | '+')) {
            self.next();
            match char {
                '\\' => value.push(self.escaped()?),
                char if SPECIAL.contains(&char) => return Err(DnError::Unescaped),
                char => value.extend(char.encode_utf8(&mut [0; 4]).bytes()),
            }
            if char != ' ' {
                kept = value.len();
            }
        }
        value.truncate(kept);
        String::from_utf8(value).map_err(|_not_utf8| DnError::NotUtf8)
    }

    /// What follows a backslash: the character itself, or a byte in two hexadecimal digits.
    fn escaped(&mut self) -> Result<u8, DnError> {
        let first = self.next().ok_or(DnError::BadEscape)?;
        if let Some(high) = first.to_digit(16) {
            let low = self.next().and_then(|char| char.to_digit(16)).ok_or(DnError::BadEscape)?;
            return u8::try_from(high * 16 + low).map_err(|_too_big| DnError::BadEscape);
        }
        let plain = matches!(first, ',' | '+' | '\\' | ' ' | '#' | '=') || SPECIAL.contains(&first) || first == '/';
        if plain { u8::try_from(first).map_err(|_no_byte| DnError::BadEscape) } else { Err(DnError::BadEscape) }
    }

    /// `#` and the BER of the value: its tag and length are left off, its text is the value.
    fn hex_value(&mut self) -> Result<String, DnError> {
        let mut bytes = Vec::new();
        self.skip_spaces();
        while let Some(high) = self.peek().and_then(|char| char.to_digit(16)) {
            self.next();
            let low = self.next().and_then(|char| char.to_digit(16)).ok_or(DnError::BadHex)?;
            bytes.push(u8::try_from(high * 16 + low).map_err(|_too_big| DnError::BadHex)?);
        }
        self.skip_spaces();
        if !matches!(self.peek(), None | Some(',' | '+')) {
            return Err(DnError::BadHex);
        }
        let content = match bytes.as_slice() {
            [_tag, length, content @ ..] if usize::from(*length) == content.len() && *length < 0x80 => content,
            [_tag, 0x81, length, content @ ..] if usize::from(*length) == content.len() => content,
            _ => return Err(DnError::BadHex),
        };
        String::from_utf8(content.to_vec()).map_err(|_not_utf8| DnError::NotUtf8)
    }
}

/// The type in lower case, by its short name where it has one that matters here; `None` when it is no type at all.
fn attribute_type(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let short = match lower.strip_prefix("oid.").unwrap_or(&lower) {
        "2.5.4.11" | "organizationalunitname" => "ou",
        "2.5.4.3" | "commonname" => "cn",
        "0.9.2342.19200300.100.1.25" | "domaincomponent" => "dc",
        "0.9.2342.19200300.100.1.1" | "userid" => "uid",
        other => other,
    };
    let usable = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_');
    (!short.is_empty() && short.chars().all(usable)).then(|| short.to_owned())
}
