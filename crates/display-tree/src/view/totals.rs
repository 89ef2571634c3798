//! The numbers above the tree.

use super::{Group, GroupKind, Guarded, LEVELS, Standing, View, What};
use serde::Serialize;
use std::collections::BTreeMap;
use timecamp_scim_core::models::Role;

/// The numbers above the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// People who can work, after the sync.
    pub active: usize,
    /// People who can work now.
    pub active_before: usize,
    /// Active people by role.
    pub roles: BTreeMap<Role, usize>,
    /// Disabled accounts, after the sync.
    pub disabled: usize,
    /// People who are inactive in the source and have no account.
    pub absent: usize,
    /// Groups below the root group, after the sync.
    pub groups: usize,
    /// The deepest level below the root group.
    pub deepest: usize,
    /// Groups deeper than TimeCamp documents.
    pub too_deep: usize,
    /// People by what happens to them.
    pub people: BTreeMap<What, usize>,
    /// Groups by what happens to them.
    pub changed_groups: BTreeMap<What, usize>,
    /// People and groups for whom a guard holds something back.
    pub held: usize,
}

impl Totals {
    /// Counts.
    pub fn of(view: &View) -> Self {
        let mut totals = Self::default();
        for person in &view.people {
            match person.standing {
                Standing::Active => {
                    totals.active += 1;
                    *totals.roles.entry(person.role).or_default() += 1;
                }
                Standing::Disabled => totals.disabled += 1,
                Standing::Absent => totals.absent += 1,
            }
            totals.active_before += usize::from(person.before == Standing::Active);
            totals.note(person.guarded);
            if person.what != What::Nothing {
                *totals.people.entry(person.what).or_default() += 1;
            }
        }
        for group in &view.groups {
            totals.note(group.guarded);
            if group.what != What::Nothing {
                *totals.changed_groups.entry(group.what).or_default() += 1;
            }
            if group.what != What::Remove && matches!(group.kind, GroupKind::Ordinary | GroupKind::Disabled) {
                totals.groups += 1;
                totals.deepest = totals.deepest.max(group.level);
                totals.too_deep += usize::from(group.too_deep());
            }
        }
        totals
    }

    fn note(&mut self, guarded: Guarded) {
        self.held += usize::from(guarded == Guarded::HeldBack);
    }

    /// Active people with a role.
    pub fn role(&self, role: Role) -> usize {
        self.roles.get(&role).copied().unwrap_or_default()
    }
}

impl Group {
    /// Whether it is deeper below the root group than TimeCamp documents.
    pub fn too_deep(&self) -> bool {
        self.level > LEVELS
    }
}
