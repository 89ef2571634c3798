//! `.env` text as the Python original reads it (python-dotenv), by way of dotenvy.
//!
//! dotenvy stops at the first line it does not understand, and misreads unquoted JSON, regular expressions, `$` and
//! `#`. So every value is taken as python-dotenv would take it, and handed to dotenvy quoted and escaped, one line at
//! a time, which it reads right. What makes no sense is skipped with a warning that never shows a value.

use std::collections::BTreeMap;

/// What a file says, and what in it could not be used.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) values: BTreeMap<String, String>,
    pub(super) warnings: Vec<String>,
}

/// Reads the text of a `.env` file. `${X}` means the value in `process`, or else one from further up in the file; an
/// empty one counts as unset.
pub(super) fn parse(text: &str, process: &BTreeMap<String, String>) -> Loaded {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut loaded = Loaded::default();
    let (mut rest, mut number) = (text.as_str(), 1);
    while !rest.is_empty() {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let mut after = below;
        match binding(line, rest) {
            Ok(None) => {}
            Ok(Some(Binding { key, value, after: end })) => {
                after = end;
                let lookup = |name: &str| {
                    let of = |values: &BTreeMap<String, String>| values.get(name).filter(|v| !v.is_empty()).cloned();
                    of(process).or_else(|| of(&loaded.values))
                };
                match read(key, &expand(&value, lookup)) {
                    Some((key, value)) => drop(loaded.values.insert(key, value)),
                    None => loaded.warnings.push(warning(number, line, Trouble::Name)),
                }
            }
            Err(trouble) => loaded.warnings.push(warning(number, line, trouble)),
        }
        number += count_lines(rest, after);
        rest = after;
    }
    loaded
}

/// `NAME=value` taken apart; the value is unquoted and not yet expanded.
struct Binding<'t> {
    key: &'t str,
    value: String,
    /// The text below it.
    after: &'t str,
}

/// Why a line makes no sense.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    NoEquals,
    Name,
    Unclosed,
    AfterQuote,
}

/// What `line` binds, which may go on in the lines below it: `rest` is the text from `line` to the end.
fn binding<'t>(line: &'t str, rest: &'t str) -> Result<Option<Binding<'t>>, Trouble> {
    let start = line.trim_start();
    if start.is_empty() || start.starts_with('#') {
        return Ok(None);
    }
    let exported = start.strip_prefix("export").filter(|more| more.starts_with(char::is_whitespace));
    let (key, value) = exported.unwrap_or(start).split_once('=').ok_or(Trouble::NoEquals)?;
    let key = key.trim();
    let key = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')).unwrap_or(key);
    let opened = value.trim_start();
    let Some(quote) = opened.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let after = rest.get(line.len() + 1..).unwrap_or_default();
        return Ok(Some(Binding { key, value: unquoted(value), after }));
    };
    let text = rest.get(line.len() - opened.len() + 1..).unwrap_or_default();
    let closings = closings(text, quote);
    let mut read = closings.iter().flatten().filter_map(|&close| {
        let (behind, after) = text.get(close + 1..)?.split_once('\n').unwrap_or((text.get(close + 1..)?, ""));
        let tail = behind.trim_start();
        let value = unescaped(text.get(..close)?, quote);
        (tail.is_empty() || tail.starts_with('#')).then_some(Binding { key, value, after })
    });
    let trouble = if closings.iter().any(Option::is_some) { Trouble::AfterQuote } else { Trouble::Unclosed };
    read.next().map(Some).ok_or(trouble)
}

/// An unquoted value ends where white space and `#` begin a comment.
fn unquoted(value: &str) -> String {
    let comment =
        value.char_indices().zip(value.chars().skip(1)).find(|((_, c), next)| c.is_whitespace() && *next == '#');
    let end = comment.map_or(value.len(), |((index, _), _)| index);
    value.get(..end).unwrap_or_default().trim().to_owned()
}

/// Where a quoted value may end, the likeliest first: at the first quote that nothing escapes; at the first with no
/// backslash before it, which is how python-dotenv reads `"a\\" b"`; at the last with one, for `'C:\dir\'`.
fn closings(text: &str, quote: char) -> [Option<usize>; 3] {
    let mut found = [None; 3];
    let [unescaped, bare, escaped] = &mut found;
    let mut backslashes = 0;
    for (index, c) in text.char_indices() {
        if c == quote {
            if backslashes % 2 == 0 {
                unescaped.get_or_insert(index);
            }
            if backslashes == 0 {
                *bare = Some(index);
                break;
            }
            *escaped = Some(index);
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
    found
}

/// Resolves the escapes that a quoted value knows; any other backslash stands for itself.
fn unescaped(raw: &str, quote: char) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let meant = (c == '\\').then(|| chars.peek().and_then(|next| escape(*next, quote))).flatten();
        out.push(meant.unwrap_or(c));
        if meant.is_some() {
            chars.next();
        }
    }
    out
}

fn escape(letter: char, quote: char) -> Option<char> {
    match (letter, quote) {
        ('\\' | '\'', _) | ('"', '"') => Some(letter),
        ('a', '"') => Some('\u{7}'),
        ('b', '"') => Some('\u{8}'),
        ('f', '"') => Some('\u{c}'),
        ('n', '"') => Some('\n'),
        ('r', '"') => Some('\r'),
        ('t', '"') => Some('\t'),
        ('v', '"') => Some('\u{b}'),
        _ => None,
    }
}

/// Puts values in the place of `${X}` and `${X:-default}`. A `$` without braces stands for itself.
fn expand(value: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, found)) = rest.split_once("${") {
        out.push_str(before);
        match found.split_once('}') {
            Some((inside, after)) if !inside.contains(':') || inside.contains(":-") => {
                let (name, default) = inside.split_once(":-").unwrap_or((inside, ""));
                out.push_str(&lookup(name).unwrap_or_else(|| default.to_owned()));
                rest = after;
            }
            _ => {
                out.push_str("${");
                rest = found;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Has dotenvy read one pair, written the way it understands.
fn read(key: &str, value: &str) -> Option<(String, String)> {
    if key.contains(char::is_whitespace) {
        return None;
    }
    let mut line = format!("{key}=\"");
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => line.extend(['\\', c]),
            '\n' => line.push_str("\\n"),
            _ => line.push(c),
        }
    }
    line.push('"');
    dotenvy::from_read_iter(line.as_bytes()).next()?.ok()
}

fn count_lines(from: &str, to: &str) -> usize {
    let read = from.get(..from.len() - to.len()).unwrap_or_default();
    read.matches('\n').count()
}

/// What is wrong with a line: its number and its name, and nothing of its value, which may be a secret.
fn warning(number: usize, line: &str, trouble: Trouble) -> String {
    let name = shown_name(line).map(|name| format!(" ({name})")).unwrap_or_default();
    let what = match trouble {
        Trouble::NoEquals => "has no `=`",
        Trouble::Name => "does not begin with a name that a setting can have",
        Trouble::Unclosed => "opens a quote that is never closed",
        Trouble::AfterQuote => "goes on after its closing quote; escape quotes within the value with a backslash",
    };
    format!("line {number}{name} {what}; it was skipped")
}

/// How a line begins, if that looks like the name of a setting or a plain word. A line that is no setting may be the
/// torn rest of a secret: a piece of base64, a password on a line of its own.
fn shown_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let (name, more) = line.split_at_checked(end)?;
    let longest = if more.trim_start().starts_with('=') { 60 } else { 12 };
    let one_case = !name.contains(|c: char| c.is_ascii_lowercase()) || !name.contains(|c: char| c.is_ascii_uppercase());
    (name.len() <= longest && one_case && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

#[cfg(test)]
mod tests;
