//! Which group a person belongs in, before the group rules.

use crate::hierarchy::{Above, Hierarchy, Lead};
use crate::names;
use crate::path::{self, Cleaning};
use crate::record::Record;
use crate::settings::{Grouping, Settings};
use std::borrow::Cow;
use std::sync::Arc;

/// A group path as it goes into the rules' first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft<'r> {
    pub(crate) path: Cow<'r, str>,
    pub(crate) cleaning: Cleaning,
    pub(crate) why: Why,
}

/// Why a person belongs in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Their department.
    Department,
    /// The group of the supervisor that they are.
    OwnGroup,
    /// The group of the supervisor at this position.
    SupervisorsGroup(usize),
    /// No supervisor, no reports, and no department that would count.
    Alone,
    /// Their supervisor is not in the data: their department.
    SupervisorMissing,
    /// Their supervisor only serves the hierarchy.
    HierarchyStart,
    /// Administrators by force belong in the root group.
    Administrator,
}

/// Finds groups; remembers what it made of each supervisor.
#[derive(Debug)]
pub(crate) struct Groups<'g, 'a> {
    records: &'g [Record<'a>],
    hierarchy: &'g Hierarchy,
    settings: &'g Settings,
    /// Names of supervisors' groups, by position.
    labels: Vec<Option<Arc<str>>>,
    /// Names from the top down to the supervisor's own, by position.
    chains: Vec<Option<Arc<str>>>,
}

impl<'g, 'a> Groups<'g, 'a> {
    pub(crate) fn new(records: &'g [Record<'a>], hierarchy: &'g Hierarchy, settings: &'g Settings) -> Self {
        let count = match settings.grouping {
            Grouping::Departments => 0,
            Grouping::Supervisors | Grouping::Both => records.len(),
        };
        Self { records, hierarchy, settings, labels: vec![None; count], chains: vec![None; count] }
    }

    /// The group of the person at `position`.
    pub(crate) fn of(&mut self, position: usize, record: &'g Record<'a>) -> Draft<'g> {
        match self.settings.grouping {
            Grouping::Departments => draft(&record.department, Cleaning::Full, Why::Department),
            Grouping::Supervisors => self.by_supervisors(position, record),
            Grouping::Both => match path::cleaned(&record.department, &self.settings.skip) {
                department if department.is_empty() => match self.by_supervisors(position, record) {
                    Draft { why: Why::SupervisorMissing, .. } => draft("", Cleaning::Full, Why::SupervisorMissing),
                    other => other,
                },
                department => self.within(position, department),
            },
        }
    }

    /// The group whose supervisor is nearest: the position of that supervisor, or why there is none.
    fn nearest(&self, position: usize) -> Result<(usize, Why), Why> {
        match (self.hierarchy.lead(position), self.hierarchy.above(position)) {
            (Lead::Known, _) => Ok((position, Why::OwnGroup)),
            (Lead::Nobody | Lead::Unknown, Above::Person(above)) => Ok((above, Why::SupervisorsGroup(above))),
            (Lead::Nobody | Lead::Unknown, Above::Nobody) => Err(Why::Alone),
            (Lead::Nobody | Lead::Unknown, Above::Missing) => Err(Why::SupervisorMissing),
            (Lead::Nobody | Lead::Unknown, Above::Start) => Err(Why::HierarchyStart),
        }
    }

    fn by_supervisors(&mut self, position: usize, record: &'g Record<'a>) -> Draft<'g> {
        match self.nearest(position) {
            Ok((supervisor, why)) => {
                let path = Cow::Owned(self.chain(supervisor).as_ref().to_owned());
                Draft { path, cleaning: Cleaning::Full, why }
            }
            Err(Why::SupervisorMissing) => draft(&record.department, Cleaning::AsItStands, Why::SupervisorMissing),
            Err(why) => draft("", Cleaning::Full, why),
        }
    }

    /// The supervisor's group within a department.
    fn within(&mut self, position: usize, department: String) -> Draft<'g> {
        let (path, why) = match self.nearest(position) {
            Ok((supervisor, why)) => (format!("{department}/{}", self.label(supervisor)), why),
            Err(Why::Alone) => (department, Why::Department),
            Err(why) => (department, why),
        };
        Draft { path: Cow::Owned(path), cleaning: Cleaning::AsItStands, why }
    }

    fn label(&mut self, position: usize) -> Arc<str> {
        if let Some(Some(label)) = self.labels.get(position) {
            return Arc::clone(label);
        }
        let record = self.records.get(position);
        let label: Arc<str> =
            record.map(|record| names::group_name(record, self.settings.names)).unwrap_or_default().into();
        if let Some(slot) = self.labels.get_mut(position) {
            *slot = Some(Arc::clone(&label));
        }
        label
    }

    /// The names from the top down to the supervisor at `position`.
    fn chain(&mut self, position: usize) -> Arc<str> {
        let mut below = Vec::new();
        let mut here = Some(position);
        let mut path: Option<Arc<str>> = None;
        // The hierarchy has no circles.
        while let (Some(position), None) = (here, &path) {
            path = self.chains.get(position).cloned().flatten();
            if path.is_none() {
                below.push(position);
                here = match self.hierarchy.above(position) {
                    Above::Person(above) => Some(above),
                    Above::Nobody | Above::Missing | Above::Start => None,
                };
            }
        }
        for position in below.into_iter().rev() {
            let label = self.label(position);
            let chain: Arc<str> = path.map_or_else(|| Arc::clone(&label), |above| format!("{above}/{label}").into());
            if let Some(slot) = self.chains.get_mut(position) {
                *slot = Some(Arc::clone(&chain));
            }
            path = Some(chain);
        }
        path.unwrap_or_default()
    }
}

fn draft(path: &str, cleaning: Cleaning, why: Why) -> Draft<'_> {
    Draft { path: Cow::Borrowed(path), cleaning, why }
}
