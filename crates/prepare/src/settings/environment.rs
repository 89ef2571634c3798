//! The settings, read from the environment.

use super::{ExternalId, GroupRule, Grouping, JobTitle, NameStyle, RoleSource, Settings};
use crate::python_regex::Pattern;
use crate::transform::Transforms;
use timecamp_scim_core::names::GroupPath;
use timecamp_scim_core::{Env, vars};

impl Settings {
    /// Reads the settings; what is wrong is told to `env`.
    pub fn from_env(env: &mut Env) -> Self {
        let title = |shown: bool| if shown { JobTitle::Shown } else { JobTitle::Left };
        Self {
            grouping: match (env.flag(&vars::USE_SUPERVISOR_GROUPS), env.flag(&vars::USE_DEPARTMENT_GROUPS)) {
                (false, _) => Grouping::Departments,
                (true, false) => Grouping::Supervisors,
                (true, true) => Grouping::Both,
            },
            names: NameStyle {
                users: title(env.flag(&vars::USE_JOB_TITLE_NAME_USERS)),
                groups: title(env.flag(&vars::USE_JOB_TITLE_NAME_GROUPS)),
                ids: if env.flag(&vars::SHOW_EXTERNAL_ID) { ExternalId::Shown } else { ExternalId::Left },
            },
            skip: env.list(&vars::SKIP_DEPARTMENTS).iter().map(|path| GroupPath::parse(path)).collect(),
            domain: domain(env),
            roles: if env.flag(&vars::USE_IS_SUPERVISOR_ROLE) { RoleSource::IsSupervisor } else { RoleSource::RoleId },
            exclude: exclude(env),
            rules: rules(env),
            transforms: transforms(env),
            max_depth: env.number(&vars::MAX_GROUP_DEPTH).filter(|depth| *depth > 0),
        }
    }
}

fn domain(env: &mut Env) -> Option<String> {
    let accepted = "a domain such as @test.example.com";
    env.parsed(&vars::REPLACE_EMAIL_DOMAIN, accepted, |text| {
        let domain = text.strip_prefix('@').unwrap_or(text).trim();
        let usable = !domain.is_empty() && !domain.contains(['@', ' ']);
        usable.then(|| domain.to_owned())
    })
}

fn exclude(env: &mut Env) -> Option<Pattern> {
    let text = env.text(&vars::EXCLUDE_REGEX)?;
    match Pattern::new(&text) {
        Ok(pattern) => Some(pattern),
        Err(problem) => {
            let text = format!("`{text}` is not accepted as a regular expression: {problem}");
            env.complain(&vars::EXCLUDE_REGEX, &text);
            None
        }
    }
}

fn rules(env: &mut Env) -> Vec<GroupRule> {
    let text = env.text(&vars::CHANGE_GROUPS_REGEX).unwrap_or_default();
    GroupRule::parse_all(&text).unwrap_or_else(|problem| {
        env.complain(&vars::CHANGE_GROUPS_REGEX, &problem.to_string());
        Vec::new()
    })
}

/// The transforms: JSON text, or the path of a file that holds it.
fn transforms(env: &mut Env) -> Transforms {
    let Some(text) = env.text(&vars::PREPARE_TRANSFORM_CONFIG) else { return Transforms::default() };
    let text = text.trim();
    let (place, text) = if text.starts_with(['{', '[', '"']) {
        (String::new(), text.to_owned())
    } else {
        match read(text) {
            // Editors on Windows put a byte order mark first.
            Ok(content) => (format!(" of the file {text}"), content.trim_start_matches('\u{feff}').to_owned()),
            Err(error) => {
                let problem = format!("`{text}` is neither a JSON object nor a file that can be read ({error})");
                env.complain(&vars::PREPARE_TRANSFORM_CONFIG, &problem);
                return Transforms::default();
            }
        }
    };
    Transforms::parse(&text).unwrap_or_else(|problem| {
        env.complain(&vars::PREPARE_TRANSFORM_CONFIG, &format!("the content{place} is not accepted: {problem}"));
        Transforms::default()
    })
}

#[expect(clippy::disallowed_methods, reason = "a file of settings is no file between the stages")]
fn read(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(pairs: &[(&'static str, &'static str)]) -> (Settings, String) {
        let mut env: Env = pairs.iter().copied().collect();
        let settings = Settings::from_env(&mut env);
        (settings, env.check().err().map(|error| error.to_string()).unwrap_or_default())
    }

    #[test]
    fn switches_become_what_they_mean() {
        assert_eq!(read_from(&[]).0.grouping, Grouping::Departments);
        assert_eq!(read_from(&[("TIMECAMP_USE_DEPARTMENT_GROUPS", "no")]).0.grouping, Grouping::Departments);
        assert_eq!(read_from(&[("TIMECAMP_USE_SUPERVISOR_GROUPS", "1")]).0.grouping, Grouping::Both);
        let only = [("TIMECAMP_USE_SUPERVISOR_GROUPS", "true"), ("TIMECAMP_USE_DEPARTMENT_GROUPS", "false")];
        assert_eq!(read_from(&only).0.grouping, Grouping::Supervisors);
    }

    #[test]
    fn domains_and_depth() {
        assert_eq!(read_from(&[("TIMECAMP_REPLACE_EMAIL_DOMAIN", " @t.io ")]).0.domain.unwrap(), "t.io");
        assert_eq!(read_from(&[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "t.io")]).0.domain.unwrap(), "t.io");
        assert!(read_from(&[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "a@b")]).1.contains("TIMECAMP_REPLACE_EMAIL_DOMAIN"));
        assert_eq!(read_from(&[("TIMECAMP_MAX_GROUP_DEPTH", "0")]).0.max_depth, None);
        assert_eq!(read_from(&[("TIMECAMP_MAX_GROUP_DEPTH", "3")]).0.max_depth, Some(3));
        assert!(read_from(&[("TIMECAMP_MAX_GROUP_DEPTH", "-1")]).1.contains("a whole number"));
    }

    #[test]
    fn all_that_is_wrong_is_told_together() {
        let (_, text) = read_from(&[
            ("TIMECAMP_EXCLUDE_REGEX", "(a"),
            ("TIMECAMP_CHANGE_GROUPS_REGEX", "a"),
            ("TIMECAMP_PREPARE_TRANSFORM_CONFIG", r#"{"exlude": {}}"#),
            ("TIMECAMP_USE_SUPERVISOR_GROUPS", "ture"),
        ]);
        for part in [
            "TIMECAMP_EXCLUDE_REGEX: `(a` is not accepted as a regular expression: missing )",
            "TIMECAMP_CHANGE_GROUPS_REGEX: rule 1, `a`",
            "TIMECAMP_PREPARE_TRANSFORM_CONFIG: the content is not accepted: at the top: `exlude` is not known",
            "TIMECAMP_USE_SUPERVISOR_GROUPS: `ture`",
        ] {
            assert!(text.contains(part), "{part} missing in {text}");
        }
    }

    #[test]
    fn transforms_come_from_a_file_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules.json");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&path, r#"{"exclude": {"property": "x", "string": {"equals": 1}}}"#).unwrap();
        let path: &'static str = path.display().to_string().leak();
        let (_, text) = read_from(&[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", path)]);
        assert!(text.contains("rules.json is not accepted: at exclude.string.equals: text is expected"), "{text}");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(path, "\u{feff}{}").unwrap();
        assert_eq!(read_from(&[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", path)]).1, "");
        let (_, text) = read_from(&[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", "no/such.json")]);
        assert!(text.contains("`no/such.json` is neither a JSON object nor a file"), "{text}");
    }
}
