//! `sync` and the fetch stages against the sandbox, where every request takes 20 ms.

use super::measure::{Bench, Call, Took, printed};
use super::table::{Floor, Row};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How long every request takes.
const LATENCY_MS: u32 = 20;
/// As many people as `sync` puts into one request of a kind.
const TOGETHER: usize = 100;
/// Characters of user numbers, commas included, that fit one request for settings.
const NUMBERS: u64 = 3700;

/// A run of `sync` against an account.
struct Sync<'a> {
    name: &'a str,
    /// The input file: its kind and how many people it is about.
    input: (&'a str, usize),
    /// The sandbox's account: how many people, and what it is like.
    account: (usize, &'a str),
    concurrency: u32,
    latency_ms: u32,
    flags: &'a [&'a str],
}

/// Prints the rows.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<()> {
    for concurrency in [4, 16] {
        sync(
            bench,
            &Sync {
                name: &format!("sync, first import of 1000 users into 40 groups, concurrency {concurrency}"),
                input: ("newcomers", 1000),
                account: (1, "empty"),
                concurrency,
                latency_ms: LATENCY_MS,
                flags: &[],
            },
        )?;
    }
    let large = Sync {
        name: "sync, 1 % changes in 10000 users, concurrency 4",
        input: ("changed", 10_000),
        account: (10_000, "in-sync"),
        concurrency: 4,
        latency_ms: LATENCY_MS,
        flags: &[],
    };
    sync(bench, &large)?;
    let name = "sync, no change in 10000 users, concurrency 4";
    sync(bench, &Sync { name, input: ("prepared", 10_000), ..large })?;
    let name = "sync --dry-run, 1 % changes in 100000 users, no latency";
    let huge = Sync { name, input: ("changed", 100_000), account: (100_000, "in-sync"), latency_ms: 0, ..large };
    sync(bench, &Sync { flags: &["--dry-run"], ..huge })?;
    for source in ["azuread", "bamboohr"] {
        fetch(bench, source)?;
    }
    Ok(())
}

/// A sandbox that runs until this is dropped.
struct Sandbox(Child);

impl Sandbox {
    /// Starts one and waits until it answers; the settings that lead there are in the folder's `.env`.
    fn start(bench: &Bench, folder: &Path, flags: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(bench.program("sandbox"));
        command.args(flags).arg("--env-file").arg(folder.join(".env")).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot run sandbox")?;
        let out = child.stdout.take().context("the sandbox has an output")?;
        let mut address = String::new();
        BufReader::new(out).read_line(&mut address)?;
        ensure!(!address.is_empty(), "the sandbox does not start");
        Ok(Self(child))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn sync(bench: &Bench, sync: &Sync<'_>) -> anyhow::Result<()> {
    if !bench.wants(sync.name) {
        return Ok(());
    }
    let folder = bench.place("sync")?;
    let input = bench.input(sync.input.0, sync.input.1)?.display().to_string();
    let people = sync.account.0.to_string();
    let concurrency = sync.concurrency.to_string();
    let env = [("TIMECAMP_CONCURRENCY", concurrency.as_str()), ("METRICS_FILE", "metrics.prom")];
    let allowed = ["--input", &input, "--allow-new-users", "1000000", "--accept-shrunk-account"];
    let look = [&allowed[..], &["--dry-run", "--json"]].concat();
    let flags = [&allowed[..], sync.flags].concat();
    let (mut work, mut requests) = (None, None);
    let mut once = |latency_ms: u32| {
        let latency = format!("{latency_ms}ms");
        let sandbox = ["--company", &people, "--account", sync.account.1, "--latency", &latency];
        let _sandbox = Sandbox::start(bench, &folder, &sandbox)?;
        if work.is_none() {
            bench.once(&Call { folder: &folder, program: "sync", flags: &look, env: &env })?;
            work = Some(Work::of(&printed(&folder)?));
        }
        drop(std::fs::remove_file(folder.join("metrics.prom")));
        let took = bench.once(&Call { folder: &folder, program: "sync", flags: &flags, env: &env })?;
        requests = sent(&folder, "sync");
        Ok(took)
    };
    let took = bench.quickest(|| once(sync.latency_ms))?;
    let at_once = if sync.latency_ms > 0 { Some(bench.quickest(|| once(0))?.wall_ms) } else { None };
    let work = work.unwrap_or_default();
    let reads = 4 + settings_requests(sync.account.0);
    let floor = sync.flags.is_empty().then(|| work.floor(reads, sync));
    let requests = requests.map(|sent| (sent, work.one_by_one + work.at_once + reads));
    Row { name: sync.name, took, requests, floor, at_once_ms: at_once }.print();
    Ok(())
}

/// How many requests the settings of an invented account take: one in twenty of its people is not in it, and the
/// users' numbers have five digits, later six.
fn settings_requests(people: usize) -> u64 {
    let digits = if people > 40_000 { 6 } else { 5 };
    ((people - people / 20) as u64).div_ceil(NUMBERS / (digits + 1)).max(1)
}

/// How many requests the last run sent, from its metrics.
fn sent(folder: &Path, stage: &str) -> Option<u64> {
    let metrics = std::fs::read(folder.join("metrics.prom")).ok()?;
    let start = format!("timecamp_scim_requests{{stage=\"{stage}\"}} ");
    String::from_utf8_lossy(&metrics).lines().find_map(|line| line.strip_prefix(&start)?.parse().ok())
}

/// The requests that a plan cannot do without.
#[derive(Debug, Default)]
struct Work {
    /// Group creations, invitations, and a look at who has appeared.
    one_by_one: u64,
    /// All other writes.
    at_once: u64,
}

impl Work {
    /// Counts them in what `sync --dry-run --json` prints: one write for each user and field, of name and address
    /// together, one for each hundred who go the same way, and one that ends it for each user.
    fn of(stored: &Value) -> Self {
        let list = |name: &str| {
            let found = stored.pointer(&format!("/plan/{name}")).and_then(Value::as_array);
            found.cloned().unwrap_or_default()
        };
        let (users, invitations) = (list("users"), list("invitations"));
        let mut journeys: BTreeMap<String, usize> = BTreeMap::new();
        let mut welcomes: BTreeMap<String, usize> = BTreeMap::new();
        let mut at_once = users.len() + invitations.len();
        for user in &users {
            let changes = user.get("changes").and_then(Value::as_array).into_iter().flatten();
            let fields: BTreeSet<&str> = changes.filter_map(|change| change.get("field")?.as_str()).collect();
            let has = |names: &[&str]| names.iter().any(|name| fields.contains(name));
            at_once += usize::from(has(&["name", "email"]));
            at_once += ["disabled", "external_id", "additional_email"].iter().filter(|name| has(&[name])).count();
            if has(&["group", "role"]) {
                *journeys.entry(key(user, &["from", "to", "role"])).or_default() += 1;
            }
        }
        for invitation in &invitations {
            *welcomes.entry(key(invitation, &["group"])).or_default() += 1;
            let given = |name: &str| invitation.get(name).is_some_and(|value| !value.is_null() && value != "");
            at_once += ["name", "additional_email", "external_id"].iter().filter(|name| given(name)).count();
            if invitation.get("role").and_then(Value::as_u64) != Some(3) {
                *journeys.entry(key(invitation, &["group", "role"])).or_default() += 1;
            }
        }
        let requests =
            |kind: &BTreeMap<String, usize>| kind.values().map(|count| count.div_ceil(TOGETHER)).sum::<usize>();
        let look = usize::from(!invitations.is_empty());
        Self {
            one_by_one: (list("create_groups").len() + requests(&welcomes) + look) as u64,
            at_once: (at_once + requests(&journeys)) as u64,
        }
    }

    /// One after another what must be, the rest so many at once.
    fn floor(&self, reads: u64, sync: &Sync<'_>) -> Floor {
        let count = |requests: u64| f64::from(u32::try_from(requests).unwrap_or(u32::MAX));
        let at_once = count(self.at_once + reads) / f64::from(sync.concurrency);
        let wall_ms = f64::from(sync.latency_ms) * (count(self.one_by_one) + at_once);
        Floor { wall_ms, peak_kib: None }
    }
}

fn key(of: &Value, fields: &[&str]) -> String {
    fields.iter().map(|field| of.get(field).map(Value::to_string).unwrap_or_default()).collect::<Vec<_>>().join(" ")
}

/// A fetch of 10,000 people. Each page names the next one, so all requests follow one another.
fn fetch(bench: &Bench, source: &str) -> anyhow::Result<()> {
    let name = format!("fetch-{source}, 10000 people");
    if !bench.wants(&name) {
        return Ok(());
    }
    let program = format!("fetch-{source}");
    let folder = bench.place(&program)?;
    let env = [("METRICS_FILE", "metrics.prom")];
    let quickest = |latency_ms: u32| {
        let latency = format!("{latency_ms}ms");
        let flags = ["--company", "10000", "--account", "empty", "--source", source, "--latency", &latency];
        let _sandbox = Sandbox::start(bench, &folder, &flags)?;
        bench.quickest(|| bench.once(&Call { folder: &folder, program: &program, flags: &[], env: &env }))
    };
    let (at_once, took): (Took, Took) = (quickest(0)?, quickest(LATENCY_MS)?);
    let requests = sent(&folder, &program);
    let floor = requests
        .and_then(|count| u32::try_from(count).ok())
        .map(|count| Floor { wall_ms: f64::from(LATENCY_MS * count), peak_kib: None });
    let at_once_ms = Some(at_once.wall_ms);
    Row { name: &name, took, requests: requests.map(|sent| (sent, sent)), floor, at_once_ms }.print();
    Ok(())
}
