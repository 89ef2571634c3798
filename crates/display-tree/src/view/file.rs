//! The tree of the prepared users alone.

use super::build::{Sprout, ordered};
use super::{GroupKind, Guarded, Person, Standing, View, What};
use crate::people::Extra;
use std::collections::BTreeMap;
use sync::roster::{Roster, Row};
use timecamp_scim_core::models::Status;
use timecamp_scim_core::names::{GroupPath, loose_name_key, same_name_key};

/// What the root group is called while nobody has asked TimeCamp.
const ROOT: &str = "Root group";

/// The view of the prepared users. `extras` belong to the rows in the same order.
pub fn of_file(roster: &Roster, extras: &[Extra]) -> View {
    let mut tree = Paths::new();
    let none = Extra::default();
    let mut people = Vec::with_capacity(roster.rows.len());
    for (index, row) in roster.rows.iter().enumerate() {
        let group = match row.status {
            Status::Active => tree.group(&row.path),
            Status::Inactive => tree.inactive(),
        };
        people.push(person(row, extras.get(index).unwrap_or(&none), group));
    }
    ordered(tree.sprouts, people)
}

/// Somebody of the file in this group.
pub(super) fn person(row: &Row, extra: &Extra, group: usize) -> Person {
    let standing = match row.status {
        Status::Active => Standing::Active,
        Status::Inactive => Standing::Absent,
    };
    Person {
        group,
        name: row.name.clone(),
        email: row.email.clone(),
        second_email: row.real_email.clone(),
        external_id: row.external_id.clone(),
        job_title: extra.job_title.clone(),
        role: row.role,
        standing,
        before: standing,
        what: What::Nothing,
        guarded: Guarded::Free,
        from: None,
        changes: Vec::new(),
    }
}

/// Groups by path. Names compare as a sync compares them: exactly, else ignoring letter case.
struct Paths {
    sprouts: Vec<Sprout>,
    exact: BTreeMap<(usize, String), usize>,
    loose: BTreeMap<(usize, String), usize>,
    inactive: Option<usize>,
}

impl Paths {
    fn new() -> Self {
        let root = Sprout::new(ROOT, None, 0, GroupKind::Root);
        Self { sprouts: vec![root], exact: BTreeMap::new(), loose: BTreeMap::new(), inactive: None }
    }

    fn group(&mut self, path: &GroupPath) -> usize {
        let mut at = 0;
        for (above, name) in path.parts().iter().enumerate() {
            let (exact, loose) = ((at, same_name_key(name)), (at, loose_name_key(name)));
            let known = self.exact.get(&exact).or_else(|| self.loose.get(&loose)).copied();
            at = known.unwrap_or_else(|| {
                let new = self.sprouts.len();
                self.sprouts.push(Sprout::new(exact.1.clone(), Some(at), above + 1, GroupKind::Ordinary));
                self.exact.insert(exact, new);
                self.loose.insert(loose, new);
                new
            });
        }
        at
    }

    fn inactive(&mut self) -> usize {
        *self.inactive.get_or_insert_with(|| {
            self.sprouts.push(inactive_group());
            self.sprouts.len() - 1
        })
    }
}

/// Where people stand who are inactive in the source and have no account.
pub(super) fn inactive_group() -> Sprout {
    Sprout::new("Inactive in the source", None, 0, GroupKind::Inactive)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(rows: &str) -> View {
        of_file(&Roster::parse(rows.as_bytes(), &[]).unwrap(), &[])
    }

    #[test]
    fn groups_of_one_name_in_different_letter_case_are_one_as_for_a_sync() {
        let view = view(
            r#"[{"timecamp_email":"a@x.test","timecamp_status":"active","timecamp_groups_breadcrumb":"Sales/EMEA"},
                {"timecamp_email":"b@x.test","timecamp_status":"active","timecamp_groups_breadcrumb":"sales/Emea"},
                {"timecamp_email":"c@x.test","timecamp_status":"active","timecamp_groups_breadcrumb":"Cafe\u0301"},
                {"timecamp_email":"d@x.test","timecamp_status":"active","timecamp_groups_breadcrumb":"Café"}]"#,
        );
        let names: Vec<&str> = view.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, [ROOT, "Café", "Sales", "EMEA"]);
        assert_eq!(view.groups[3].parent, Some(2));
        assert_eq!(view.people.iter().map(|person| person.group).collect::<Vec<_>>(), [1, 1, 3, 3]);
    }

    #[test]
    fn inactive_people_stand_apart() {
        let view = view(r#"[{"timecamp_email":"a@x.test","timecamp_status":"inactive"}]"#);
        assert_eq!(view.groups[1].kind, GroupKind::Inactive);
        assert_eq!((view.people[0].group, view.people[0].standing), (1, Standing::Absent));
    }
}
