//! Changes users of the account: different users at once, one user's steps one after the other.

use super::groups::Places;
use super::outcome::Outcome;
use super::session::{Session, told, unknown_outcome};
use crate::plan::{Change, Field, UserPlan};
use futures_util::{StreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::timecamp::{Edit, GroupId, Placement, Setting, UserId, WriteError};

/// How many people share one request that moves them.
const TOGETHER: usize = 100;
/// How often a move whose answer was lost, and that did not happen, is sent again.
const AGAIN: usize = 3;

/// Carries out the changes of `users`: names, addresses and settings; then groups and roles, several people in one
/// request; then `added_manually` = 0 for everybody of whom anything was tried.
pub(super) async fn carry_out(session: &Session<'_>, users: &[&UserPlan], places: &Places) {
    let at_once = session.tools.concurrency;
    let tried = Tried::default();
    stream::iter(users).for_each_concurrent(at_once, |user| edit_and_set(session, user, &tried)).await;
    let moves = placements(session, users, places);
    stream::iter(moves).for_each_concurrent(at_once, |batch| place(session, batch, &tried)).await;
    stream::iter(users).for_each_concurrent(at_once, |user| finish(session, user, &tried)).await;
}

/// Of whom something was sent: they are owed `added_manually` = 0.
#[derive(Debug, Default)]
struct Tried(std::sync::Mutex<BTreeSet<UserId>>);

impl Tried {
    fn add(&self, user: UserId) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(user);
    }

    fn contains(&self, user: UserId) -> bool {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&user)
    }
}

async fn edit_and_set(session: &Session<'_>, user: &UserPlan, tried: &Tried) {
    let text = |field| user.change(field).map(|change| change.new.clone());
    let edit = Edit { name: text(Field::Name), email: text(Field::Email) };
    if edit != Edit::default() {
        let fields: Vec<Field> =
            [Field::Name, Field::Email].into_iter().filter(|field| user.change(*field).is_some()).collect();
        if !step(session, user, &fields, tried, session.tools.writer.edit(user.user, &edit)).await {
            return;
        }
    }
    for change in &user.changes {
        let Some((setting, value)) = setting_of(change) else { continue };
        let write = session.tools.writer.set(user.user, setting, value);
        if !step(session, user, &[change.field], tried, write).await {
            return;
        }
    }
}

fn setting_of(change: &Change) -> Option<(Setting, &str)> {
    match change.field {
        Field::Disabled => Some((Setting::DisabledUser, if change.new == "yes" { "1" } else { "0" })),
        Field::ExternalId => Some((Setting::ExternalId, &change.new)),
        Field::AdditionalEmail => Some((Setting::AdditionalEmail, &change.new)),
        Field::Name | Field::Email | Field::Group | Field::Role | Field::AddedManually => None,
    }
}

/// One write of one user; false when their further steps are skipped.
async fn step(
    session: &Session<'_>,
    user: &UserPlan,
    fields: &[Field],
    tried: &Tried,
    write: impl Future<Output = Result<(), WriteError>>,
) -> bool {
    if !session.halted() {
        tried.add(user.user);
    }
    let outcome = match session.write(write).await {
        Ok(()) => Outcome::Done,
        Err(None) => return false,
        Err(Some(error)) => Outcome::Failed(format!(
            "{}: {}",
            fields.iter().map(|field| field.words()).collect::<Vec<_>>().join(", "),
            told(&error)
        )),
    };
    let done = outcome == Outcome::Done;
    for field in fields {
        session.note_user(user.user, &user.email, *field, outcome.clone());
    }
    done
}

/// From one group, to one group if any, with one role.
type Journey = (GroupId, Option<GroupId>, u64);

/// People who go from one group to one group with one role.
#[derive(Debug)]
struct Batch<'p> {
    users: Vec<&'p UserPlan>,
    from: GroupId,
    to: Option<GroupId>,
    role: u64,
}

fn placements<'p>(session: &Session<'_>, users: &[&'p UserPlan], places: &Places) -> Vec<Batch<'p>> {
    let mut batches: BTreeMap<Journey, Vec<&'p UserPlan>> = BTreeMap::new();
    for user in users {
        let (moves, changes_role) = (user.moves(), user.change(Field::Role).is_some());
        if !(moves || changes_role) {
            continue;
        }
        if session.failed(user.user) {
            skip(session, user, &[Field::Group, Field::Role], "an earlier step of the same user failed");
            continue;
        }
        let Some(from) = user.from.id else { continue };
        let to = if moves { places.group(&user.to) } else { None };
        if moves && to.is_none() {
            skip(
                session,
                user,
                &[Field::Group],
                &format!("the group {} could not be created; they stay in {}", user.to.path, user.from.path),
            );
            if !changes_role {
                continue;
            }
        }
        batches.entry((from, to, user.role)).or_default().push(user);
    }
    let split = |((from, to, role), users): (_, Vec<&'p UserPlan>)| {
        let parts: Vec<_> = users.chunks(TOGETHER).map(|part| Batch { users: part.to_vec(), from, to, role }).collect();
        parts
    };
    batches.into_iter().flat_map(split).collect()
}

fn skip(session: &Session<'_>, user: &UserPlan, fields: &[Field], why: &str) {
    for field in fields.iter().filter(|field| user.change(**field).is_some()) {
        session.note_user(user.user, &user.email, *field, Outcome::Skipped(why.to_owned()));
    }
}

async fn place(session: &Session<'_>, batch: Batch<'_>, tried: &Tried) {
    let mut open = vec![batch];
    let mut again = 0;
    while let Some(batch) = open.pop() {
        if session.halted() {
            return;
        }
        let users = batch.users.iter().map(|user| user.user).collect();
        batch.users.iter().for_each(|user| tried.add(user.user));
        let placement = Placement { users, from: batch.from, to: batch.to, role: batch.role };
        let error = match session.write(session.tools.writer.place(&placement)).await {
            Ok(()) => {
                note(session, &batch.users, batch.to, &Outcome::Done);
                continue;
            }
            Err(None) => return,
            Err(Some(error)) => error,
        };
        if let (Some(to), true, true) = (batch.to, unknown_outcome(&error), again < AGAIN) {
            again += 1;
            open.extend(still_elsewhere(session, batch, to).await);
        } else if batch.users.len() > 1 {
            // One of them is refused: alone, the others go through.
            let Batch { users, from, to, role } = batch;
            open.extend(users.into_iter().rev().map(|user| Batch { users: vec![user], from, to, role }));
        } else {
            note(session, &batch.users, batch.to, &Outcome::Failed(told(&error)));
        }
    }
}

/// After a lost answer: who is not where they should be.
async fn still_elsewhere<'p>(session: &Session<'_>, batch: Batch<'p>, to: GroupId) -> Option<Batch<'p>> {
    let now = match session.tools.reader.users().await {
        Ok(users) => users,
        Err(error) => {
            let why = format!("whether the move happened is not known, and looking failed: {error}");
            note(session, &batch.users, batch.to, &Outcome::Failed(why));
            return None;
        }
    };
    let there: BTreeSet<UserId> = now.iter().filter(|user| user.group == Some(to)).map(|user| user.id).collect();
    let (arrived, left): (Vec<_>, Vec<_>) = batch.users.into_iter().partition(|user| there.contains(&user.user));
    note(session, &arrived, batch.to, &Outcome::Done);
    (!left.is_empty()).then_some(Batch { users: left, ..batch })
}

fn note(session: &Session<'_>, users: &[&UserPlan], to: Option<GroupId>, outcome: &Outcome) {
    for user in users {
        for field in [Field::Group, Field::Role] {
            let meant = field == Field::Role || to.is_some();
            if meant && user.change(field).is_some() {
                session.note_user(user.user, &user.email, field, outcome.clone());
            }
        }
    }
}

/// TimeCamp marks whoever the API edits as added by hand; this is the way back, also when another step failed.
async fn finish(session: &Session<'_>, user: &UserPlan, tried: &Tried) {
    let alone = user.change(Field::AddedManually).is_some();
    let owed = alone || session.pending.is_owed(user);
    if !(owed || tried.contains(user.user)) {
        if session.failed(user.user) || !session.halted() {
            session.done(user).await;
        }
        return;
    }
    let field = if alone { Field::AddedManually } else { last_field(user) };
    match session.write(session.tools.writer.set(user.user, Setting::AddedManually, "0")).await {
        Ok(()) => {
            if alone {
                session.note_user(user.user, &user.email, Field::AddedManually, Outcome::Done);
            }
            session.done(user).await;
        }
        Err(None) => {}
        Err(Some(error)) => {
            let why = format!("added_manually could not be set back to 0, the next run tries again: {}", told(&error));
            session.note_user(user.user, &user.email, field, Outcome::Failed(why));
        }
    }
}

fn last_field(user: &UserPlan) -> Field {
    user.changes.last().map_or(Field::AddedManually, |change| change.field)
}
