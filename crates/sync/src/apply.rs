//! Carries a plan out. Makes no decisions: what to do is in the plan, what cannot be done is recorded.
//!
//! Order: groups from the top down; deactivations, so that seats are free before they are needed; changes;
//! re-enables and invitations; groups to remove.

mod groups;
mod invite;
mod outcome;
mod pending_files;
mod removals;
mod session;
mod users;

pub use outcome::{Outcome, Results};
pub use session::{Session, Tools};

use crate::pending::Pending;
use crate::plan::{Kind, Plan, UserPlan};

/// Carries `plan` out on the account it was made for.
pub async fn apply(plan: &Plan, pending: &Pending, tools: Tools<'_>) -> anyhow::Result<Results> {
    let session = Session::new(tools, pending.clone());
    session.pending.expect_changes(plan).await?;
    let places = groups::create(&session, plan).await;
    for kind in [Kind::Deactivate, Kind::Update, Kind::Reenable] {
        let users: Vec<&UserPlan> = plan.of_kind(kind).collect();
        users::carry_out(&session, &users, &places).await;
        session.write_down().await;
    }
    invite::carry_out(&session, plan, &places).await;
    session.write_down().await;
    removals::carry_out(&session, plan).await;
    session.write_down().await;
    Ok(session.into_results(plan))
}
