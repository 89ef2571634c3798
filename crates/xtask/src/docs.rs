//! `cargo xtask docs`: pages that are made from the code. With `--check` they are only compared.

use crate::chart::made;
use crate::commands;
use crate::links;
use crate::samples;
use crate::shell::{build, root, say};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Flags of `cargo xtask docs`.
#[derive(Debug, clap::Args)]
pub(crate) struct DocsArgs {
    /// Fail when a page is not what the code says, a link leads nowhere, or a command does not work
    #[arg(long)]
    check: bool,
}

/// Writes or checks the pages.
#[expect(clippy::disallowed_methods, reason = "a page of the documentation is no file between stages")]
pub(crate) fn run(args: &DocsArgs) -> anyhow::Result<()> {
    let programs = build()?;
    let stages = stages(&programs)?;
    let pages = [
        ("docs/settings.md", settings_page(&stages)),
        ("samples/env.example", env_example(&stages)),
        (made::SCHEMA, made::schema(&stages, &programs)?),
        (made::VARIABLES, made::variables_template(&stages)?),
        (samples::PREPARED, samples::prepared(&programs)?),
    ];
    let mut stale = Vec::new();
    for (path, text) in pages {
        let file = root().join(path);
        let there = std::fs::read(&file).unwrap_or_default();
        if there == text.as_bytes() {
            continue;
        }
        if args.check {
            stale.push(path);
        } else {
            std::fs::write(&file, text).with_context(|| format!("cannot write {path}"))?;
            say(&format!("wrote {path}"));
        }
    }
    if args.check {
        links::check()?;
        let names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
        commands::check(&programs, &names)?;
    }
    if stale.is_empty() { Ok(()) } else { bail!("not what the code says: {}. Run cargo xtask docs", stale.join(", ")) }
}

/// One stage as it tells of itself.
pub(crate) struct Stage {
    /// The program's name.
    pub(crate) name: String,
    /// Its own variables, as it describes them.
    pub(crate) own: Vec<Value>,
    /// Those of every stage.
    pub(crate) common: Vec<Value>,
}

/// Every program of the workspace that knows `--list-settings`, sources first.
pub(crate) fn stages(programs: &Path) -> anyhow::Result<Vec<Stage>> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("crates"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_stage(&root().join("crates").join(name)))
        .collect();
    names.sort_by_key(|name| (rank(name), name.clone()));
    names.into_iter().map(|name| stage(programs, &name)).collect()
}

/// A program that stands on core is a stage; the others are for development.
fn is_stage(folder: &Path) -> bool {
    let manifest = std::fs::read(folder.join("Cargo.toml")).unwrap_or_default();
    let on_core = String::from_utf8_lossy(&manifest).contains("\ntimecamp-scim-core.workspace = true");
    on_core && folder.join("src/main.rs").is_file()
}

fn rank(name: &str) -> usize {
    let order = ["fetch-", "prepare", "sync", "sync-time-off", "display-tree", "remove-empty-groups"];
    let place = order.iter().rposition(|start| name == *start || (*start == "fetch-" && name.starts_with(start)));
    place.unwrap_or(order.len())
}

fn stage(programs: &Path, name: &str) -> anyhow::Result<Stage> {
    let output = Command::new(programs.join(name)).arg("--list-settings").output();
    let output = output.with_context(|| format!("cannot run {name}"))?;
    let value: Value =
        serde_json::from_slice(&output.stdout).with_context(|| format!("{name} --list-settings printed no JSON"))?;
    let list = |key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(Stage { name: name.to_owned(), own: list("own"), common: list("every_stage") })
}

/// A text of a variable's description, or nothing.
pub(crate) fn field<'v>(var: &'v Value, key: &str) -> &'v str {
    var.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn settings_page(stages: &[Stage]) -> String {
    let mut text = String::from(
        "# Settings\n\nMade from the code by `cargo xtask docs`; CI checks that it is fresh.\n\n\
         Every setting is an environment variable. The process's environment counts first, then `.env` in the working \
         folder or the nearest folder above. An empty value is the same as none. Booleans are true/false, yes/no, on/off \
         or 1/0. Durations are `90s`, `5m`, `24h` or `off`. A secret `X` can also come from the file that `X_FILE` names. \
         Everything that is wrong is reported together, before any request (exit 2).\n",
    );
    let mut section = |title: &str, vars: &[Value]| {
        let _ = write!(text, "\n## {title}\n\n| variable | kind | default | meaning |\n| --- | --- | --- | --- |\n");
        for var in vars {
            let default = field(var, "default");
            let default = if default.is_empty() { String::new() } else { format!("`{}`", default.replace('|', "\\|")) };
            let about = field(var, "about").replace('|', "\\|");
            let _ = writeln!(text, "| `{}` | {} | {default} | {about} |", field(var, "name"), field(var, "kind"));
        }
    };
    if let Some(first) = stages.first() {
        section("Every stage", &first.common);
    }
    for stage in stages {
        section(&stage.name, &stage.own);
    }
    text
}

fn env_example(stages: &[Stage]) -> String {
    let mut text = String::from(
        "# Every setting of timecamp-scim, with its default. Copy this file to .env, uncomment what you need.\n\
         # Made from the code by `cargo xtask docs`. docs/settings.md has the same as a table.\n",
    );
    let mut seen = BTreeSet::new();
    let mut section = |title: &str, vars: &[Value]| {
        let fresh: Vec<&Value> = vars.iter().filter(|var| seen.insert(field(var, "name").to_owned())).collect();
        if fresh.is_empty() {
            return;
        }
        let _ = write!(text, "\n# --- {title} ---\n");
        for var in fresh {
            let value = literal(var);
            let _ = write!(text, "\n# {}\n# {}={value}\n", field(var, "about"), field(var, "name"));
        }
    };
    for stage in stages {
        section(&stage.name, &stage.own);
    }
    if let Some(first) = stages.first() {
        section("Every stage", &first.common);
    }
    text
}

/// The default as it could stand in the file: words about a default are none.
fn literal(var: &Value) -> &str {
    let default = field(var, "default");
    let kind = field(var, "kind");
    let plain = !default.contains(' ') && default != "AWS";
    if plain || kind == "JSON" { default } else { "" }
}
