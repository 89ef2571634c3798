//! Reads everybody.

use crate::graph::{Graph, Listing, Right};
use crate::groups::{self, Groups};
use crate::settings::Settings;
use crate::wire::{self, EXPAND, SELECT};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::http::HttpSettings;
use timecamp_scim_core::models::{Role, SourceUser};
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::source::add_missing_supervisors;

/// Up to so many members of filter groups are looked up one by one (twenty a request); for more, everybody is read
/// and the others are dropped.
const FEW: usize = 400;
/// How many ids are named in a warning.
const NAMED: usize = 10;

pub(crate) async fn people(http: &HttpSettings, settings: &Settings) -> anyhow::Result<Vec<SourceUser>> {
    if !settings.ignored.is_empty() {
        tracing::info!(
            "{} set and ignored: a token is asked for in every run and never stored. Remove it from the environment",
            settings.ignored.join(", ")
        );
    }
    let mut graph = Graph::new(settings, http)?;
    let Groups { filter, supervisors } = groups::read(&mut graph, settings).await?;
    let progress = Progress::new("Reading people", None);
    let all = match &filter {
        Some(members) if members.len() <= FEW => {
            let ids: Vec<String> = members.iter().cloned().collect();
            look_up(&mut graph, &ids, settings, &progress).await?
        }
        _ => everybody(&mut graph, settings, &progress).await?,
    };
    let wanted = |user: &SourceUser| filter.as_ref().is_none_or(|members| members.contains(&user.external_id));
    let (mut users, others): (Vec<_>, Vec<_>) = all.into_iter().partition(wanted);
    warn_of_hidden(&users);
    warn_of_unknown_members(filter.as_ref(), &users);
    let mut others: BTreeMap<String, SourceUser> =
        others.into_iter().map(|user| (user.external_id.clone(), user)).collect();
    add_missing_supervisors(&mut users, async |ids| {
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for id in ids {
            match others.remove(id) {
                Some(user) => found.push(user),
                None => unknown.push(id.clone()),
            }
        }
        found.extend(look_up(&mut graph, &unknown, settings, &progress).await?);
        Ok(found)
    })
    .await?;
    Ok(users.into_iter().map(|user| with_role(user, &supervisors)).collect())
}

async fn everybody(graph: &mut Graph, settings: &Settings, progress: &Progress) -> anyhow::Result<Vec<SourceUser>> {
    // With $expand pages hold 100 at most; see README.md for why this is the better way nevertheless.
    let query = [("$select", SELECT), ("$expand", EXPAND), ("$top", "100")];
    let listing = Listing { path: "users".to_owned(), query: &query, right: Right::People };
    let records = graph.list(&listing, progress).await?;
    Ok(records.into_iter().map(|record| wire::person(record, settings)).collect::<Result<_, _>>()?)
}

async fn look_up(
    graph: &mut Graph,
    ids: &[String],
    settings: &Settings,
    progress: &Progress,
) -> anyhow::Result<Vec<SourceUser>> {
    let records = graph.look_up(ids, &format!("$select={SELECT}&$expand={EXPAND}"), progress).await?;
    Ok(records.into_iter().map(|record| wire::person(record, settings)).collect::<Result<_, _>>()?)
}

/// Without the right permission Graph leaves values out instead of refusing.
fn warn_of_hidden(users: &[SourceUser]) {
    let hidden = users.iter().filter(|user| !wire::tells_status(user)).count();
    if hidden > 0 {
        tracing::warn!(
            "Entra ID does not tell of {hidden} users whether their accounts are enabled; they count as active. The app \
             registration needs the application permission User.Read.All with admin consent"
        );
    }
}

/// Who is in a group and no user of the tenant, such as somebody who was deleted meanwhile.
fn warn_of_unknown_members(filter: Option<&BTreeSet<String>>, users: &[SourceUser]) {
    let found: BTreeSet<&str> = users.iter().map(|user| user.external_id.as_str()).collect();
    let unknown: Vec<&str> =
        filter.into_iter().flatten().map(String::as_str).filter(|member| !found.contains(member)).collect();
    if !unknown.is_empty() {
        let named: Vec<&str> = unknown.iter().take(NAMED).copied().collect();
        let more = if unknown.len() > NAMED { ", …" } else { "" };
        tracing::warn!(
            "left out: {} members of AZURE_FILTER_GROUPS whom Entra ID does not have as users, such as people deleted just \
             now: {}{more}",
            unknown.len(),
            named.join(", ")
        );
    }
}

fn with_role(user: SourceUser, supervisors: &BTreeSet<String>) -> SourceUser {
    let role = supervisors.contains(&user.external_id).then(|| Role::Supervisor.id().to_string());
    SourceUser { role_id: role, ..user }
}
