//! Supervisors whom users name and who are not among them.

use crate::models::{SourceUser, Status};
use std::collections::BTreeSet;

/// Fetches the missing supervisors, and theirs in turn, until none is missing or not to be found. They become
/// inactive: the hierarchy is whole, and nobody is created for them. One warning lists those not found.
pub async fn add_missing_supervisors(
    users: &mut Vec<SourceUser>,
    mut look_up: impl AsyncFnMut(&[String]) -> anyhow::Result<Vec<SourceUser>>,
) -> anyhow::Result<()> {
    let mut asked = BTreeSet::new();
    loop {
        let missing = missing(users, &asked);
        if missing.is_empty() {
            break;
        }
        let known: BTreeSet<String> = users.iter().map(|user| user.external_id.clone()).collect();
        let mut seen = BTreeSet::new();
        for mut user in look_up(&missing).await? {
            if !known.contains(&user.external_id) && seen.insert(user.external_id.clone()) {
                user.status = Status::Inactive;
                users.push(user);
            }
        }
        asked.extend(missing);
    }
    let found: BTreeSet<&str> = users.iter().map(|user| user.external_id.as_str()).collect();
    let lost: Vec<&str> = asked.iter().map(String::as_str).filter(|id| !found.contains(id)).collect();
    if !lost.is_empty() {
        tracing::warn!(
            "{} supervisors are named by users but not to be found in the source: {}. Their reports are placed as if they had none",
            lost.len(),
            lost.join(", ")
        );
    }
    Ok(())
}

fn missing(users: &[SourceUser], asked: &BTreeSet<String>) -> Vec<String> {
    let known: BTreeSet<&str> = users.iter().map(|user| user.external_id.as_str()).collect();
    let named: BTreeSet<&str> = users.iter().map(|user| user.supervisor_id.as_str()).collect();
    named
        .into_iter()
        .filter(|id| !id.trim().is_empty() && !known.contains(id) && !asked.contains(*id))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, boss: &str) -> SourceUser {
        SourceUser { supervisor_id: boss.to_owned(), ..SourceUser::new(id) }
    }

    #[tokio::test]
    async fn supervisors_of_supervisors_are_fetched_until_none_is_missing() {
        let mut users = vec![user("1", "2"), user("5", "gone")];
        let mut rounds = Vec::new();
        let look_up = async |ids: &[String]| {
            rounds.push(ids.to_vec());
            let next = |id: &String| match id.as_str() {
                "2" => Some(user("2", "3")),
                "3" => Some(user("3", "3")),
                _ => None,
            };
            Ok(ids.iter().filter_map(next).collect())
        };
        add_missing_supervisors(&mut users, look_up).await.unwrap();
        assert_eq!(rounds, [vec!["2", "gone"], vec!["3"]]);
        let inactive: Vec<&str> =
            users.iter().filter(|user| user.status == Status::Inactive).map(|user| user.external_id.as_str()).collect();
        assert_eq!(inactive, ["2", "3"]);
    }
}
