//! The totals and the tree as text.

use crate::view::{Group, GroupKind, Guarded, LEVELS, NoticeKind, Person, Standing, Totals, View, What};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use sync::plan::Field;
use timecamp_scim_core::models::Role;

/// How many names a notice lists; the page has them all.
const NAMED: usize = 20;

/// Whom the tree lists besides the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Those for whom a sync would do something.
    WhoChanges,
    /// Everybody.
    Everybody,
}

/// The numbers and notices above the tree.
pub fn totals_text(view: &View, totals: &Totals) -> String {
    let mut text = String::new();
    let before = totals.active_before;
    let now = if before == totals.active { String::new() } else { format!("  (now {before})") };
    let too_deep = match totals.too_deep {
        0 => String::new(),
        1 => format!("; 1 group is deeper than TimeCamp's {LEVELS} levels"),
        many => format!("; {many} groups are deeper than TimeCamp's {LEVELS} levels"),
    };
    let rows = [
        ("Active users", format!("{}{now}", totals.active)),
        ("  Administrators", totals.role(Role::Administrator).to_string()),
        ("  Supervisors", totals.role(Role::Supervisor).to_string()),
        ("  Regular users", totals.role(Role::User).to_string()),
        ("  Guests", totals.role(Role::Guest).to_string()),
        ("Disabled accounts", shown(totals.disabled)),
        ("Inactive in the source", shown(totals.absent)),
        ("Groups", totals.groups.to_string()),
        ("Deepest level", format!("{}{too_deep}", totals.deepest)),
        ("People changed", changes(&totals.people)),
        ("Groups changed", changes(&totals.changed_groups)),
        ("Held back by guards", shown(totals.held)),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "{name:<24}{value}");
    }
    for notice in &view.notices {
        let sign = match notice.kind {
            NoticeKind::Held => "!",
            NoticeKind::Seats | NoticeKind::Note => "·",
        };
        let _ = writeln!(text, "\n{sign} {}", notice.title);
        for line in notice.lines.iter().take(NAMED) {
            let _ = writeln!(text, "    {}", plain(line));
        }
        if notice.lines.len() > NAMED {
            let _ = writeln!(text, "    and {} more", notice.lines.len() - NAMED);
        }
    }
    text
}

fn shown(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn changes(counts: &BTreeMap<What, usize>) -> String {
    let counted = What::CHANGES.iter().filter_map(|what| Some((what, counts.get(what)?)));
    let parts: Vec<String> = counted.map(|(what, count)| format!("{} {count} {}", sign(*what), word(*what))).collect();
    parts.join(", ")
}

/// The tree, groups with the people counted.
pub fn tree_text(view: &View, detail: Detail) -> String {
    let tree = Drawn::new(view, detail);
    let mut text = String::new();
    for (index, group) in view.groups.iter().enumerate() {
        let hidden = group.kind == GroupKind::Inactive && detail == Detail::WhoChanges;
        if group.parent.is_none() && !hidden {
            tree.draw(&mut text, index, group);
        }
    }
    text
}

/// The view with what drawing needs besides.
struct Drawn<'a> {
    view: &'a View,
    detail: Detail,
    children: BTreeMap<usize, Vec<usize>>,
    people: BTreeMap<usize, Vec<&'a Person>>,
    leaving: BTreeMap<usize, Vec<&'a Person>>,
    here: Vec<usize>,
    below: Vec<usize>,
}

impl<'a> Drawn<'a> {
    fn new(view: &'a View, detail: Detail) -> Self {
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, group) in view.groups.iter().enumerate() {
            if let Some(parent) = group.parent {
                children.entry(parent).or_default().push(index);
            }
        }
        let (mut people, mut leaving): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        let mut here = vec![0; view.groups.len()];
        for person in &view.people {
            if let Some(count) = here.get_mut(person.group) {
                *count += usize::from(person.standing == Standing::Active);
            }
            people.entry(person.group).or_default().push(person);
            if let Some(from) = person.from {
                leaving.entry(from).or_default().push(person);
            }
        }
        let mut below = here.clone();
        // Every group stands after the one above it.
        for (index, group) in view.groups.iter().enumerate().rev() {
            let count = below.get(index).copied().unwrap_or_default();
            if let Some(above) = group.parent.and_then(|parent| below.get_mut(parent)) {
                *above += count;
            }
        }
        Self { view, detail, children, people, leaving, here, below }
    }

    /// A group at the top and everything below it. A list of what is still to be drawn stands in for recursion, so
    /// that no depth is too deep.
    fn draw(&self, text: &mut String, index: usize, group: &Group) {
        let _ = writeln!(text, "{}", self.label(index, group));
        let mut open = self.inside(index, "");
        while let Some((item, prefix, last)) = open.pop() {
            let (branch, more) = if last { ("└── ", "    ") } else { ("├── ", "│   ") };
            match item {
                Item::Group(index, group) => {
                    let _ = writeln!(text, "{prefix}{branch}{}", self.label(index, group));
                    open.extend(self.inside(index, &format!("{prefix}{more}")));
                }
                Item::Person(person) => {
                    let _ = writeln!(text, "{prefix}{branch}{}", person_text(person));
                    let lines = person.changes.iter();
                    for change in lines.filter(|_| person.what != What::Nothing) {
                        // That somebody is disabled or enabled is said already; why remains to be said.
                        if change.field == Field::Disabled.words() {
                            let _ = writeln!(text, "{prefix}{more}    {}", change.reason);
                            continue;
                        }
                        let old = if change.old.is_empty() { "nothing" } else { &change.old };
                        let (field, new) = (change.field, plain(&change.new));
                        let _ = writeln!(text, "{prefix}{more}    {field}: {} → {new}", plain(old));
                    }
                }
                Item::Leaving(person) => {
                    let to = self.path(person.group);
                    let _ = writeln!(text, "{prefix}{branch}← {} moves away to {to}", plain(person.called()));
                }
            }
        }
    }

    /// What stands directly in a group, the first one last.
    fn inside(&self, index: usize, prefix: &str) -> Vec<(Item<'a>, String, bool)> {
        let everybody = self.detail == Detail::Everybody;
        let people = self.people.get(&index).into_iter().flatten();
        let people = people.filter(|person| everybody || person.what != What::Nothing).map(|one| Item::Person(one));
        let leaving = self.leaving.get(&index).into_iter().flatten().map(|person| Item::Leaving(person));
        let groups = self.children.get(&index).into_iter().flatten();
        let groups = groups.filter_map(|child| Some(Item::Group(*child, self.view.groups.get(*child)?)));
        let items = people.chain(leaving).chain(groups).collect::<Vec<_>>().into_iter().rev().enumerate();
        items.map(|(from_last, item)| (item, prefix.to_owned(), from_last == 0)).collect()
    }

    fn label(&self, index: usize, group: &Group) -> String {
        let count = |counts: &[usize]| counts.get(index).copied().unwrap_or_default();
        let (here, below) = (count(&self.here), count(&self.below));
        let mut label = plain(&group.name);
        let listed = self.people.get(&index).map_or(&[][..], Vec::as_slice);
        let disabled = listed.iter().filter(|person| person.standing == Standing::Disabled).count();
        let shown = if group.kind == GroupKind::Inactive { listed.len() } else { below };
        let directly = if here == below { String::new() } else { format!(", {here} directly") };
        let disabled = if disabled == 0 { String::new() } else { format!(", {disabled} disabled") };
        let _ = write!(label, " ({}{directly}{disabled})", counted(shown));
        let _ = match group.kind {
            GroupKind::Disabled => write!(label, " [disabled users]"),
            GroupKind::Outside => write!(label, " [outside the root group]"),
            GroupKind::Ordinary | GroupKind::Root | GroupKind::Inactive => Ok(()),
        };
        if group.what != What::Nothing {
            let word = if group.what == What::Add { "new group" } else { "removed" };
            let _ = write!(label, " {} {word}{}", sign(group.what), held(group.guarded));
        }
        if group.too_deep() {
            let _ = write!(label, " ! level {}: TimeCamp allows {LEVELS}", group.level);
        }
        label
    }

    fn path(&self, group: usize) -> String {
        let mut names = Vec::new();
        let mut at = self.view.groups.get(group);
        while let Some(group) = at {
            names.push(plain(&group.name));
            at = group.parent.and_then(|parent| self.view.groups.get(parent));
        }
        names.reverse();
        names.join("/")
    }
}

enum Item<'a> {
    Group(usize, &'a Group),
    Person(&'a Person),
    Leaving(&'a Person),
}

fn person_text(person: &Person) -> String {
    let sign = if person.what == What::Nothing { "•" } else { sign(person.what) };
    let mut text = format!("{sign} {} <{}> {}", plain(person.called()), plain(&person.email), person.role);
    if !person.second_email.is_empty() {
        let _ = write!(text, ", also {}", plain(&person.second_email));
    }
    if person.standing == Standing::Disabled && person.what != What::Disable {
        text.push_str(", disabled");
    }
    if person.what != What::Nothing {
        let _ = write!(text, ": {}{}", word(person.what), held(person.guarded));
    }
    text
}

fn counted(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

fn held(guarded: Guarded) -> &'static str {
    match guarded {
        Guarded::Free => "",
        Guarded::HeldBack => " (held back by a guard)",
    }
}

fn sign(what: What) -> &'static str {
    match what {
        What::Add | What::Enable => "+",
        What::Move => "→",
        What::Change => "~",
        What::Disable | What::Remove => "-",
        What::Nothing => "",
    }
}

fn word(what: What) -> &'static str {
    match what {
        What::Add => "new",
        What::Enable => "enabled again",
        What::Move => "moved",
        What::Change => "changed",
        What::Disable => "disabled",
        What::Remove => "removed",
        What::Nothing => "",
    }
}

/// A text of the source on one line: what could move a terminal's cursor, begin a line of its own or turn the direction
/// of what follows is shown as `?`.
fn plain(text: &str) -> String {
    let steers =
        |letter: char| letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|letter| if steers(letter) { '?' } else { letter }).collect()
}
