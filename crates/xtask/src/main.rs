//! Development tasks: `cargo xtask demo`, `test`, `docs`, `bench`, `chart-test`.

mod bench;
mod chart;
mod commands;
mod demo;
mod docker;
mod docs;
mod links;
mod lint;
mod samples;
mod shell;
mod test;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Development tasks of timecamp-scim")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the whole pipeline against an invented company, and leave the files to look at
    Demo(demo::DemoArgs),
    /// Install what the tests need, and run them all
    Test(test::TestArgs),
    /// Write the pages that are made from the code, or check that they are fresh
    Docs(docs::DocsArgs),
    /// Build the container image, and run the pipeline in it by Docker Compose
    DockerTest(docker::DockerArgs),
    /// Hold shell scripts, the Dockerfile, workflows and YAML files against their linters
    LintFiles,
    /// Measure the stages in release builds, and print a table
    Bench(bench::BenchArgs),
    /// Render the Helm chart with many values, and check what comes out
    ChartTest,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Demo(args) => demo::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Docs(args) => docs::run(&args),
        Task::DockerTest(args) => docker::run(&args),
        Task::LintFiles => lint::run(),
        Task::Bench(args) => bench::run(&args),
        Task::ChartTest => chart::run(),
    }
}
