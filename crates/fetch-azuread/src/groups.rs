//! The configured groups: found by their display names, and who is in them.

use crate::graph::{Graph, Listing, Right, id_of};
use crate::settings::{Membership, Settings};
use anyhow::bail;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::progress::Progress;

/// Who is in the configured groups, by id.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Only these people are fetched; `None`: everybody.
    pub(crate) filter: Option<BTreeSet<String>>,
    /// These are supervisors.
    pub(crate) supervisors: BTreeSet<String>,
}

/// Reads them. Every name that is not exactly one group is told of, together.
pub(crate) async fn read(graph: &mut Graph, settings: &Settings) -> anyhow::Result<Groups> {
    let Settings { filter_groups, supervisor_groups, membership, .. } = settings;
    let named: BTreeMap<&str, &str> = supervisor_groups
        .iter()
        .map(|name| (name.as_str(), "AZURE_SUPERVISOR_GROUPS"))
        .chain(filter_groups.iter().map(|name| (name.as_str(), "AZURE_FILTER_GROUPS")))
        .collect();
    let (mut ids, mut problems) = (BTreeMap::new(), Vec::new());
    for (name, variable) in named {
        let found = find(graph, name).await?;
        match found.as_slice() {
            [id] => drop(ids.insert(name, id.clone())),
            [] => problems.push(format!(
                "{variable} names the group `{name}`, which Entra ID does not have: correct the name, or create the group"
            )),
            several => problems.push(format!(
                "{variable} names the group `{name}`, and Entra ID has {} of that name ({}): rename all but one",
                several.len(),
                several.join(", ")
            )),
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("; "));
    }
    let mut members = BTreeMap::new();
    for (name, id) in &ids {
        members.insert(*name, read_members(graph, name, id, *membership).await?);
    }
    let of = |names: &[String]| -> BTreeSet<String> {
        names.iter().filter_map(|name| members.get(name.as_str())).flatten().cloned().collect()
    };
    let filter = (!filter_groups.is_empty()).then(|| of(filter_groups));
    Ok(Groups { filter, supervisors: of(supervisor_groups) })
}

/// The ids of the groups with this display name.
async fn find(graph: &mut Graph, name: &str) -> anyhow::Result<Vec<String>> {
    let filter = format!("displayName eq '{}'", name.replace('\'', "''"));
    let query = [("$filter", filter.as_str()), ("$select", "id,displayName")];
    let listing = Listing { path: "groups".to_owned(), query: &query, right: Right::Groups };
    let rows = graph.list(&listing, &Progress::new(format!("Looking for the group {name}"), None)).await?;
    Ok(rows.iter().map(id_of).collect())
}

async fn read_members(
    graph: &mut Graph,
    name: &str,
    id: &str,
    membership: Membership,
) -> anyhow::Result<BTreeSet<String>> {
    let relation = match membership {
        Membership::Direct => "members",
        Membership::Transitive => "transitiveMembers",
    };
    let query = [("$select", "id"), ("$top", "999")];
    let listing = Listing { path: format!("groups/{id}/{relation}"), query: &query, right: Right::Groups };
    let rows = graph.list(&listing, &Progress::new(format!("Reading members of the group {name}"), None)).await?;
    let people: BTreeSet<String> = rows.iter().filter(|row| is_person(row)).map(id_of).collect();
    let others = rows.len().saturating_sub(people.len());
    tracing::info!("group `{name}`: {} people, {others} other members", people.len());
    if people.is_empty() {
        // Graph leaves out what the app may not see, without an error.
        tracing::warn!(
            "the group `{name}` has nobody in it. If it should: members of groups inside it count with \
             AZURE_TRANSITIVE_GROUPS=true only, and hidden members need the application permission Member.Read.Hidden"
        );
    }
    Ok(people)
}

/// Groups hold devices, groups and service principals too.
fn is_person(member: &Value) -> bool {
    let kind = member.get("@odata.type").and_then(Value::as_str);
    kind.is_none_or(|kind| kind == "#microsoft.graph.user")
}
