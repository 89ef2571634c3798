//! Plans for an account of some size, and says how long the plan alone took.

use anyhow::Context as _;
use std::time::Instant;

/// `bench-planning PEOPLE`
#[expect(clippy::print_stdout, reason = "the time is this program's result")]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn main() -> anyhow::Result<()> {
    let people: u64 = std::env::args().nth(1).context("bench-planning PEOPLE")?.parse()?;
    let case = bench::account::Case::new(people)?;
    let start = Instant::now();
    let plan = case.plan();
    let took = start.elapsed();
    let result = serde_json::json!({
        "plan_ms": took.as_secs_f64() * 1000.0,
        "changed": plan.users.len(),
        "invited": plan.invitations.len(),
    });
    println!("{result}");
    Ok(())
}
