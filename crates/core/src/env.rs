//! The environment, read once: the process's variables first, then `.env` in the working folder or the nearest
//! parent. Values are asked for by [`Var`]; everything that is wrong is collected and said in one go.

mod dotenv;
mod unknown;

use crate::logging;
use crate::secret::Secret;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::ErrorKind;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// One environment variable: its name, kind, default and meaning. Settings pages and `--help` are made from these.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Var {
    /// The name as it stands in the environment.
    pub name: &'static str,
    /// What its values look like.
    pub kind: Kind,
    /// The default in the administrator's words; empty when there is none.
    pub default: &'static str,
    /// What it is for, in one or two sentences.
    pub about: &'static str,
}

/// What the values of a variable look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Free text.
    Text,
    /// A secret: never shown; `NAME_FILE` may name a file that holds it.
    Secret,
    /// true/false, yes/no, on/off, 1/0 in any letter case.
    Flag,
    /// A whole number, not negative.
    Number,
    /// Items between commas, each trimmed.
    List,
    /// `90s`, `5m`, `24h`; `off` is the same as unset.
    Duration,
    /// A count, a percentage such as `20%`, or `off`.
    Limit,
    /// JSON text.
    Json,
}

impl Var {
    /// A variable; used in `const` position.
    pub const fn new(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Self {
        Self { name, kind, default, about }
    }
}

/// What is wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    name: String,
    text: String,
}

/// Everything that is wrong with the settings, in one message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    problems: Vec<Problem>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings are not usable; nothing was read or changed:")?;
        for Problem { name, text } in &self.problems {
            write!(f, "\n  {name}: {text}")?;
        }
        Ok(())
    }
}

/// The environment of one run.
#[derive(Debug, Default)]
pub struct Env {
    process: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    warnings: Vec<String>,
    problems: Vec<Problem>,
    effective: BTreeMap<String, String>,
}

impl FromIterator<(&'static str, &'static str)> for Env {
    fn from_iter<I: IntoIterator<Item = (&'static str, &'static str)>>(pairs: I) -> Self {
        let process = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { process, ..Self::default() }
    }
}

impl Env {
    /// The process environment and the nearest `.env` at or above `folder`.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the process environment")]
    pub fn of_process(folder: &Path) -> Self {
        let process: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        // No setting of ours, but HTTP libraries speak of the proxy they use.
        for (_, proxy) in process.iter().filter(|(name, _)| name.to_ascii_uppercase().ends_with("_PROXY")) {
            hide_password(proxy);
        }
        let mut env = Self { process, ..Self::default() };
        env.read_file(folder);
        env
    }

    #[expect(clippy::disallowed_methods, reason = "a settings file belongs to the environment")]
    fn read_file(&mut self, folder: &Path) {
        // A relative folder such as `.` has no parents to be looked through.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let Some(path) = folder.ancestors().map(|above| above.join(".env")).find(|path| path.is_file()) else { return };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let loaded = dotenv::parse(&text, &self.process);
                self.file = loaded.values;
                self.warnings.extend(loaded.warnings.into_iter().map(|text| format!("{}: {text}", path.display())));
            }
            // As in the original. Read anyhow, a department or a password would be another one.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let text = "is not UTF-8 text; save it with that encoding".to_owned();
                self.problems.push(Problem { name: path.display().to_string(), text });
            }
            Err(error) => {
                let text = format!("cannot be read ({error}); make it readable for this user or remove it");
                self.problems.push(Problem { name: path.display().to_string(), text });
            }
        }
    }

    /// The value as written, process before file; empty counts as unset. Not recorded as an effective setting.
    fn raw(&self, name: &str) -> Option<String> {
        let set = |values: &BTreeMap<String, String>| values.get(name).filter(|value| !value.is_empty()).cloned();
        let value = set(&self.process).or_else(|| set(&self.file))?;
        hide_password(&value);
        Some(value)
    }

    /// Free text as it was written; `None` when unset or empty.
    pub fn text(&mut self, var: &Var) -> Option<String> {
        let value = self.raw(var.name);
        self.show(var, value.as_deref());
        value
    }

    /// Like [`Env::text`], trimmed, and a complaint when there is none.
    pub fn required(&mut self, var: &Var) -> Option<String> {
        let value = self.text(var).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if value.is_none() {
            self.complain(var, &format!("is not set. {}", var.about));
        }
        value
    }

    /// Like [`Env::required`], shown in part only among the effective settings: the name of an account.
    pub fn required_account(&mut self, var: &Var) -> Option<String> {
        let name = self.required(var);
        self.effective.insert(var.name.to_owned(), name.as_deref().map(in_part).unwrap_or_default());
        name
    }

    /// A secret from the variable, or from the file that `NAME_FILE` names.
    #[expect(clippy::disallowed_methods, reason = "a secret's file belongs to the environment")]
    pub fn secret(&mut self, var: &Var) -> Option<Secret> {
        let file_var = format!("{}_FILE", var.name);
        let value = match (self.raw(var.name), self.raw(&file_var)) {
            (Some(_), Some(_)) => {
                self.complain(var, &format!("is set, and {file_var} too; set only one of them"));
                None
            }
            (Some(value), None) => Some(value),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(text) if text.trim().is_empty() => {
                    self.problems.push(Problem { name: file_var, text: format!("names a file that is empty: {path}") });
                    None
                }
                Ok(text) => Some(text),
                Err(error) => {
                    let text = format!("names a file that cannot be read: {path} ({error})");
                    self.problems.push(Problem { name: file_var, text });
                    None
                }
            },
            (None, None) => None,
        };
        let secret = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).map(Secret::new);
        self.effective.insert(var.name.to_owned(), if secret.is_some() { "***" } else { "" }.to_owned());
        secret
    }

    /// Like [`Env::secret`], and a complaint when there is none.
    pub fn required_secret(&mut self, var: &Var) -> Option<Secret> {
        let before = self.problems.len();
        let secret = self.secret(var);
        if secret.is_none() && self.problems.len() == before {
            self.complain(var, &format!("is not set. {} A file named by {}_FILE will do too", var.about, var.name));
        }
        secret
    }

    /// A boolean; anything but the accepted words is a complaint (the Python original read a typo as false).
    pub fn flag(&mut self, var: &Var) -> bool {
        let default = var.default == "true";
        self.parsed(var, "true/false, yes/no, on/off or 1/0", parse_flag).unwrap_or(default)
    }

    /// A whole number.
    pub fn number<N: FromStr>(&mut self, var: &Var) -> Option<N> {
        self.parsed(var, "a whole number", |text| text.parse().ok())
    }

    /// Items between commas, trimmed, empty ones dropped.
    pub fn list(&mut self, var: &Var) -> Vec<String> {
        let value = self.text(var).unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// A duration; `off` is the same as unset.
    pub fn duration(&mut self, var: &Var) -> Option<Duration> {
        self.parsed(var, "a duration such as 90s, 5m or 24h, or off", |text| {
            if text.eq_ignore_ascii_case("off") {
                return Some(None);
            }
            let span: jiff::SignedDuration = text.parse().ok()?;
            Duration::try_from(span).ok().map(Some)
        })
        .flatten()
    }

    /// A web address, without slashes at its end. Plain `http` to another machine is a warning.
    pub fn web_address(&mut self, var: &Var) -> Option<String> {
        let url = |text: &str| {
            url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        let accepted = "a web address such as https://host/path";
        let (text, url) =
            self.parsed(var, accepted, |text| Some((text.trim_end_matches('/').to_owned(), url(text)?)))?;
        self.warn_of_open_line(var, &url);
        Some(text)
    }

    /// Warns when credentials would go to another machine in clear.
    pub(crate) fn warn_of_open_line(&mut self, var: &Var, url: &url::Url) {
        let here = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str().unwrap_or_default());
        if url.scheme() == "http" && !here {
            self.warn(format!("{} is not https: whoever stands between can read the credentials", var.name));
        }
    }

    /// A value that `parse` understands; otherwise a complaint that says what is `accepted`.
    pub fn parsed<T>(&mut self, var: &Var, accepted: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(var)?;
        let value = parse(text.trim());
        if value.is_none() {
            self.complain(var, &format!("`{}` is not accepted; use {accepted}", shown(var, &text)));
        }
        value
    }

    /// Records that `var` cannot be used; `text` continues a sentence that begins with its name.
    pub fn complain(&mut self, var: &Var, text: &str) {
        self.problems.push(Problem { name: var.name.to_owned(), text: text.to_owned() });
    }

    /// Records something worth saying that does not stop the run.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    /// Warns of every set variable with a prefix that the `known` ones have, that is none of them.
    pub fn warn_of_unknown(&mut self, known: &[&'static Var]) {
        let set = self.process.keys().chain(self.file.keys());
        self.warnings.extend(unknown::warnings(set, known));
    }

    /// The warnings so far, once.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Every setting that was asked for, as it may be shown: secrets masked, unset ones left out.
    pub fn effective(&self) -> BTreeMap<String, String> {
        self.effective.iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// All complaints together.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.problems.is_empty() { Ok(()) } else { Err(SettingsError { problems: self.problems.clone() }) }
    }

    fn show(&mut self, var: &Var, value: Option<&str>) {
        self.effective.insert(var.name.to_owned(), value.map(|text| shown(var, text)).unwrap_or_default());
    }
}

/// An address may hold a password (`https://user:password@host`, or without the scheme), which no log is to show.
fn hide_password(address: &str) {
    let address = address.trim();
    let whole = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let url = url::Url::parse(&whole).ok();
    if let Some(password) = url.as_ref().and_then(url::Url::password) {
        logging::hide(password);
        logging::hide(&percent_decode_str(password).decode_utf8_lossy());
    }
}

/// The name of an account as it may be printed: its beginning, enough to tell two apart.
pub fn in_part(name: &str) -> String {
    name.chars().take(name.chars().count().min(8) / 2).chain("***".chars()).collect()
}

/// The value as it may be printed: secrets masked, long ones cut.
fn shown(var: &Var, value: &str) -> String {
    if var.kind == Kind::Secret {
        return "***".to_owned();
    }
    let mut text: String = value.chars().take(200).collect();
    if text.len() < value.len() {
        let _ = write!(text, "… ({} characters)", value.chars().count());
    }
    text
}

fn parse_flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAG: Var = Var::new("X_FLAG", Kind::Flag, "true", "A flag.");
    const KEY: Var = Var::new("X_KEY", Kind::Secret, "", "The key.");
    const WAIT: Var = Var::new("X_WAIT", Kind::Duration, "", "A wait.");
    const ROOT: Var = Var::new("X_ROOT", Kind::Number, "", "The root.");
    const LIST: Var = Var::new("X_LIST", Kind::List, "", "A list.");

    #[test]
    fn all_mistakes_are_reported_together_with_what_is_accepted() {
        let mut env: Env = [("X_FLAG", "ture"), ("X_ROOT", "seven"), ("X_WAIT", "soon")].into_iter().collect();
        assert!(env.flag(&FLAG));
        assert_eq!(env.number::<u64>(&ROOT), None);
        assert_eq!(env.duration(&WAIT), None);
        assert!(env.required_secret(&KEY).is_none());
        let text = env.check().unwrap_err().to_string();
        for part in
            ["X_FLAG: `ture` is not accepted; use true/false", "X_ROOT: `seven`", "X_WAIT: `soon`", "X_KEY: is not set"]
        {
            assert!(text.contains(part), "{part} missing in {text}");
        }
    }

    #[test]
    fn words_for_booleans_durations_and_lists() {
        let mut env: Env = [("X_FLAG", " OFF "), ("X_WAIT", "90s"), ("X_LIST", " a, ,b ,")].into_iter().collect();
        assert!(!env.flag(&FLAG));
        assert_eq!(env.duration(&WAIT), Some(Duration::from_secs(90)));
        assert_eq!(env.list(&LIST), ["a", "b"]);
        let mut off: Env = [("X_WAIT", "off")].into_iter().collect();
        assert_eq!(off.duration(&WAIT), None);
        assert!(off.check().is_ok());
    }

    #[test]
    fn empty_in_the_process_lets_the_file_speak() {
        let mut env: Env = [("X_LIST", "")].into_iter().collect();
        env.file.insert("X_LIST".to_owned(), "from file".to_owned());
        assert_eq!(env.list(&LIST), ["from file"]);
    }

    #[test]
    fn a_secret_comes_from_its_file_and_never_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&path, "s3cret-value\n").unwrap();
        let mut env = Env::default();
        env.process.insert("X_KEY_FILE".to_owned(), path.display().to_string());
        assert_eq!(env.required_secret(&KEY).unwrap().expose(), "s3cret-value");
        assert!(!format!("{:?}", env.effective()).contains("s3cret"));
        env.process.insert("X_LIST".to_owned(), "ldap-reader".to_owned());
        assert_eq!(env.required_account(&LIST).unwrap(), "ldap-reader");
        assert_eq!(env.effective()["X_LIST"], "ldap***");
        env.process.insert("X_KEY".to_owned(), "other-value".to_owned());
        assert!(env.required_secret(&KEY).is_none());
        assert!(env.check().unwrap_err().to_string().contains("set only one"));
    }

    /// As an empty mount of a secret store: taken for unset, another way to get in would be tried.
    #[test]
    fn an_empty_file_of_a_secret_is_a_mistake() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut env = Env::default();
        env.process.insert("X_KEY_FILE".to_owned(), file.path().display().to_string());
        assert!(env.required_secret(&KEY).is_none());
        let text = env.check().unwrap_err().to_string();
        assert!(text.contains("X_KEY_FILE: names a file that is empty: /"), "{text}");
        assert!(!text.contains("is not set"), "{text}");
    }

    #[test]
    fn a_file_in_another_encoding_is_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(folder.path().join(".env"), b"X_LIST=Vertrieb S\xfcd\n").unwrap();
        let env = Env::of_process(folder.path());
        let text = env.check().unwrap_err().to_string();
        assert!(text.contains(".env: is not UTF-8 text"), "{text}");
    }

    #[test]
    fn a_password_in_an_address_is_hidden() {
        let addresses = ["https://ann:pass%2Fword-0816@x.test/ ", "ann:pass%2Fword-0817@x.test:8080/path"];
        for (address, word) in addresses.into_iter().zip(["word-0816", "word-0817"]) {
            let mut env: Env = [("X_LIST", address)].into_iter().collect();
            assert!(env.text(&LIST).is_some());
            let shown = format!("{:?} pass/{word}", env.effective());
            assert!(!logging::mask(&shown).contains(word), "{}", logging::mask(&shown));
        }
    }
}
