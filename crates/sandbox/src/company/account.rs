//! The TimeCamp account of an invented company.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::names::{LAST, plain};
use super::people::Person;
use super::{DOMAIN, Source, Start};

/// The root group.
const ROOT: u64 = 1000;
/// Groups that nobody in the source belongs to.
const OLD_PROJECTS: u64 = 1001;
const ARCHIVE_2019: u64 = 1002;
/// The first group and the first user that come from the source.
const FIRST_GROUP: u64 = 1010;
const FIRST_USER: u64 = 50_000;

/// What is wrong with somebody's account.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    Nothing,
    Missing,
    WrongGroup,
    RootGroup,
    OldName,
    NoExternalId,
    Disabled,
    WasSupervisor,
}

/// Of a hundred people: eight missing, six in a wrong group, four with an old name, three to come back, …
fn flaw(number: u64) -> Flaw {
    // Steps of 37 spread the flaws over departments; 37 and 100 share no factor, so that each share comes out.
    match number * 37 % 100 {
        0..8 => Flaw::Missing,
        8..14 => Flaw::WrongGroup,
        14..16 => Flaw::RootGroup,
        16..20 => Flaw::OldName,
        20..23 => Flaw::NoExternalId,
        23..26 => Flaw::Disabled,
        // Two, however large the company: half of all supervisors losing the role looks like a mistake.
        26..28 if number < 1150 => Flaw::WasSupervisor,
        _ => Flaw::Nothing,
    }
}

pub(super) fn account(people: &[Person], source: Source, start: Start) -> Value {
    let tree = Tree::of(people, source, start);
    let mut users = vec![json!({
        "user_id": "1",
        "email": format!("owner@{DOMAIN}"),
        "display_name": "Account Owner",
        "group_id": ROOT.to_string(),
        "role_id": "1",
        "settings": {},
    })];
    let staff = people.iter().filter(|person| person.is_staff());
    match start {
        Start::Empty => {}
        Start::InSync => users.extend(staff.filter_map(|person| member(person, &tree, Flaw::Nothing))),
        Start::PartlyRight => {
            users.extend(staff.filter_map(|person| member(person, &tree, flaw(person.number))));
            users.extend(strangers(people, &tree));
        }
    }
    json!({
        "api_key": "sandbox-timecamp-key",
        "me": "1",
        "root": ROOT.to_string(),
        "groups": tree.rows,
        "users": users,
        "day_types": day_types(),
    })
}

/// The groups, by path and as rows.
struct Tree {
    source: Source,
    ids: BTreeMap<String, u64>,
    rows: Vec<Value>,
}

impl Tree {
    fn of(people: &[Person], source: Source, start: Start) -> Self {
        let mut tree = Self { source, ids: BTreeMap::new(), rows: Vec::new() };
        tree.rows.push(group(ROOT, "Lumen", 0));
        if start == Start::PartlyRight {
            tree.rows.push(group(OLD_PROJECTS, "Old projects", ROOT));
            tree.rows.push(group(ARCHIVE_2019, "Archive 2019", OLD_PROJECTS));
        }
        // A division that the account has not heard of yet.
        let known = |person: &&Person| start == Start::InSync || !person.division.starts_with("People");
        if start != Start::Empty {
            for person in people.iter().filter(|person| person.is_staff()).filter(known) {
                tree.grow(&source.path(person));
            }
        }
        tree
    }

    fn grow(&mut self, path: &str) -> u64 {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let (parent, name) = match path.rsplit_once('/') {
            Some((above, name)) => (self.grow(above), name),
            None => (ROOT, path),
        };
        let id = FIRST_GROUP + self.ids.len() as u64;
        self.rows.push(group(id, name, parent));
        self.ids.insert(path.to_owned(), id);
        id
    }

    /// Some group other than that of this path.
    fn another(&self, path: &str, number: u64) -> u64 {
        let others: Vec<u64> = self.ids.iter().filter(|(other, _)| *other != path).map(|(_, id)| *id).collect();
        let pick = usize::try_from(number).unwrap_or_default().checked_rem(others.len());
        pick.and_then(|pick| others.get(pick)).copied().unwrap_or(ROOT)
    }
}

fn group(id: u64, name: &str, parent: u64) -> Value {
    json!({ "group_id": id.to_string(), "name": name, "parent_id": parent.to_string() })
}

fn member(person: &Person, tree: &Tree, flaw: Flaw) -> Option<Value> {
    if flaw == Flaw::Missing {
        return None;
    }
    let path = tree.source.path(person);
    let group = match flaw {
        Flaw::WrongGroup => tree.another(&path, person.number),
        Flaw::RootGroup => ROOT,
        Flaw::Nothing | Flaw::Missing | Flaw::OldName | Flaw::NoExternalId | Flaw::Disabled | Flaw::WasSupervisor => {
            tree.ids.get(&path).copied().unwrap_or(ROOT)
        }
    };
    let mut settings = json!({ "added_manually": "0", "external_id": tree.source.id(person.number) });
    if let Some(settings) = settings.as_object_mut() {
        if flaw == Flaw::NoExternalId {
            settings.remove("external_id");
        }
        if flaw == Flaw::Disabled {
            settings.insert("disabled_user".to_owned(), json!("1"));
        }
    }
    let name = if flaw == Flaw::OldName { maiden_name(person) } else { person.name.clone() };
    Some(json!({
        "user_id": (FIRST_USER + person.number).to_string(),
        "email": person.email,
        "display_name": name,
        "group_id": group.to_string(),
        "role_id": if flaw == Flaw::WasSupervisor { "2" } else { "3" },
        "settings": settings,
    }))
}

fn maiden_name(person: &Person) -> String {
    let first = person.name.split(' ').next().unwrap_or_default();
    let index = usize::try_from(person.number).unwrap_or_default() % LAST.len();
    format!("{first} {}", LAST.get(index).copied().unwrap_or_default())
}

/// People whom the source does not know: four of a hundred left and are still enabled, three left long ago, two are
/// contractors whom somebody added by hand.
fn strangers(people: &[Person], tree: &Tree) -> Vec<Value> {
    let groups: Vec<u64> = tree.ids.values().copied().collect();
    let count = people.len() * 9 / 100;
    (0..count)
        .map(|index| {
            let last = LAST.get(index * 5 % LAST.len()).copied().unwrap_or_default();
            let group = groups.get(index.checked_rem(groups.len()).unwrap_or_default()).copied().unwrap_or(ROOT);
            let (kind, name, settings) = match index % 9 {
                0..4 => ("former", format!("Former {last}"), json!({ "added_manually": "0" })),
                4..7 => ("gone", format!("Gone {last}"), json!({ "added_manually": "0", "disabled_user": "1" })),
                _ => ("contractor", format!("Contractor {last}"), json!({ "added_manually": "1" })),
            };
            json!({
                "user_id": (FIRST_USER / 2 + index as u64).to_string(),
                "email": format!("{kind}.{}{index}@{DOMAIN}", plain(last)),
                "display_name": name,
                "group_id": group.to_string(),
                "role_id": "3",
                "settings": settings,
            })
        })
        .collect()
}

fn day_types() -> Value {
    let day_type = |id: u64, slug: &str, name: &str| {
        json!({
            "id": id,
            "slug": slug,
            "name": name,
            "isDayOff": !["normal", "remote"].contains(&slug),
            "isDefault": slug == "normal",
            "isActive": true,
            "options": { "color": "eeeeee" },
        })
    };
    json!({
        "12": day_type(12, "normal", "Working Day"),
        "13": day_type(13, "vacation", "Vacation leave"),
        "14": day_type(14, "sick", "Sick leave"),
        "15": day_type(15, "remote", "Remote work"),
    })
}
