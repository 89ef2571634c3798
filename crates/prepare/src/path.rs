//! What becomes of a group path: prefixes removed, rules applied, cut to the depth allowed.

use crate::error::PrepareError;
use crate::settings::Settings;
use std::collections::BTreeMap;
use std::sync::Arc;
use timecamp_scim_core::names::GroupPath;

/// How a path is cleaned before the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cleaning {
    /// Split, trimmed, and without its prefix.
    Full,
    /// Not at all: it was cleaned before, or must not be.
    AsItStands,
}

/// `text` split at `/`, its parts trimmed and empty ones dropped, without the first of the prefixes `skip` that it
/// begins with.
pub(crate) fn cleaned(text: &str, skip: &[GroupPath]) -> String {
    let parts: Vec<&str> = parts(text).collect();
    let rest = skip.iter().filter(|prefix| !prefix.is_root()).find_map(|prefix| {
        let (start, rest) = parts.split_at_checked(prefix.depth())?;
        start.iter().eq(prefix.parts()).then_some(rest)
    });
    rest.unwrap_or(&parts).join("/")
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split('/').map(str::trim).filter(|part| !part.is_empty())
}

/// A path as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) path: Arc<str>,
    /// The rules that changed it, from 0.
    pub(crate) changed_by: Box<[usize]>,
    pub(crate) depth: Depth,
}

/// Whether a path was too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Fits,
    Cut,
}

/// Finishes paths, each but once.
#[derive(Debug)]
pub(crate) struct Finisher<'s> {
    settings: &'s Settings,
    /// By path, for each way of cleaning.
    known: BTreeMap<Cleaning, BTreeMap<Box<str>, Finished>>,
}

impl<'s> Finisher<'s> {
    pub(crate) fn new(settings: &'s Settings) -> Self {
        Self { settings, known: BTreeMap::new() }
    }

    /// The finished form of `path`.
    pub(crate) fn finish(&mut self, path: &str, cleaning: Cleaning) -> Result<Finished, PrepareError> {
        let known = self.known.entry(cleaning).or_default();
        if let Some(finished) = known.get(path) {
            return Ok(finished.clone());
        }
        let finished = finished(path, cleaning, self.settings)?;
        known.insert(path.into(), finished.clone());
        Ok(finished)
    }
}

fn finished(path: &str, cleaning: Cleaning, settings: &Settings) -> Result<Finished, PrepareError> {
    let mut path = match cleaning {
        Cleaning::Full => cleaned(path, &settings.skip),
        Cleaning::AsItStands => path.to_owned(),
    };
    let mut changed_by = Vec::new();
    for (number, rule) in settings.rules.iter().enumerate() {
        let changed = rule.pattern.replace_all(&path, &rule.template).map_err(|problem| PrepareError::Exploded {
            variable: "TIMECAMP_CHANGE_GROUPS_REGEX",
            pattern: rule.text.clone(),
            text: path.clone(),
            problem,
        })?;
        if changed != path {
            changed_by.push(number);
            path = changed.into_owned();
        }
    }
    let parts: Vec<&str> = parts(&path).collect();
    let (kept, depth) = match settings.max_depth.and_then(|depth| parts.get(..depth)) {
        Some(kept) if kept.len() < parts.len() => (kept, Depth::Cut),
        Some(_) | None => (parts.as_slice(), Depth::Fits),
    };
    Ok(Finished { path: kept.join("/").into(), changed_by: changed_by.into(), depth })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::GroupRule;

    fn skip(prefixes: &[&str]) -> Vec<GroupPath> {
        prefixes.iter().map(|prefix| GroupPath::parse(prefix)).collect()
    }

    #[test]
    fn the_first_prefix_that_covers_whole_parts_goes() {
        assert_eq!(cleaned(" Company / IT //x/", &skip(&["Comp", " Company ", "IT"])), "IT/x");
        assert_eq!(cleaned("Company/IT", &skip(&["Company / IT"])), "");
        assert_eq!(cleaned("Company/ITx", &skip(&["Company/IT", "x"])), "Company/ITx");
        assert_eq!(cleaned("/", &skip(&[""])), "");
    }

    #[test]
    fn rules_apply_one_after_the_other_and_the_depth_comes_last() {
        let settings = Settings {
            skip: skip(&["A"]),
            rules: GroupRule::parse_all("x|||y;;;y|||A / z/;;;q|||r").unwrap(),
            max_depth: Some(2),
            ..Settings::default()
        };
        let mut work = Finisher::new(&settings);
        let finished = work.finish("A/x/c", Cleaning::Full).unwrap();
        assert_eq!(finished, Finished { path: "A/z".into(), changed_by: [0, 1].into(), depth: Depth::Cut });
        let finished = work.finish("A/b", Cleaning::AsItStands).unwrap();
        assert_eq!(finished, Finished { path: "A/b".into(), changed_by: [].into(), depth: Depth::Fits });
    }
}
