//! The account as the golden cases of sync write an end state.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::account::Account;

/// `groups`: every path from the top, names trimmed, sorted, one of two twice. `users`: by lower-cased primary address.
/// `attendance`: one row a user and day, by address and day.
pub(super) fn view(account: &Account) -> Value {
    let paths = paths(account);
    let mut groups: Vec<&String> = paths.values().collect();
    groups.sort();
    let users: Map<String, Value> = account
        .users()
        .values()
        .map(|user| {
            let row = json!({
                "name": user.display_name,
                "group": paths.get(&user.group),
                "role": user.role.to_string(),
                "disabled": user.setting("disabled_user") == Some("1"),
                "manual": user.setting("added_manually") == Some("1"),
                "external_id": user.setting("external_id"),
                "additional": user.setting("additional_email"),
            });
            (user.email.to_lowercase(), row)
        })
        .collect();
    json!({ "groups": groups, "users": users, "attendance": attendance(account) })
}

/// The path of every group. Each is made from its parent's, so that a deep tree costs no more than a flat one.
fn paths(account: &Account) -> BTreeMap<u64, String> {
    let mut paths: BTreeMap<u64, String> = BTreeMap::new();
    for id in account.groups.keys() {
        for step in account.line(*id).into_iter().rev() {
            let Some(group) = account.groups.get(&step).filter(|_| !paths.contains_key(&step)) else { continue };
            let name = group.name.trim();
            let path = paths.get(&group.parent).map_or_else(|| name.to_owned(), |above| format!("{above}/{name}"));
            paths.insert(step, path);
        }
    }
    paths
}

fn attendance(account: &Account) -> Vec<Value> {
    let mut rows: Vec<(String, &String, Value)> = Vec::new();
    for user in account.users().values() {
        for (day, row) in &user.attendance {
            let email = user.email.to_lowercase();
            let shown = json!({
                "email": email,
                "day": day,
                "day_type": row.kind.to_string(),
                "should_be": row.should_be,
                "vacation": row.vacation,
            });
            rows.push((email, day, shown));
        }
    }
    rows.sort_by(|left, right| (&left.0, left.1).cmp(&(&right.0, right.1)));
    rows.into_iter().map(|(_, _, shown)| shown).collect()
}
