//! `prepare` beside a bare loop over the same file, and planning.

use super::measure::{Bench, Call, printed};
use super::table::{Floor, Row};
use std::path::Path;

/// A way to prepare everybody.
struct Mode {
    name: &'static str,
    env: &'static [(&'static str, &'static str)],
}

const DEPARTMENTS: Mode = Mode { name: "departments", env: &[] };
const MODES: [Mode; 4] = [
    DEPARTMENTS,
    Mode {
        name: "supervisors",
        env: &[("TIMECAMP_USE_SUPERVISOR_GROUPS", "true"), ("TIMECAMP_USE_DEPARTMENT_GROUPS", "false")],
    },
    Mode {
        name: "both",
        env: &[("TIMECAMP_USE_SUPERVISOR_GROUPS", "true"), ("TIMECAMP_USE_DEPARTMENT_GROUPS", "true")],
    },
    Mode { name: "transforms", env: &[("TIMECAMP_PREPARE_TRANSFORM_CONFIG", TRANSFORMS)] },
];

/// Drops some, changes a few tens of a hundred, and looks into everybody's source record.
const TRANSFORMS: &str = r#"{
  "exclude": {"property": "job_title", "string": {"starts_with": "Intern"}},
  "filter": {"property": "raw_data.jobInformationDivision", "string": {"starts_with": "Engineering"}},
  "transform": [{"property": "department", "action": "replace_all", "value": "Engineering/All"}]
}"#;

/// Prints the rows.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<()> {
    for people in [10, 1_000, 10_000, 100_000, 1_000_000] {
        let modes: &[Mode] = if people == 100_000 { &MODES } else { &[DEPARTMENTS] };
        if people <= 100_000 || !bench.quick {
            for mode in modes {
                row(bench, people, mode)?;
            }
        }
    }
    planning(bench)
}

fn row(bench: &Bench, people: usize, mode: &Mode) -> anyhow::Result<()> {
    let name = format!("prepare, {people} users, {}", mode.name);
    if !bench.wants(&name) {
        return Ok(());
    }
    let input = bench.input("source", people)?.display().to_string();
    let folder = bench.place("prepare")?;
    let flags = ["--input", &input];
    let took =
        bench.quickest(|| bench.once(&Call { folder: &folder, program: "prepare", flags: &flags, env: mode.env }))?;
    let written = std::fs::metadata(folder.join("var/timecamp_users.json"))?.len();
    let floor = floor(bench, &folder, &input, written)?;
    Row { name: &name, took, requests: None, floor: Some(floor), at_once_ms: None }.print();
    Ok(())
}

fn floor(bench: &Bench, folder: &Path, input: &str, written: u64) -> anyhow::Result<Floor> {
    let bytes = written.to_string();
    let flags = [input, "floor.out", &bytes];
    let took = bench.quickest(|| bench.once(&Call { folder, program: "bench-floor", flags: &flags, env: &[] }))?;
    Ok(Floor { wall_ms: took.wall_ms, peak_kib: Some(took.peak_kib) })
}

/// Planning alone: the time is the plan's, the memory that of account, people and plan.
fn planning(bench: &Bench) -> anyhow::Result<()> {
    for people in ["1000", "10000", "100000", "1000000"] {
        let name = format!("planning alone, {people} users");
        if !bench.wants(&name) || (bench.quick && people == "1000000") {
            continue;
        }
        let folder = bench.place("planning")?;
        let took = bench.quickest(|| {
            let call = Call { folder: &folder, program: "bench-planning", flags: &[people], env: &[] };
            let mut took = bench.once(&call)?;
            let plan_ms = printed(&folder)?.get("plan_ms").and_then(serde_json::Value::as_f64);
            took.wall_ms = plan_ms.unwrap_or(took.wall_ms);
            Ok(took)
        })?;
        Row { name: &name, took, requests: None, floor: None, at_once_ms: None }.print();
    }
    Ok(())
}
