//! What must not be read: secrets, and people's addresses and names when that is asked for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Privacy, forms};

/// What stands in the place of something hidden.
const SHOWN: &str = "***";

static HIDDEN: RwLock<Hidden> = RwLock::new(Hidden { forms: BTreeSet::new(), finder: OnceLock::new() });
static MASK_PEOPLE: AtomicBool = AtomicBool::new(false);

/// The texts that give a secret away, and the automaton that finds them all in one pass. It is made by the first line
/// after a change, since settings bring many secrets before there is a line.
#[derive(Debug)]
struct Hidden {
    forms: BTreeSet<String>,
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Hidden {
    fn add(&mut self, secret: &str) {
        let before = self.forms.len();
        self.forms.extend(forms::of(secret));
        if self.forms.len() > before {
            self.finder = OnceLock::new();
        }
    }

    fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.forms.is_empty() {
            return Cow::Borrowed(text);
        }
        match self.finder.get_or_init(|| finder(&self.forms)) {
            Some(finder) if finder.is_match(text) => {
                let mut out = String::with_capacity(text.len());
                finder.replace_all_with(text, &mut out, |_, _, out| {
                    out.push_str(SHOWN);
                    true
                });
                Cow::Owned(out)
            }
            Some(_) => Cow::Borrowed(text),
            // Cannot happen below gigabytes of secrets. If it does, nothing is shown rather than too much.
            None => Cow::Borrowed(SHOWN),
        }
    }
}

fn finder(forms: &BTreeSet<String>) -> Option<AhoCorasick> {
    // The kind that is quick to make; a process may be gone after a few lines.
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).kind(kind).build(forms).ok()
}

/// From now on no log line contains `secret`, in any of the forms in which requests and messages carry it: as it
/// is, percent-encoded, in base64 (alone or within a Basic credential), escaped. Values of fewer than four
/// characters are not hidden.
pub fn hide(secret: &str) {
    HIDDEN.write().unwrap_or_else(PoisonError::into_inner).add(secret);
}

/// `text` as it may be shown: hidden values become `***`, and with [`Privacy::Masked`] addresses such as
/// `ann@example.com` become `a***@e***`. The log's writers apply it to every line; whoever prints something from
/// elsewhere does so as well.
pub fn mask(text: &str) -> Cow<'_, str> {
    let masked = HIDDEN.read().unwrap_or_else(PoisonError::into_inner).mask(text);
    match (privacy(), masked) {
        (Privacy::Open, masked) => masked,
        (Privacy::Masked, Cow::Borrowed(text)) => mask_addresses(text),
        (Privacy::Masked, Cow::Owned(text)) => Cow::Owned(mask_addresses(&text).into_owned()),
    }
}

/// A name or an address in a log message: the value, or with [`Privacy::Masked`] as much as tells two apart.
pub fn pii<T: fmt::Display>(value: T) -> Pii<T> {
    Pii { value, privacy: privacy() }
}

/// See [`pii`].
pub struct Pii<T> {
    value: T,
    privacy: Privacy,
}

impl<T: fmt::Display> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.privacy {
            Privacy::Open => self.value.fmt(f),
            Privacy::Masked => f.pad(&mask_name(&self.value.to_string())),
        }
    }
}

impl<T: fmt::Display> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

pub(super) fn set_privacy(privacy: Privacy) {
    MASK_PEOPLE.store(privacy == Privacy::Masked, Ordering::Relaxed);
}

fn privacy() -> Privacy {
    if MASK_PEOPLE.load(Ordering::Relaxed) { Privacy::Masked } else { Privacy::Open }
}

/// `Ann Lee` as `A*** L***`; addresses as everywhere.
fn mask_name(name: &str) -> String {
    if name.contains('@') {
        return mask_addresses(name).into_owned();
    }
    let words = name.split_whitespace().map(|word| word.chars().take(1).chain(SHOWN.chars()).collect::<String>());
    words.collect::<Vec<_>>().join(" ")
}

/// Shortens every address in `text`, also one that a URL carries with `%40`.
fn mask_addresses(text: &str) -> Cow<'_, str> {
    let (mut out, mut done) = (String::new(), 0);
    let mut from = 0;
    while let Some((at, len)) = next_at(text, from) {
        from = at + len;
        let local = local_part(text, done..at);
        let domain = domain_part(text, from);
        let (Some(local), Some(domain)) = (local, domain) else { continue };
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        out.push_str(part(done..local.start));
        out.extend(part(local).chars().take(1));
        out.push_str(SHOWN);
        out.push_str(part(at..from));
        out.extend(part(domain.clone()).chars().take(1));
        out.push_str(SHOWN);
        (done, from) = (domain.end, domain.end);
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// The next `@` or `%40` at or after `from`: where it is, and its length.
fn next_at(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let plain = rest.find('@').map(|at| (from + at, 1));
    let encoded = rest.find("%40").map(|at| (from + at, 3));
    plain.into_iter().chain(encoded).min()
}

/// The part of an address before its `@`, which ends `within`.
fn local_part(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(within.clone())?;
    let belongs = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let outside = before.char_indices().rev().find(|&(_, c)| !belongs(c));
    let mut start = outside.map_or(0, |(index, c)| index + c.len_utf8());
    if outside.is_some_and(|(_, c)| c == '\\') {
        // The letter of an escape such as `\n` or `\u001b` is no part of the address, and cutting the escape in
        // two would spoil a JSON line.
        let escape = if before.get(start..).is_some_and(|local| local.starts_with('u')) { 5 } else { 1 };
        start = before.char_indices().map(|(index, _)| index).find(|&index| index >= start + escape)?;
    }
    let quotes = before.get(start..)?.find(char::is_alphanumeric)?;
    Some(within.start + start + quotes..within.end)
}

/// The part of an address after its `@`, which starts at `from`.
fn domain_part(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-')).unwrap_or(rest.len());
    let domain = rest.get(..end)?.trim_end_matches(['.', '-']);
    domain.starts_with(char::is_alphanumeric).then(|| from..from + domain.len())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn hidden(secrets: &[&str]) -> Hidden {
        let mut hidden = Hidden { forms: BTreeSet::new(), finder: OnceLock::new() };
        for secret in secrets {
            hidden.add(secret);
        }
        hidden
    }

    #[test]
    fn a_secret_is_hidden_in_every_form_it_travels_in() {
        let secret = "kv~8Q/a+b=\"c\\d é";
        let hidden = hidden(&[secret]);
        let mut url = url::Url::parse("https://x.test/a").unwrap();
        url.query_pairs_mut().append_pair("key", secret);
        let mut path = url::Url::parse("https://x.test/a").unwrap();
        path.path_segments_mut().unwrap().push(secret);
        for line in [
            format!("key {secret} refused"),
            format!("{secret:?}"),
            format!("{:?}", format!("{secret:?}")),
            format!("b\"{}\"", secret.as_bytes().escape_ascii()),
            serde_json::json!({ "message": secret }).to_string(),
            serde_json::json!({ "message": format!("{secret:?}") }).to_string(),
            serde_json::json!({ "message": serde_json::json!({ "key": secret }).to_string() }).to_string(),
            url.to_string(),
            path.to_string(),
            format!("authorization: Basic {}", STANDARD.encode(format!("{secret}:x"))),
            format!("authorization: Basic {}", STANDARD.encode(secret)),
        ] {
            let masked = hidden.mask(&line);
            assert!(masked.contains(SHOWN), "{line}");
            for trace in ["kv~8Q", "kv%7E8Q", "8Q/a", "8Q%2F", STANDARD.encode(secret).get(..8).unwrap()] {
                assert!(!masked.contains(trace), "{masked} still has {trace}");
            }
        }
    }

    #[test]
    fn the_longer_of_two_secrets_wins_and_both_go() {
        let hidden = hidden(&["abcdef", "abcdefghij"]);
        assert_eq!(hidden.mask("abcdefghij abcdefg abcde"), "*** ***g abcde");
    }

    #[test]
    fn a_secret_that_comes_later_is_hidden_too() {
        let mut hidden = hidden(&["abcdef"]);
        assert_eq!(hidden.mask("abcdef ghijkl"), "*** ghijkl");
        hidden.add("ghijkl");
        assert_eq!(hidden.mask("abcdef ghijkl"), "*** ***");
    }

    #[test]
    fn a_line_without_secrets_is_not_copied() {
        assert!(matches!(hidden(&["abcdef", "", "abc"]).mask("abc is no secret"), Cow::Borrowed("abc is no secret")));
    }

    #[test]
    fn each_line_of_a_key_file_is_hidden() {
        let hidden = hidden(&["-----BEGIN-----\r\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n"]);
        assert_eq!(hidden.mask("bad line MIIEvQIBADANBg"), "bad line ***");
    }

    #[test]
    fn addresses_are_shortened_wherever_they_stand() {
        for (text, masked) in [
            ("ann.lee+x@example.com", "a***@e***"),
            ("<ann@example.com>, 'bob@example.org'.", "<a***@e***>, 'b***@e***'."),
            ("email=ann@example.com.", "email=a***@e***."),
            ("GET /users?email=ann%40example.com&x=1", "GET /users?email=a***%40e***&x=1"),
            ("https://x.test/a%2Bb%40example.com/", "https://x.test/a***%40e***/"),
            (r#"{"m":"for:\nann@example.com"}"#, r#"{"m":"for:\na***@e***"}"#),
            (r#"{"m":"\u001bann@example.com"}"#, r#"{"m":"\u001ba***@e***"}"#),
            ("łucja@example.com", "ł***@e***"),
            ("a@b@c", "a***@b***@c"),
        ] {
            assert_eq!(mask_addresses(text), masked);
        }
        for text in ["", "@", "a @ b", "x@", "@x", "100%40", "no address"] {
            assert!(matches!(mask_addresses(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn names_are_masked_only_when_asked() {
        let shown = |privacy| Pii { value: "Ann  van Lee", privacy }.to_string();
        assert_eq!(shown(Privacy::Open), "Ann  van Lee");
        assert_eq!(shown(Privacy::Masked), "A*** v*** L***");
        let address = Pii { value: "ann@example.com", privacy: Privacy::Masked };
        assert_eq!(format!("{address} {address:?}"), "a***@e*** a***@e***");
    }

    proptest::proptest! {
        #[test]
        fn random_text_never_panics_and_no_address_stays(text in "[aé@.%40\\\\u\n ]{0,40}") {
            let line = format!("{text} ann.lee@example.com {text}");
            let masked = mask_addresses(&line);
            proptest::prop_assert!(masked.contains("a***@e***") && !masked.contains("lee"), "{}", masked);
        }
    }
}
