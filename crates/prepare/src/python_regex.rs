//! Python's `re`, as far as settings written for the Python original use it: its pattern syntax, its replacement
//! templates and its way of replacing empty matches, on top of `fancy-regex`.
//!
//! The pattern is rewritten into one that means the same to the engine (see `translate`), so that the differences
//! between the two never show: `$` before a final newline, `\Z`, `\<`, `[[a-z]`, `(?a)`, group names.

mod class;
mod cursor;
mod template;
mod translate;

use fancy_regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub use template::Template;

/// Why a pattern or a replacement cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text is not Python's syntax.
    #[error("{message} at character {position}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Where, counted in characters from 1.
        position: usize,
    },
    /// The syntax is right, but the engine cannot carry it out: too large or nested too deeply.
    #[error("it cannot be carried out ({0})")]
    Engine(String),
}

/// A search was given up because the pattern needs too many steps on this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pattern needs too many steps; make it simpler, above all repetitions inside repetitions")]
pub struct Exploded;

/// A pattern in Python's syntax, ready to search and replace.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    /// The same, but no empty match where the search starts: what Python demands after an empty match.
    advancing: Regex,
    groups: Groups,
}

/// The capture groups of a pattern: how many, and the numbers of the named ones.
#[derive(Debug, Clone, Default)]
struct Groups {
    count: usize,
    names: BTreeMap<String, usize>,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let (translated, groups) = translate::translate(pattern)?;
        let compile = |text: &str| Regex::new(text).map_err(|error| PatternError::Engine(error.to_string()));
        Ok(Self {
            regex: compile(&translated)?,
            // `\G` is where the search starts.
            advancing: compile(&format!("(?:{translated})(?!\\G)"))?,
            groups,
        })
    }

    /// Whether the pattern is found anywhere in the text (`re.search`).
    pub fn is_found_in(&self, text: &str) -> Result<bool, Exploded> {
        self.regex.is_match(text).map_err(exploded)
    }

    /// The text with every match replaced (`re.sub`), borrowed when there is none.
    pub fn replace_all<'t>(&self, text: &'t str, template: &Template) -> Result<Cow<'t, str>, Exploded> {
        let Some(mut found) = search(&self.regex, text, 0)? else { return Ok(Cow::Borrowed(text)) };
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        loop {
            let (start, end) = found.get(0).map_or((copied, copied), |whole| (whole.start(), whole.end()));
            result.push_str(text.get(copied..start).unwrap_or_default());
            template.expand(&found, &mut result);
            copied = end;
            let next = if start == end { &self.advancing } else { &self.regex };
            match search(next, text, end)? {
                Some(further) => found = further,
                None => break,
            }
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        Ok(Cow::Owned(result))
    }
}

fn search<'t>(regex: &Regex, text: &'t str, from: usize) -> Result<Option<Captures<'t, str>>, Exploded> {
    regex.captures_from_pos(text, from).map_err(exploded)
}

/// Every error of a search that was compiled is the engine giving up.
fn exploded(error: fancy_regex::Error) -> Exploded {
    drop(error);
    Exploded
}

#[cfg(test)]
mod tests;
