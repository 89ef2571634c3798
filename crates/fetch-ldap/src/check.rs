//! What `--check` prints.

use crate::entry::Entry;
use crate::reading::Everybody;
use crate::settings::Settings;
use timecamp_scim_core::env::in_part;
use timecamp_scim_core::models::{SourceUser, Status};

/// People to show.
const SHOWN: usize = 3;

/// The attributes that are counted; any name in a row will do.
const COUNTED: [(&str, &[&str]); 7] = [
    ("identity (objectGUID or entryUUID)", &["objectGUID", "entryUUID"]),
    ("name (displayName, or givenName and sn)", &["displayName", "givenName", "sn"]),
    ("mail", &["mail"]),
    ("login name (sAMAccountName or uid)", &["sAMAccountName", "uid"]),
    ("department", &["department"]),
    ("title", &["title"]),
    ("manager", &["manager"]),
];

/// The whole report.
pub(crate) fn report(read: &Everybody, settings: &Settings) -> String {
    let Everybody { kind, filter, entries, users } = read;
    let active = users.iter().filter(|user| user.status == Status::Active).count();
    let people = entries.len();
    let mut lines = vec![
        format!("{kind} at {}", settings.server),
        format!("Logged on as {}", in_part(&settings.account.name)),
        format!("Searched {filter} below {}", settings.scope.base),
        format!("{people} people found; with managers from elsewhere {} users, {active} active", users.len()),
    ];
    if people > 0 {
        lines.push(String::new());
        lines.push("For example (masked):".to_owned());
        lines.extend(users.iter().take(SHOWN).map(example));
        lines.push(String::new());
        lines.push("Missing attributes:".to_owned());
        lines.extend(missing(entries));
    }
    lines.join("\n")
}

fn missing(entries: &[Entry]) -> impl Iterator<Item = String> {
    COUNTED.iter().map(|(what, names)| {
        let missing = entries.iter().filter(|entry| !names.iter().any(|name| entry.has(name))).count();
        format!("  {missing:>6} of {} without {what}", entries.len())
    })
}

fn example(user: &SourceUser) -> String {
    let department = user.department.as_deref().map_or_else(|| "no department".to_owned(), masked);
    let address = if user.email.is_empty() { "no address".to_owned() } else { masked(&user.email) };
    let supervisor = if user.supervisor_id.is_empty() { "no manager" } else { "has a manager" };
    format!("  {} <{address}>, {department}, {supervisor}", masked(&user.name))
}

/// The first character of every word: `Ann Ex` as `A*** E***`, `ann@corp.test` as `a***@c***`.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut within = false;
    for char in text.chars() {
        if matches!(char, ' ' | '@' | '/') {
            masked.push(char);
            within = false;
        } else if !within {
            masked.push(char);
            masked.push_str("***");
            within = true;
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    #[test]
    fn nobody_is_recognised_in_an_example() {
        let ann = SourceUser {
            name: "Ann Łukasz".to_owned(),
            email: "ann@corp.test".to_owned(),
            department: Some("Ops/Back End".to_owned()),
            ..SourceUser::new("1")
        };
        assert_eq!(example(&ann), "  A*** Ł*** <a***@c***>, O***/B*** E***, no manager");
    }

    #[test]
    fn missing_attributes_are_counted() {
        let entries = [
            sample("CN=Ann", &[("entryUUID", "1"), ("sn", "Ex"), ("mail", "a@x")]),
            sample("CN=Bob", &[("entryUUID", "2"), ("uid", "bob"), ("mail", " ")]),
        ];
        let lines: Vec<String> = missing(&entries).collect();
        assert_eq!(lines[0].trim(), "0 of 2 without identity (objectGUID or entryUUID)");
        assert_eq!(lines[1].trim(), "1 of 2 without name (displayName, or givenName and sn)");
        assert_eq!(lines[2].trim(), "1 of 2 without mail");
        assert_eq!(lines[6].trim(), "2 of 2 without manager");
    }
}
