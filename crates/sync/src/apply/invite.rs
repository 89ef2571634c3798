//! Invites people: one request at a time, since TimeCamp refuses overlapping ones; then looks for them and finishes.

use super::groups::Places;
use super::outcome::Outcome;
use super::session::{Session, told, unknown_outcome};
use super::users;
use crate::plan::{Invitation, InvitedBefore, Plan, UserPlan, finishing};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::{GroupId, InviteStatus, User};

/// How many addresses share one request.
const TOGETHER: usize = 100;
/// How long an invited user is looked for; each wait is twice the one before.
const LOOK_FOR: Duration = Duration::from_mins(2);
const FIRST_LOOK: Duration = Duration::from_secs(2);

type Guest<'p> = (&'p Invitation, GroupId);

/// Invites and finishes the plan's new users.
pub(super) async fn carry_out(session: &Session<'_>, plan: &Plan, places: &Places) {
    let mut guests: Vec<Guest<'_>> = Vec::new();
    for invitation in &plan.invitations {
        match places.deepest(&invitation.group) {
            Some(group) => guests.push((invitation, group)),
            None if session.halted() => return,
            None => {
                let why = format!("the group {} could not be created", invitation.group.path);
                session.note_invitation(&invitation.email, Outcome::Skipped(why));
            }
        }
    }
    if guests.is_empty() || session.halted() {
        return;
    }
    if let Err(error) = session.pending.expect_invitations(&guests).await {
        session.halt(&format!("{error:#}"));
        return;
    }
    let (perhaps, mut fresh): (Vec<_>, Vec<_>) =
        guests.into_iter().partition(|(invitation, _)| invitation.invited_before == InvitedBefore::Perhaps);
    // Those of an earlier run may be there without being seen yet: they are looked for before they are invited again.
    fresh.extend(find_and_finish(session, perhaps).await);
    let mut invited = Vec::new();
    for (group, batch) in batches(&fresh) {
        if session.halted() {
            return;
        }
        invited.extend(invite(session, group, batch).await);
    }
    for (invitation, _) in find_and_finish(session, invited).await {
        if !session.halted() {
            let why = "invited, but TimeCamp does not show the new user yet; the next run looks again and finishes";
            session.note_invitation(&invitation.email, Outcome::Failed(why.to_owned()));
        }
    }
}

fn batches<'g, 'p>(guests: &'g [Guest<'p>]) -> Vec<(GroupId, Vec<Guest<'p>>)> {
    let mut by_group: BTreeMap<GroupId, Vec<Guest<'p>>> = BTreeMap::new();
    for guest in guests {
        by_group.entry(guest.1).or_default().push(*guest);
    }
    let split = |(group, guests): (GroupId, Vec<Guest<'p>>)| {
        guests.chunks(TOGETHER).map(|part| (group, part.to_vec())).collect::<Vec<_>>()
    };
    by_group.into_iter().flat_map(split).collect()
}

/// Sends invitations of one group; who was or may have been invited comes back.
async fn invite<'p>(session: &Session<'_>, group: GroupId, batch: Vec<Guest<'p>>) -> Vec<Guest<'p>> {
    let mut invited = Vec::new();
    let mut open = vec![(batch, Attempt::First)];
    while let Some((batch, attempt)) = open.pop() {
        let emails: Vec<String> = batch.iter().map(|(invitation, _)| invitation.email.clone()).collect();
        if session.halted() {
            return invited;
        }
        match session.write(session.tools.writer.invite(group, &emails)).await {
            Ok(statuses) => {
                let statuses = statuses.into_iter().map(|(email, status)| (address_key(&email), status)).collect();
                invited.extend(batch.into_iter().filter(|guest| accepted(session, guest.0, &statuses)));
            }
            Err(None) => return invited,
            Err(Some(error)) if unknown_outcome(&error) => {
                // It may have happened: look as long as after an invitation, and only then invite again.
                let missing = find_and_finish(session, batch).await;
                match attempt {
                    _ if missing.is_empty() => {}
                    Attempt::First => open.push((missing, Attempt::AfterLooking)),
                    Attempt::AfterLooking => not_known(session, &missing, &told(&error)),
                }
            }
            Err(Some(_)) if batch.len() > 1 => {
                // One of them is refused: alone, the others go through, those that are there already first.
                let missing = present_are_finished(session, batch).await;
                open.extend(missing.into_iter().rev().map(|guest| (vec![guest], Attempt::First)));
            }
            Err(Some(error)) => {
                for (invitation, _) in &batch {
                    refused(session, invitation, &told(&error));
                }
            }
        }
    }
    invited
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    First,
    AfterLooking,
}

fn accepted(session: &Session<'_>, invitation: &Invitation, statuses: &BTreeMap<String, InviteStatus>) -> bool {
    match statuses.get(&address_key(&invitation.email)) {
        // No word about somebody: whether they appear decides.
        Some(InviteStatus::Accepted(_)) | None => true,
        Some(InviteStatus::Refused(why)) => {
            refused(session, invitation, &format!("TimeCamp answered `{why}`"));
            false
        }
    }
}

/// Invited or not: they stay in the pending file, so that the next run looks for them first.
fn not_known(session: &Session<'_>, guests: &[Guest<'_>], why: &str) {
    for (invitation, _) in guests.iter().filter(|_| !session.halted()) {
        let why = format!("whether the invitation happened is not known, the next run looks again and finishes: {why}");
        session.note_invitation(&invitation.email, Outcome::Failed(why));
    }
}

fn refused(session: &Session<'_>, invitation: &Invitation, why: &str) {
    session.pending.invitation_done(&invitation.email);
    session.note_invitation(&invitation.email, Outcome::Failed(format!("the invitation was refused: {why}")));
}

/// Finishes those whom TimeCamp shows already; the others come back.
async fn present_are_finished<'p>(session: &Session<'_>, guests: Vec<Guest<'p>>) -> Vec<Guest<'p>> {
    match session.tools.reader.users().await {
        Ok(users) => finish_those_seen(session, guests, &users).await,
        Err(error) => {
            // Whoever is not known to be missing is not invited again: they stay pending for the next run.
            session.halt(&format!("looking for invited users failed: {error}"));
            guests
        }
    }
}

/// Looks for invited users until all are seen and finished, or the time is over; the others come back.
async fn find_and_finish<'p>(session: &Session<'_>, mut guests: Vec<Guest<'p>>) -> Vec<Guest<'p>> {
    let (mut waited, mut wait) = (Duration::ZERO, FIRST_LOOK);
    while !guests.is_empty() && !session.halted() {
        guests = present_are_finished(session, guests).await;
        if guests.is_empty() || waited >= LOOK_FOR {
            break;
        }
        let next = wait.min(LOOK_FOR.saturating_sub(waited));
        session.wait(next).await;
        waited += next;
        wait *= 2;
    }
    guests
}

async fn finish_those_seen<'p>(session: &Session<'_>, guests: Vec<Guest<'p>>, users: &[User]) -> Vec<Guest<'p>> {
    let by_address: BTreeMap<String, &User> = users.iter().rev().map(|user| (address_key(&user.email), user)).collect();
    let mut plans: Vec<(&Invitation, UserPlan)> = Vec::new();
    let mut missing = Vec::new();
    for (invitation, group) in guests {
        match by_address.get(&address_key(&invitation.email)) {
            Some(user) => {
                let at = user.group.unwrap_or(group);
                plans.push((invitation, finishing(invitation, user.id, &user.name, at, group)));
            }
            None => missing.push((invitation, group)),
        }
    }
    users::carry_out(session, &plans.iter().map(|(_, plan)| plan).collect::<Vec<_>>(), &Places::default()).await;
    let mut done = BTreeSet::new();
    for (invitation, plan) in &plans {
        let outcome = session.take_user(plan.user);
        if let Some(outcome) = outcome {
            done.extend((outcome == Outcome::Done).then_some(&invitation.email));
            session.note_invitation(&invitation.email, outcome);
        }
    }
    for email in done {
        session.pending.invitation_done(email);
    }
    missing
}
