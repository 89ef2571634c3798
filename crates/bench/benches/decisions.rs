//! The decisions alone, without files and network: `cargo bench -p bench`.

use bench::account::Case;
use bench::files;
use criterion::{BenchmarkId, Criterion};
use prepare::{Grouping, Settings, prepare};
use std::hint::black_box;
use sync::identity::identify;

const SIZES: [u64; 2] = [1_000, 10_000];

fn main() -> anyhow::Result<()> {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for people in SIZES {
        let case = Case::new(people)?;
        let inputs = case.inputs();
        criterion.bench_function(&format!("matching/{people}"), |bench| {
            bench.iter(|| identify(black_box(inputs.world), inputs.roster, inputs.policy));
        });
        criterion.bench_function(&format!("planning/{people}"), |bench| bench.iter(|| black_box(&case).plan()));
        groupings(&mut criterion, people)?;
    }
    criterion.final_summary();
    Ok(())
}

/// `prepare` by departments, and what the hierarchy adds to it.
fn groupings(criterion: &mut Criterion, people: u64) -> anyhow::Result<()> {
    let mut input = Vec::new();
    files::source(usize::try_from(people)?, &mut input)?;
    let mut group = criterion.benchmark_group("prepare");
    for grouping in [Grouping::Departments, Grouping::Supervisors, Grouping::Both] {
        let settings = Settings { grouping, ..Settings::default() };
        prepare(&input, &settings)?;
        group.bench_function(BenchmarkId::new(format!("{grouping:?}"), people), |bench| {
            bench.iter(|| prepare(black_box(&input), &settings).map(|prepared| prepared.summary().users_out));
        });
    }
    group.finish();
    Ok(())
}
