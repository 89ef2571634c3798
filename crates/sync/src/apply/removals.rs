//! Removes empty groups, leaves first, each looked at again just before it goes.

use super::outcome::Outcome;
use super::session::{Session, told, unknown_outcome};
use crate::plan::{OldGroup, Plan};
use std::collections::BTreeSet;
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::timecamp::GroupId;

/// Removes the plan's groups. What is below one is looked at just before: TimeCamp would move it to the root group.
pub(super) async fn carry_out(session: &Session<'_>, plan: &Plan) {
    let planned: BTreeSet<GroupId> = plan.remove_groups.iter().map(|group| group.id).collect();
    let mut removed = BTreeSet::new();
    for group in &plan.remove_groups {
        if session.halted() {
            return;
        }
        let outcome = match look(session, group, &removed).await {
            Ok(Seen::Gone) => Some(Outcome::Done),
            Ok(Seen::Empty) => remove(session, group).await,
            Ok(Seen::People(count)) => Some(Outcome::Skipped(format!("{count} people are in it now"))),
            Ok(Seen::Below(below)) if below.is_subset(&planned) => {
                Some(Outcome::Skipped("a group below it could not be removed".to_owned()))
            }
            Ok(Seen::Below(_)) => Some(Outcome::Skipped("a group is below it now".to_owned())),
            Err(error) => {
                session.learn_of_reading(&error);
                Some(Outcome::Failed(format!("whether it is empty is not known: {error}")))
            }
        };
        if outcome == Some(Outcome::Done) {
            removed.insert(group.id);
        }
        if let Some(outcome) = outcome {
            session.note_removal(group.id, &group.path, outcome);
        }
    }
}

/// What is in a group.
enum Seen {
    Empty,
    People(usize),
    Below(BTreeSet<GroupId>),
    /// Somebody else has removed it.
    Gone,
}

/// Looks at a group. What this run has `removed` may still be listed for a while.
async fn look(session: &Session<'_>, group: &OldGroup, removed: &BTreeSet<GroupId>) -> Result<Seen, HttpError> {
    let reader = session.tools.reader;
    let (groups, members) = tokio::try_join!(reader.groups(), reader.members(group.id))?;
    let below = groups.iter().filter(|found| found.parent == group.id && !removed.contains(&found.id));
    let below: BTreeSet<GroupId> = below.map(|found| found.id).collect();
    Ok(if !groups.iter().any(|found| found.id == group.id) {
        Seen::Gone
    } else if !members.is_empty() {
        Seen::People(members.len())
    } else if below.is_empty() {
        Seen::Empty
    } else {
        Seen::Below(below)
    })
}

async fn remove(session: &Session<'_>, group: &OldGroup) -> Option<Outcome> {
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
