//! Two ways to read people with their managers, measured against a played Entra ID that takes 20 ms for an answer:
//! pages of 100 with `$expand=manager`, or pages of 999 and then the managers through `$batch`, twenty a request.
//!
//! `cargo run --release -p fetch-azuread --example managers [PEOPLE]`

use anyhow::Context as _;
use sandbox::Sandbox;
use serde::Deserialize;
use serde_json::{Value, json};
use timecamp_scim_core::http::{Auth, Http, HttpSettings, Method, Replay, Verify};
use timecamp_scim_core::{Secret, stage};
use tokio::task::JoinSet;
use tokio::time::Instant;

const SELECT: &str = "id,displayName,mail,userPrincipalName,department,jobTitle,accountEnabled,givenName,surname,\
    mobilePhone,businessPhones,streetAddress,postalCode,employeeId";
const PARTS: usize = 20;

#[derive(Deserialize)]
struct Page {
    value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let count = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let sandbox = Sandbox::start(world(count));
    let http = signed_in(&sandbox).await?;
    sandbox.clear_journal();
    stage::print("way                                          requests  units  seconds")?;
    let start = Instant::now();
    let expanded = list(&http, &[("$select", SELECT), ("$expand", "manager($select=id)"), ("$top", "100")]).await?;
    report(&sandbox, "pages of 100 with $expand", 2, start)?;
    let with_manager = expanded.iter().filter(|user| user.get("manager").is_some()).count();
    for at_once in [1, 4, 8] {
        let start = Instant::now();
        let users = list(&http, &[("$select", SELECT), ("$top", "999")]).await?;
        let managers = managers(&http, &users, at_once).await?;
        report(&sandbox, &format!("pages of 999, then $batch, {at_once} at once"), 1, start)?;
        anyhow::ensure!((users.len(), managers) == (expanded.len(), with_manager), "the two ways do not agree");
    }
    Ok(())
}

/// Everybody but the first reports to somebody before them.
fn world(count: usize) -> Value {
    let user = |number: usize| {
        json!({
            "id": format!("00000000-0000-0000-0000-{number:012}"), "displayName": format!("Person {number}"),
            "mail": format!("person{number}@x.test"), "userPrincipalName": format!("person{number}@x.test"),
            "accountEnabled": true, "department": "Operations", "jobTitle": "Clerk", "givenName": "Person",
            "surname": number.to_string(),
            "manager": (number > 0).then(|| format!("00000000-0000-0000-0000-{:012}", number / 10)),
        })
    };
    let users: Vec<Value> = (0..count).map(user).collect();
    let quirks = json!({ "latency_ms": 20 });
    json!({ "entra": { "tenant": "t", "client_id": "c", "client_secret": "s", "users": users, "quirks": quirks } })
}

async fn signed_in(sandbox: &Sandbox) -> anyhow::Result<Http> {
    let settings = HttpSettings::default();
    let login = Http::new(&sandbox.entra_authority(), Auth::None, Verify::Certificate, 1, &settings)?;
    let scope = format!("{}/.default", sandbox.url());
    let open = [("client_id", "c"), ("client_secret", "s"), ("scope", &scope), ("grant_type", "client_credentials")];
    let answer: Value = login.post("t/oauth2/v2.0/token").form(&open, &[]).send().await?.json()?;
    let token = answer.get("access_token").and_then(Value::as_str).context("a token")?;
    let auth = Auth::Bearer(Secret::new(token));
    Ok(Http::new(sandbox.entra_users_url().trim_end_matches("/users"), auth, Verify::Certificate, 16, &settings)?)
}

async fn list(http: &Http, query: &[(&str, &str)]) -> anyhow::Result<Vec<Value>> {
    let first = query.iter().fold(http.get("users"), |request, (name, value)| request.query(name, value));
    let mut page: Page = first.send().await?.json()?;
    let mut users = page.value;
    while let Some(link) = page.next {
        page = http.request_url(Method::GET, http.same_host(&link)?).send().await?.json()?;
        users.append(&mut page.value);
    }
    Ok(users)
}

/// How many users have a manager, asked for in batches, so many at once.
async fn managers(http: &Http, users: &[Value], at_once: usize) -> anyhow::Result<usize> {
    let ids: Vec<String> = users.iter().filter_map(|user| user.get("id")?.as_str().map(str::to_owned)).collect();
    let batches: Vec<Vec<String>> = ids.chunks(PARTS).map(<[String]>::to_vec).collect();
    let mut workers = JoinSet::new();
    for share in batches.chunks(batches.len().div_ceil(at_once).max(1)) {
        let (http, share) = (http.clone(), share.to_vec());
        workers.spawn(async move {
            let mut found = 0;
            for ids in share {
                found += batch(&http, &ids).await?;
            }
            anyhow::Ok(found)
        });
    }
    let mut found = 0;
    while let Some(share) = workers.join_next().await {
        found += share??;
    }
    Ok(found)
}

async fn batch(http: &Http, ids: &[String]) -> anyhow::Result<usize> {
    let part = |id| json!({ "id": id, "method": "GET", "url": format!("/users/{id}/manager?$select=id") });
    let body = json!({ "requests": ids.iter().map(part).collect::<Vec<Value>>() });
    let answer: Value = http.post("$batch").json(&body)?.replay(Replay::Safe).send().await?.json()?;
    let parts = answer.get("responses").and_then(Value::as_array).context("responses")?;
    Ok(parts.iter().filter(|part| part.get("status") == Some(&json!(200))).count())
}

/// Requests, seconds, and Graph's resource units: `page_units` a page, one for each part of a batch.
fn report(sandbox: &Sandbox, way: &str, page_units: usize, start: Instant) -> anyhow::Result<()> {
    let seconds = start.elapsed().as_secs_f64();
    let journal = sandbox.journal();
    let parts: usize = journal.iter().filter_map(|entry| entry.body.get("requests")?.as_array().map(Vec::len)).sum();
    let pages = journal.iter().filter(|entry| entry.is("GET", "v1.0/users")).count();
    stage::print(&format!("{way:<44} {:>8} {:>6} {seconds:>8.2}", journal.len(), pages * page_units + parts))?;
    sandbox.clear_journal();
    Ok(())
}
