//! Rendering the chart with Helm, or with a program in its place, and reading what comes out.

use crate::shell::{root, run, say};
use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What checks manifests, with its one dependency; both pinned.
const PYTHON_PACKAGES: [&str; 2] = ["kubernetes-validate==1.37.0", "PyYAML==6.0.3"];
/// The version of those packages in one word: another one makes a new environment.
const ENVIRONMENT: &str = "target/tools/chart-python-1";
const CHECK: &str = include_str!("check.py");

/// Names the program that renders where there is no Helm: `PROGRAM template RELEASE CHART --values FILE`.
pub(super) const IN_HELMS_PLACE: &str = "HELM_TEMPLATE";

/// A way to render the chart.
pub(super) struct Renderer {
    program: PathBuf,
    python: PathBuf,
    /// Helm itself, which checks the schema too.
    pub(super) is_helm: bool,
}

impl Renderer {
    /// Helm, or the program that `HELM_TEMPLATE` names; and Python with what checks manifests.
    pub(super) fn find() -> anyhow::Result<Self> {
        let helm = Command::new("helm").arg("version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
        let program = match std::env::var_os(IN_HELMS_PLACE).map(PathBuf::from) {
            _ if helm => PathBuf::from("helm"),
            Some(program) => program,
            None => bail!("there is no helm here, and {IN_HELMS_PLACE} does not name a program in its place"),
        };
        say(&format!("rendering with {}", program.display()));
        Ok(Self { program, python: python()?, is_helm: helm })
    }

    /// What the chart makes of `values`: every manifest, checked against the schemas of Kubernetes.
    pub(super) fn render(&self, values: &Value) -> anyhow::Result<Vec<Value>> {
        self.render_from("helm/scim", values)
    }

    /// What the chart in another folder makes of `values`.
    pub(super) fn render_from(&self, chart: &str, values: &Value) -> anyhow::Result<Vec<Value>> {
        let text = self.render_text(chart, values)?;
        let manifests: Value = self.read_yaml(&[], &text).context("what was rendered is not right")?;
        manifests.as_array().cloned().context("no manifests")
    }

    fn render_text(&self, chart: &str, values: &Value) -> anyhow::Result<Vec<u8>> {
        let file = root().join("target/tools/chart-values.json");
        let values = as_helm_reads(values);
        File::create(&file).and_then(|mut file| write!(file, "{values}")).context("cannot write the values")?;
        let output = Command::new(&self.program)
            .args(["template", "scim", chart, "--namespace", "people", "--values"])
            .arg(&file)
            .current_dir(root())
            .output()
            .with_context(|| format!("cannot run {}", self.program.display()))?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(output.stdout)
    }

    /// A file of values.
    pub(super) fn values(&self, path: &str) -> anyhow::Result<Value> {
        let text = std::fs::read(root().join(path)).with_context(|| format!("cannot read {path}"))?;
        self.read_yaml(&["--values"], &text).with_context(|| format!("{path} cannot be read"))
    }

    fn read_yaml(&self, flags: &[&str], text: &[u8]) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.python);
        command.args(["-c", CHECK]).args(flags).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut python = command.spawn().context("cannot run Python")?;
        python.stdin.take().context("no way to Python")?.write_all(text).context("Python does not listen")?;
        let output = python.wait_with_output().context("Python did not end")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        serde_json::from_slice(&output.stdout).context("Python printed no JSON")
    }
}

/// Every number with a point: Helm reads all of them as such, so that a template could write `1.2345678e+07`. A program in
/// its place may not do so by itself.
fn as_helm_reads(values: &Value) -> Value {
    match values {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(as_helm_reads).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), as_helm_reads(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => values.clone(),
    }
}

/// Python with the packages, made once.
fn python() -> anyhow::Result<PathBuf> {
    let environment = root().join(ENVIRONMENT);
    let python = environment.join("bin/python");
    let whole = environment.join("whole");
    if !whole.exists() {
        run("python3", &["-m", "venv", ENVIRONMENT]).context("Python 3 with venv is needed")?;
        let program = python.to_string_lossy().into_owned();
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(&program, &[install.as_slice(), PYTHON_PACKAGES.as_slice()].concat())?;
        File::create(&whole).context("cannot mark the Python environment as whole")?;
    }
    Ok(python)
}
