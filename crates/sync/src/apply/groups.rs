//! Creates groups, from the top down, one request at a time.

use super::outcome::Outcome;
use super::session::{Session, told, unknown_outcome};
use crate::plan::{NewGroup, Place, Plan};
use std::collections::BTreeMap;
use std::time::Duration;
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::names::same_name_key;
use timecamp_scim_core::timecamp::{GroupId, WriteError};

/// Waits after TimeCamp says "You can not change this group": it may not have caught up with the group above.
const CATCH_UP: [Duration; 3] = [Duration::from_secs(15), Duration::from_secs(30), Duration::from_mins(1)];
/// How often a creation whose answer was lost, and that did not happen, is sent again.
const AGAIN: usize = 3;

/// Where the places of a plan are now.
#[derive(Debug, Default)]
pub(super) struct Places {
    made: BTreeMap<String, Made>,
}

#[derive(Debug, Clone, Copy)]
enum Made {
    At(GroupId),
    /// TimeCamp allows no more levels; the deepest group of the branch.
    TooDeep(GroupId),
    Failed,
}

impl Places {
    /// The group of a place; `None` when it could not be created.
    pub(super) fn group(&self, place: &Place) -> Option<GroupId> {
        place.id.or_else(|| match self.made.get(&place.path)? {
            Made::At(group) => Some(*group),
            Made::TooDeep(_) | Made::Failed => None,
        })
    }

    /// The group of a place, or the deepest one there is when TimeCamp allows no more levels.
    pub(super) fn deepest(&self, place: &Place) -> Option<GroupId> {
        place.id.or_else(|| match self.made.get(&place.path)? {
            Made::At(group) | Made::TooDeep(group) => Some(*group),
            Made::Failed => None,
        })
    }
}

enum Trouble {
    TooDeep(String),
    Failed(String),
    Halted,
}

/// Creates the plan's groups.
pub(super) async fn create(session: &Session<'_>, plan: &Plan) -> Places {
    let mut places = Places::default();
    for group in &plan.create_groups {
        let above = match (group.parent.id, places.made.get(&group.parent.path)) {
            (Some(id), _) => id,
            (None, Some(Made::At(id))) => *id,
            (None, Some(Made::TooDeep(deepest))) => {
                let deepest = *deepest;
                session.note_group(&group.path, Outcome::Skipped("the group above it cannot exist".to_owned()));
                places.made.insert(group.path.clone(), Made::TooDeep(deepest));
                continue;
            }
            (None, Some(Made::Failed) | None) => {
                session.note_group(&group.path, Outcome::Skipped("the group above it could not be created".to_owned()));
                places.made.insert(group.path.clone(), Made::Failed);
                continue;
            }
        };
        let made = match one(session, group, above).await {
            Ok(id) => {
                session.note_group(&group.path, Outcome::Done);
                Made::At(id)
            }
            Err(Trouble::TooDeep(why)) => {
                let levels = group.level.saturating_sub(1);
                session.note_depth(levels);
                let hint = format!(
                    "{why}. Its people stay where they are or are invited into {}; the next run cuts paths there, as TIMECAMP_MAX_GROUP_DEPTH={levels} for prepare does",
                    group.parent.path
                );
                session.note_group(&group.path, Outcome::Failed(hint));
                Made::TooDeep(above)
            }
            Err(Trouble::Failed(why)) => {
                session.note_group(&group.path, Outcome::Failed(why));
                Made::Failed
            }
            Err(Trouble::Halted) => return places,
        };
        places.made.insert(group.path.clone(), made);
    }
    places
}

async fn one(session: &Session<'_>, group: &NewGroup, above: GroupId) -> Result<GroupId, Trouble> {
    let (mut catch_up, mut again) = (CATCH_UP.into_iter(), 0);
    loop {
        let error = match session.write(session.tools.writer.create_group(&group.name, above)).await {
            Ok(Some(id)) => return Ok(id),
            Ok(None) => {
                return find(session, group, above)
                    .await?
                    .ok_or_else(|| Trouble::Failed("TimeCamp accepted it but does not list it".to_owned()));
            }
            Err(None) => return Err(Trouble::Halted),
            Err(Some(error)) => error,
        };
        match status(&error) {
            Some(404) if told(&error).contains("level") => return Err(Trouble::TooDeep(told(&error))),
            Some(403) => match catch_up.next() {
                Some(wait) => session.wait(wait).await,
                None => return Err(Trouble::Failed(told(&error))),
            },
            _ if unknown_outcome(&error) => {
                if let Some(id) = find(session, group, above).await? {
                    return Ok(id);
                }
                again += 1;
                if again > AGAIN {
                    return Err(Trouble::Failed(told(&error)));
                }
            }
            _ => return Err(Trouble::Failed(told(&error))),
        }
    }
}

/// Looks whether the group is there after all. The plan says that it was not before.
async fn find(session: &Session<'_>, group: &NewGroup, above: GroupId) -> Result<Option<GroupId>, Trouble> {
    let groups = session.tools.reader.groups().await.map_err(|error| {
        Trouble::Failed(format!("whether it was created is not known, and looking failed: {error}"))
    })?;
    let key = same_name_key(&group.name);
    Ok(groups.iter().find(|found| found.parent == above && same_name_key(&found.name) == key).map(|found| found.id))
}

fn status(error: &WriteError) -> Option<u16> {
    match error {
        WriteError::Http(error) => HttpError::code(error),
        WriteError::LockLost(_) => None,
    }
}
