//! Removes empty groups, leaves first, each looked at again just before it goes.

use super::outcome::Outcome;
use super::session::{Session, told, unknown_outcome};
use crate::plan::{OldGroup, Plan};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::timecamp::GroupId;

/// Removes the plan's groups. What is below them is looked at again first: TimeCamp would move it to the root group.
pub(super) async fn carry_out(session: &Session<'_>, plan: &Plan) {
    if plan.remove_groups.is_empty() || session.halted() {
        return;
    }
    let groups = match session.tools.reader.groups().await {
        Ok(groups) => groups,
        Err(error) => return session.halt(&format!("looking at the groups before removing some failed: {error}")),
    };
    let mut children: BTreeMap<GroupId, BTreeSet<GroupId>> = BTreeMap::new();
    for group in &groups {
        children.entry(group.parent).or_default().insert(group.id);
    }
    let planned: BTreeSet<GroupId> = plan.remove_groups.iter().map(|group| group.id).collect();
    for group in &plan.remove_groups {
        if session.halted() {
            return;
        }
        let below = children.get(&group.id).filter(|below| !below.is_empty());
        let outcome = match below {
            Some(below) if below.is_subset(&planned) => {
                Some(Outcome::Skipped("a group below it could not be removed".to_owned()))
            }
            Some(_) => Some(Outcome::Skipped("a group is below it now".to_owned())),
            None => remove(session, group).await,
        };
        if outcome == Some(Outcome::Done)
            && let Some(below) = children.get_mut(&group.parent)
        {
            below.remove(&group.id);
        }
        if let Some(outcome) = outcome {
            session.note_removal(group.id, &group.path, outcome);
        }
    }
}

async fn remove(session: &Session<'_>, group: &OldGroup) -> Option<Outcome> {
    match session.tools.reader.members(group.id).await {
        Ok(members) if members.is_empty() => {}
        Ok(members) => return Some(Outcome::Skipped(format!("{} people are in it now", members.len()))),
        Err(error) => return Some(Outcome::Failed(format!("whether it is empty is not known: {error}"))),
    }
    let error = match session.write(session.tools.writer.remove_group(group.id)).await {
        Ok(()) => return Some(Outcome::Done),
        Err(None) => return None,
        Err(Some(error)) => error,
    };
    if !unknown_outcome(&error) {
        return Some(Outcome::Failed(told(&error)));
    }
    // The answer was lost: look, and once more if it did not happen.
    match session.tools.reader.groups().await {
        Ok(groups) if !groups.iter().any(|found| found.id == group.id) => Some(Outcome::Done),
        Ok(_) => match session.write(session.tools.writer.remove_group(group.id)).await {
            Ok(()) => Some(Outcome::Done),
            Err(None) => None,
            Err(Some(error)) => Some(Outcome::Failed(told(&error))),
        },
        Err(looking) => Some(Outcome::Failed(format!("{}; looking failed: {looking}", told(&error)))),
    }
}
