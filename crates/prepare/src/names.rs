//! How people and supervisors' groups are called.

use crate::record::Record;
use crate::settings::{ExternalId, JobTitle, NameStyle};
use std::borrow::Cow;

/// Characters that the names in TimeCamp do without.
const REMOVED: [char; 7] = ['(', ')', '{', '}', '`', '´', '_'];

/// `name` without the characters that names do without, trimmed.
pub(crate) fn cleaned(name: &str) -> Cow<'_, str> {
    if name.contains(REMOVED) {
        let kept: String = name.chars().filter(|c| !REMOVED.contains(c)).collect();
        Cow::Owned(kept.trim().to_owned())
    } else {
        Cow::Borrowed(name.trim())
    }
}

/// Whether nothing is left of the name that the source gives.
pub(crate) fn is_missing(record: &Record<'_>) -> bool {
    cleaned(&record.name).is_empty()
}

/// The name that all others are made of: the source's, or what stands before the `@` of the address.
pub(crate) fn base<'r>(record: &'r Record<'_>) -> &'r str {
    if is_missing(record) { local_part(&record.email) } else { &record.name }
}

fn local_part(address: &str) -> &str {
    let address = address.trim();
    address.split_once('@').map_or(address, |(local, _)| local)
}

/// A person's name in TimeCamp.
pub(crate) fn user_name<'r>(record: &'r Record<'_>, style: NameStyle) -> Cow<'r, str> {
    let name = decorated(base(record), record, style.users);
    let name = match style.ids {
        ExternalId::Left => name,
        ExternalId::Shown => Cow::Owned(format!("{name} - {}", record.external_id)),
    };
    match name {
        Cow::Borrowed(name) => cleaned(name),
        Cow::Owned(name) => Cow::Owned(cleaned(&name).into_owned()),
    }
}

/// The name of the group of a supervisor's reports: one level, whatever the person's name contains.
pub(crate) fn group_name(record: &Record<'_>, style: NameStyle) -> String {
    let user = user_name(record, style);
    let name = decorated(in_brackets(&user).unwrap_or(&user), record, style.groups);
    let name = match style.ids {
        ExternalId::Left => name,
        ExternalId::Shown => Cow::Owned(format!("{name} - {}", record.external_id)),
    };
    cleaned(&name).replace('/', "-")
}

/// `x` of a name that ends in ` [x]`.
fn in_brackets(name: &str) -> Option<&str> {
    name.strip_suffix(']')?.rsplit_once(" [").map(|(_, inner)| inner)
}

fn decorated<'n>(name: &'n str, record: &Record<'_>, title: JobTitle) -> Cow<'n, str> {
    match title {
        JobTitle::Shown if !record.job_title.trim().is_empty() => Cow::Owned(format!("{} [{name}]", record.job_title)),
        JobTitle::Shown | JobTitle::Left => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, title: &str) -> Record<'static> {
        Record {
            external_id: "7".into(),
            name: name.to_owned().into(),
            job_title: title.to_owned().into(),
            email: " ann.ex@x.test ".into(),
            ..Record::default()
        }
    }

    const PLAIN: NameStyle = NameStyle { users: JobTitle::Left, groups: JobTitle::Left, ids: ExternalId::Left };
    const FULL: NameStyle = NameStyle { users: JobTitle::Shown, groups: JobTitle::Shown, ids: ExternalId::Shown };

    #[test]
    fn names_lose_brackets_ticks_and_underscores() {
        assert_eq!(cleaned(" (A)_{n}`´n "), "Ann");
        assert_eq!(cleaned("Ann [PL] 'x'"), "Ann [PL] 'x'");
        assert_eq!(user_name(&person("Ann (temp)", "VP (Sales)"), PLAIN), "Ann temp");
        assert_eq!(user_name(&person("Ann (temp)", "VP (Sales)"), FULL), "VP Sales [Ann temp] - 7");
    }

    #[test]
    fn without_a_name_the_address_gives_one() {
        assert_eq!(user_name(&person(" ", ""), PLAIN), "ann.ex");
        assert_eq!(user_name(&person("__", "CEO"), NameStyle { users: JobTitle::Shown, ..PLAIN }), "CEO [ann.ex]");
    }

    #[test]
    fn a_blank_job_title_is_none() {
        assert_eq!(user_name(&person("Ann", " "), NameStyle { users: JobTitle::Shown, ..PLAIN }), "Ann");
    }

    #[test]
    fn groups_take_the_inside_of_the_last_brackets() {
        let titled = NameStyle { users: JobTitle::Shown, groups: JobTitle::Shown, ids: ExternalId::Left };
        assert_eq!(group_name(&person("Ann", "CEO"), titled), "CEO [Ann]");
        assert_eq!(group_name(&person("Ann", "CEO"), NameStyle { groups: JobTitle::Left, ..titled }), "Ann");
        assert_eq!(group_name(&person("Ann", ""), NameStyle { ids: ExternalId::Shown, ..PLAIN }), "Ann - 7 - 7");
        assert_eq!(group_name(&person("Ann", "CEO"), FULL), "CEO [CEO [Ann] - 7] - 7");
    }

    #[test]
    fn a_slash_makes_no_level() {
        assert_eq!(group_name(&person("Ann/Bob", ""), PLAIN), "Ann-Bob");
        assert_eq!(user_name(&person("Ann/Bob", ""), PLAIN), "Ann/Bob");
    }
}
