//! `$batch`: up to twenty requests in one.

use super::{Graph, Right, explained};
use anyhow::bail;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use timecamp_scim_core::http::{Answer, Replay};
use timecamp_scim_core::pace;
use timecamp_scim_core::progress::Progress;

/// Graph takes no more requests than this in one batch.
const PARTS: usize = 20;
/// How often a part is asked for again that failed without saying how long to wait.
const TRIES: u32 = 5;
/// A shorter wait is none: the part would be asked for over and over.
const SHORTEST: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Responses {
    responses: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    id: String,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    body: Value,
}

/// What came of a batch.
#[derive(Debug, Default, PartialEq)]
struct Sorted {
    found: Vec<Value>,
    /// Those to be asked for again.
    again: Vec<String>,
    /// How long to wait before that, if the service says so.
    wait: Option<Duration>,
}

impl Graph {
    /// The records with these ids, at `path/{id}?{query}`; those that do not exist are left out.
    pub(crate) async fn look_up(
        &mut self,
        ids: &[String],
        query: &str,
        progress: &Progress,
    ) -> anyhow::Result<Vec<Value>> {
        let mut records = Vec::new();
        for ids in ids.chunks(PARTS) {
            let (mut open, mut tries, mut waited) = (ids.to_vec(), 0, Duration::ZERO);
            while !open.is_empty() {
                let Sorted { found, again, wait } = sort(&open, &self.batch(&open, query).await?)?;
                progress.add(found.len() as u64);
                records.extend(found);
                open = again;
                if open.is_empty() {
                    break;
                }
                let asked = wait.filter(|wait| *wait >= SHORTEST);
                tries += u32::from(asked.is_none());
                let wait = asked.unwrap_or_else(|| Duration::from_secs(2_u64.saturating_pow(tries)));
                waited += wait;
                if tries > TRIES || waited > self.settings.retry_budget {
                    let refused = format!("{} of {} look-ups", open.len(), ids.len());
                    match asked {
                        Some(wait) => bail!(
                            "Entra ID is throttled: it refuses {refused} for another {}, which with the waits before is \
                             longer than HTTP_RETRY_BUDGET allows; run again after that",
                            pace::plain(wait)
                        ),
                        None => bail!(
                            "Entra ID refuses {refused} and does not say for how long; they were asked for again as often \
                             as {TRIES} tries and HTTP_RETRY_BUDGET allow. Nothing was written; run again later"
                        ),
                    }
                }
                tracing::debug!(parts = open.len(), wait = ?wait, "waiting before parts of a batch are asked for again");
                self.settings.pace.wait(wait).await;
            }
        }
        Ok(records)
    }

    async fn batch(&mut self, ids: &[String], query: &str) -> anyhow::Result<Answer> {
        let parts: Vec<Value> =
            ids.iter().map(|id| json!({ "id": id, "method": "GET", "url": format!("/users/{id}?{query}") })).collect();
        let body = json!({ "requests": parts });
        // It only reads, whatever the verb.
        self.ask(Right::People, |http| Ok(http.post("$batch").json(&body)?.replay(Replay::Safe))).await
    }
}

/// What each of the `asked` ids was answered.
fn sort(asked: &[String], answer: &Answer) -> anyhow::Result<Sorted> {
    let Responses { responses } = answer.json().map_err(|error| explained(Right::People, error))?;
    let mut open: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
    let mut sorted = Sorted::default();
    for Part { id, status, headers, body } in responses {
        if !open.remove(id.as_str()) {
            continue;
        }
        match status {
            200..=299 => sorted.found.push(body),
            404 => {}
            429 | 502..=504 => {
                sorted.wait = sorted.wait.max(retry_after(&headers));
                sorted.again.push(id);
            }
            403 => bail!("{}: Graph refuses to show the user {id}", Right::People.advice()),
            _ => bail!("Entra ID answered {status} to the look-up of the user {id} ({})", message(&body)),
        }
    }
    if let Some(id) = open.first() {
        bail!("Entra ID left {} of {} look-ups of a batch without an answer, such as {id}", open.len(), asked.len());
    }
    Ok(sorted)
}

fn retry_after(headers: &BTreeMap<String, Value>) -> Option<Duration> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let seconds = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Duration::from_secs(seconds))
}

fn message(body: &Value) -> &str {
    body.pointer("/error/message").and_then(Value::as_str).unwrap_or("no reason is given")
}
