//! The parts of the chart that are made from the code: which stage knows which variable, and the schema of the values.

use crate::docs::{Stage, field};
use crate::shell::root;
use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The schema of the chart's values; its `definitions` named `made…` are made here, all else is written by hand.
pub(crate) const SCHEMA: &str = "helm/scim/values.schema.json";
/// Which stage knows which variable, as a template.
pub(crate) const VARIABLES: &str = "helm/scim/templates/_variables.tpl";

/// Whether the files go into a bucket is what the chart itself must know.
const CHARTS_OWN: &str = "USE_S3_STORAGE";

/// Every variable with its kind, of all `stages`.
pub(crate) fn kinds(stages: &[Stage]) -> BTreeMap<String, String> {
    stages.iter().flat_map(kinds_of).collect()
}

/// The variables that a stage knows, with their kinds.
pub(crate) fn kinds_of(stage: &Stage) -> BTreeMap<String, String> {
    let all = stage.own.iter().chain(&stage.common);
    all.map(|var| (field(var, "name").to_owned(), field(var, "kind").to_owned())).collect()
}

/// The template with the variables of every stage.
pub(crate) fn variables_template(stages: &[Stage]) -> anyhow::Result<String> {
    let table: BTreeMap<&str, _> = stages.iter().map(|stage| (stage.name.as_str(), kinds_of(stage))).collect();
    let table = serde_json::to_string_pretty(&table).context("the table of variables is no JSON")?;
    Ok(format!(
        "{{{{- /* Made from the code by `cargo xtask docs`: the variables that each program knows. */ -}}}}\n\
         {{{{- define \"timecamp-scim.variables\" -}}}}\n{table}\n{{{{- end -}}}}\n"
    ))
}

/// The schema as it stands, with its made parts renewed.
pub(crate) fn schema(stages: &[Stage], programs: &Path) -> anyhow::Result<String> {
    let text = std::fs::read(root().join(SCHEMA)).with_context(|| format!("cannot read {SCHEMA}"))?;
    let mut schema: Value = serde_json::from_slice(&text).with_context(|| format!("{SCHEMA} is no JSON"))?;
    let definitions = schema.get_mut("definitions").and_then(Value::as_object_mut);
    let definitions = definitions.with_context(|| format!("{SCHEMA} has no definitions"))?;
    definitions.insert("madeSettings".to_owned(), settings(stages));
    let names: BTreeSet<String> = kinds(stages).into_keys().filter(|name| name != CHARTS_OWN).collect();
    definitions.insert("madeNames".to_owned(), json!({ "enum": names }));
    definitions.insert("madeRequired".to_owned(), required(stages, programs)?);
    let text = serde_json::to_string_pretty(&schema).with_context(|| format!("{SCHEMA} is no JSON"))?;
    Ok(text + "\n")
}

/// `settings`: every variable that is no secret, with what it takes.
fn settings(stages: &[Stage]) -> Value {
    let vars = stages.iter().flat_map(|stage| stage.own.iter().chain(&stage.common));
    let properties: Map<String, Value> = vars
        .filter(|var| field(var, "kind") != "secret")
        .map(|var| {
            let mut accepted = accepted(field(var, "kind"));
            if let Some(accepted) = accepted.as_object_mut() {
                accepted.insert("description".to_owned(), json!(field(var, "about")));
            }
            (field(var, "name").to_owned(), accepted)
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// What a variable of a kind takes in the values.
fn accepted(kind: &str) -> Value {
    match kind {
        "boolean" => json!({ "type": "boolean" }),
        "number" => json!({ "type": "integer", "minimum": 0 }),
        "list" => {
            json!({ "type": ["string", "array"], "items": { "type": ["string", "integer"], "pattern": "^[^,]*$" } })
        }
        "duration" => {
            json!({ "type": "string", "pattern": "^([oO][fF][fF]|[0-9]+ *[a-z]+([ ,]*[0-9]+ *[a-z]+)*)$" })
        }
        "limit" => {
            json!({ "type": ["integer", "string"], "minimum": 0, "pattern": "^([oO][fF][fF]|[0-9]+(\\.[0-9]+)?%?)$" })
        }
        "JSON" => json!({ "type": ["string", "object"] }),
        _ => json!({ "type": "string" }),
    }
}

/// What each source, and TimeCamp, must have: in `settings` or in `secrets.variables`.
fn required(stages: &[Stage], programs: &Path) -> anyhow::Result<Value> {
    let mut rules = Vec::new();
    for stage in stages {
        let source = stage.name.strip_prefix("fetch-");
        if source.is_none() && stage.name != "sync" {
            continue;
        }
        let kinds = kinds_of(stage);
        let missing: Vec<Value> =
            demanded(programs, &stage.name)?.iter().map(|name| somewhere(name, kinds.get(name))).collect();
        let then = json!({ "allOf": missing });
        rules.push(match source {
            Some(source) => {
                json!({ "if": { "properties": { "source": { "const": source } } }, "then": then })
            }
            None => then,
        });
    }
    Ok(json!({ "allOf": rules }))
}

fn somewhere(name: &str, kind: Option<&String>) -> Value {
    let secret = json!({ "properties": { "secrets": { "properties": { "variables": { "required": [name] } } } } });
    if kind.is_some_and(|kind| kind == "secret") {
        return secret;
    }
    json!({ "anyOf": [secret, { "properties": { "settings": { "required": [name] } } }] })
}

/// What a program says is not set when nothing is.
fn demanded(programs: &Path, name: &str) -> anyhow::Result<Vec<String>> {
    let empty = root().join("target/tools/chart-empty");
    std::fs::create_dir_all(&empty).context("cannot make a folder")?;
    let mut command = Command::new(programs.join(name));
    // A file that is empty keeps programs from looking for one further up.
    std::fs::File::create(empty.join(".env")).context("cannot make an empty .env")?;
    let output = command.env_clear().env("DISABLE_FILE_LOGGING", "true").current_dir(&empty).output();
    let output = output.with_context(|| format!("cannot run {name}"))?;
    ensure!(output.status.code() == Some(2), "{name} without settings did not end with exit 2");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let names = said.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": is not set"));
    let names: Vec<String> = names.map(|(name, _)| name.to_owned()).collect();
    ensure!(!names.is_empty(), "{name} without settings did not say what is missing: {said}");
    Ok(names)
}
