//! `cargo xtask chart-test`: the Helm chart with many values, and what comes out.

mod checks;
mod external;
pub(crate) mod made;
mod monitor;
mod notes;
mod refused;
mod render;

use crate::docs::{self, Stage, field};
use crate::shell::{build, root, say};
use anyhow::{Context as _, bail, ensure};
use checks::{at, containers};
use render::Renderer;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

/// Values that must be refused, or must render, stand here.
const SETS: &str = "helm/scim/ci";
/// For administrators to begin with; it must render too.
const EXAMPLE: &str = "samples/values-example.yaml";

/// The chart, and all that it is held against.
struct Chart {
    renderer: Renderer,
    stages: Vec<Stage>,
    /// The chart's own values.
    defaults: Value,
    schema: jsonschema::Validator,
}

/// Renders the chart with every set of values and checks what comes out.
pub(crate) fn run() -> anyhow::Result<()> {
    let programs = build()?;
    let chart = Chart::open(&programs)?;
    chart.versions()?;
    let sets = sets()?;
    ensure!(sets.len() >= 15, "only {} sets of values in {SETS}", sets.len());
    for set in sets.iter().map(String::as_str).chain([EXAMPLE]) {
        let values = chart.renderer.values(set)?;
        let manifests = chart.check(&values).with_context(|| format!("with {set}"))?;
        chart.started(&manifests, &values, &programs).with_context(|| format!("with {set}"))?;
        chart.notes(&values).with_context(|| format!("NOTES.txt with {set}"))?;
        say(&format!("{set}: {} manifests", manifests.len()));
    }
    chart.rare_notes()?;
    for (source, values) in chart.everything() {
        chart.check(&values).with_context(|| format!("with every variable, from {source}"))?;
        say(&format!("every variable, from {source}: each reaches its containers"));
    }
    let count = chart.refused()?;
    say(&format!("{count} mistakes are refused by the schema"));
    chart.order_of_stages()?;
    say("The chart is right.");
    Ok(())
}

impl Chart {
    fn open(programs: &Path) -> anyhow::Result<Self> {
        let renderer = Renderer::find()?;
        let stages = docs::stages(programs)?;
        let defaults = renderer.values("helm/scim/values.yaml")?;
        let text = std::fs::read(root().join(made::SCHEMA)).with_context(|| format!("cannot read {}", made::SCHEMA))?;
        let text: Value = serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", made::SCHEMA))?;
        let schema = jsonschema::validator_for(&text);
        let schema = schema.with_context(|| format!("{} is no schema", made::SCHEMA))?;
        Ok(Self { renderer, stages, defaults, schema })
    }

    /// Accepted by the schema, rendered, and right.
    fn check(&self, values: &Value) -> anyhow::Result<Vec<Value>> {
        let merged = self.merged(values);
        if let Some(why) = self.complaint(&merged) {
            bail!("the schema refuses it: {why}");
        }
        let manifests = self.renderer.render(values)?;
        checks::check(&manifests, &merged, &self.stages)?;
        Ok(manifests)
    }

    /// What the schema has against values, if anything.
    fn complaint(&self, merged: &Value) -> Option<String> {
        let error = self.schema.iter_errors(merged).next()?;
        Some(format!("at {}: {error}", error.instance_path()))
    }

    /// The chart's own values with `values` over them, as Helm does it.
    fn merged(&self, values: &Value) -> Value {
        let mut merged = self.defaults.clone();
        lay_over(&mut merged, values);
        merged
    }

    /// The programs take what they are given: no setting is refused. (Exit 2 would say so; they get no further than
    /// their own machine, for the proxy that they are told of is not there.)
    fn started(&self, manifests: &[Value], values: &Value, programs: &Path) -> anyhow::Result<()> {
        let place = root().join("target/tools/chart-empty");
        std::fs::create_dir_all(&place).context("cannot make a folder")?;
        std::fs::File::create(place.join(".env")).context("cannot make an empty .env")?;
        if at(&self.merged(values), "/settings/USE_S3_STORAGE") == true {
            return Ok(());
        }
        for container in containers(manifests)? {
            let mut command = Command::new(programs.join(&container.program));
            command.current_dir(&place).env_clear().stdout(Stdio::null());
            for var in at(container.value, "/env").as_array().into_iter().flatten() {
                let value = at(var, "/value").as_str().unwrap_or("invented").replace("$$", "$");
                command.env(field(var, "name"), value);
            }
            command
                .env("LDAP_HOST", "127.0.0.1")
                .env("LDAP_PORT", "9")
                .env_remove("LDAP_CA_FILE")
                .env_remove("SSL_CERT_FILE");
            command.env("TIMECAMP_SCIM_TIME_SCALE", "0").env("HTTPS_PROXY", "http://127.0.0.1:9");
            command.env("DISABLE_FILE_LOGGING", "true").env_remove("METRICS_FILE").arg("--dry-run");
            let output = command.output().with_context(|| format!("cannot run {}", container.program))?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            ensure!(output.status.code() != Some(2), "{} refuses its settings: {said}", container.program);
        }
        Ok(())
    }

    /// For each source, values that set every variable there is.
    fn everything(&self) -> Vec<(String, Value)> {
        let sources = self.stages.iter().filter_map(|stage| stage.name.strip_prefix("fetch-"));
        sources.map(|source| (source.to_owned(), self.every_variable(source))).collect()
    }

    fn every_variable(&self, source: &str) -> Value {
        let (mut settings, mut secrets) = (Map::new(), Map::new());
        for (name, kind) in made::kinds(&self.stages) {
            if kind == "secret" {
                let key = format!("key-of-{name}");
                secrets.insert(name, json!(key));
            } else {
                let value = sample(&name, &kind);
                settings.insert(name, value);
            }
        }
        let on = json!({ "enabled": true });
        json!({
            "source": source,
            "image": { "repository": "registry.example.test/timecamp-scim" },
            "settings": settings,
            "secrets": { "secretName": "scim", "variables": secrets },
            "jobs": {
                "pipeline": { "enabled": false }, "fetch": on, "prepare": on, "sync": on, "syncTimeOff": on,
                "displayTree": on, "removeEmptyGroups": on
            },
            "networkPolicy": on
        })
    }

    /// With a schedule for each stage, they come one after the other.
    fn order_of_stages(&self) -> anyhow::Result<()> {
        let mut minutes = Vec::new();
        for stage in ["fetch", "prepare", "sync"] {
            let schedule = at(&self.defaults, &format!("/jobs/{stage}/schedule")).as_str().unwrap_or_default();
            let (minute, rest) = schedule.split_once(' ').context("no schedule")?;
            ensure!(rest == "*/6 * * *", "{stage} has other hours than the others: {schedule}");
            minutes.push(minute.parse::<u8>().with_context(|| format!("{stage}: {minute} is no minute"))?);
        }
        ensure!(minutes.is_sorted_by(|one, next| one + 10 <= *next), "fetch, prepare, sync: minutes {minutes:?}");
        Ok(())
    }

    /// The chart is of the programs' version.
    fn versions(&self) -> anyhow::Result<()> {
        let about = self.renderer.values("helm/scim/Chart.yaml")?;
        let version = env!("CARGO_PKG_VERSION");
        for field in ["version", "appVersion"] {
            let there = about.get(field).and_then(Value::as_str).unwrap_or_default();
            ensure!(there == version, "Chart.yaml: {field} is {there}, the programs are {version}");
        }
        Ok(())
    }
}

/// A value of a kind that is no default and hard to carry.
fn sample(name: &str, kind: &str) -> Value {
    match kind {
        "boolean" => json!(true),
        "number" => json!(12_345_678),
        "list" => json!(["R&D", "Ärzte \"A\" $(HOME) $$", 12_345_678]),
        "duration" => json!("90s"),
        "limit" => json!("15%"),
        "JSON" => json!({ "Sick <leave>": "Krank & frei $$", "n": 1 }),
        _ => json!(format!("  {name}: 'a' \"b\" \\1 $(HOME) $$ <&> # ü\n")),
    }
}

/// Maps key by key; a null takes a key away.
fn lay_over(base: &mut Value, over: &Value) {
    let (Some(base), Some(over)) = (base.as_object_mut(), over.as_object()) else {
        *base = over.clone();
        return;
    };
    for (key, value) in over {
        if value.is_null() {
            base.remove(key);
        } else {
            lay_over(base.entry(key).or_insert(Value::Null), value);
        }
    }
}

/// The files of values, in a stable order.
fn sets() -> anyhow::Result<Vec<String>> {
    let entries = std::fs::read_dir(root().join(SETS)).with_context(|| format!("cannot list {SETS}"))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names.into_iter().map(|name| format!("{SETS}/{name}")).collect())
}
