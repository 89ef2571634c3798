//! The shapes that a secret takes on its way into a log line.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Shorter values are words of the language rather than secrets; hiding them would black out the log.
const SHORTEST: usize = 4;
/// A piece of base64 shorter than this turns up by chance.
const SHORTEST_PIECE: usize = 8;

/// What a URL's query or form leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What a URL's path leaves as it is.
const PATH: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Every text that gives `secret` away; none when it is too short to be one.
pub(super) fn of(secret: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    // A key file's lines may be quoted one by one.
    for part in [secret, secret.trim()].into_iter().chain(secret.lines().map(str::trim).filter(|line| line.len() >= 8))
    {
        if part.chars().count() >= SHORTEST {
            add(part, &mut forms);
        }
    }
    forms
}

fn add(secret: &str, forms: &mut BTreeSet<String>) {
    forms.insert(secret.to_owned());
    add_percent(secret, forms);
    add_base64(secret, forms);
    add_escaped(secret, forms);
}

fn add_percent(secret: &str, forms: &mut BTreeSet<String>) {
    for set in [NON_ALPHANUMERIC, UNRESERVED, PATH] {
        let upper = utf8_percent_encode(secret, set).to_string();
        let pieces = utf8_percent_encode(secret, set).map(|piece| match piece.strip_prefix('%') {
            Some(digits) => format!("%{}", digits.to_ascii_lowercase()),
            None => piece.to_owned(),
        });
        let lower: String = pieces.collect();
        forms.extend([upper.replace("%20", "+"), lower.replace("%20", "+"), upper, lower]);
    }
    forms.insert(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
}

fn add_base64(secret: &str, forms: &mut BTreeSet<String>) {
    // BambooHR's Basic authentication sends `key:x`.
    for text in [secret.to_owned(), format!("{secret}:"), format!("{secret}:x")] {
        forms.extend([&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].map(|engine| engine.encode(&text)));
    }
    // Within a longer text, as the password in `user:password`: the same bytes read three ways, by where they start.
    // The characters at the ends that also depend on the neighbours are left out.
    for (before, skipped) in [(0, 0), (1, 2), (2, 3)] {
        let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.bytes()).collect();
        let whole = bytes.len() * 8 / 6;
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let piece = engine.encode(&bytes).get(skipped..whole).unwrap_or_default().to_owned();
            if piece.len() >= SHORTEST_PIECE {
                forms.insert(piece);
            }
        }
    }
}

fn add_escaped(secret: &str, forms: &mut BTreeSet<String>) {
    let debug = [secret.escape_debug().to_string(), secret.as_bytes().escape_ascii().to_string()];
    let json: Vec<String> = [secret, debug[0].as_str(), debug[1].as_str()].into_iter().map(json).collect();
    forms.extend(debug);
    forms.extend(json);
}

/// `text` as it stands between the quotes of a JSON string.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_key_has_few_forms() {
        let forms = of("abcdef0123456789");
        assert!(forms.len() < 12, "{forms:?}");
        assert!(forms.contains("abcdef0123456789"));
        assert!(forms.contains(&STANDARD.encode("abcdef0123456789:x")));
    }

    #[test]
    fn short_values_have_none() {
        assert!(of("").is_empty());
        assert!(of("   ").is_empty());
        assert!(of("abc").is_empty());
        assert!(of("abcd").contains("abcd"));
    }

    #[test]
    fn pieces_of_base64_are_found_at_every_place() {
        let forms = of("correct horse");
        for text in ["correct horse", "u:correct horse", "us:correct horse!", "user:correct horse, and more"] {
            let encoded = STANDARD.encode(text);
            assert!(forms.iter().any(|form| form.len() >= 12 && encoded.contains(form)), "{encoded}");
        }
    }
}
