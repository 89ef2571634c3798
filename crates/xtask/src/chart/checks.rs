//! What must be true of everything the chart renders, whatever the values.

use super::made;
use crate::docs::Stage;
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A container, the `CronJob` it belongs to, and the program that it runs.
pub(super) struct Container<'v> {
    pub(super) job: String,
    pub(super) program: String,
    pub(super) value: &'v Value,
}

/// The value at a JSON pointer; null where there is none.
pub(super) fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    at(value, pointer).as_str().unwrap_or_default()
}

pub(super) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    at(value, pointer).as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn of_kind<'v>(manifests: &'v [Value], kind: &str) -> Vec<&'v Value> {
    manifests.iter().filter(|manifest| text(manifest, "/kind") == kind).collect()
}

/// Every container, in the order in which they run.
pub(super) fn containers(manifests: &[Value]) -> anyhow::Result<Vec<Container<'_>>> {
    let mut found = Vec::new();
    for job in of_kind(manifests, "CronJob") {
        let pod = at(job, "/spec/jobTemplate/spec/template/spec");
        for value in list(pod, "/initContainers").iter().chain(list(pod, "/containers")) {
            let program = text(value, "/command/0").strip_prefix("/opt/timecamp-scim/bin/");
            let program = program.context("a container runs something else")?.to_owned();
            found.push(Container { job: text(job, "/metadata/name").to_owned(), program, value });
        }
    }
    Ok(found)
}

/// Holds the manifests made of `values` (defaults included) against all rules.
pub(super) fn check(manifests: &[Value], values: &Value, stages: &[Stage]) -> anyhow::Result<()> {
    let jobs = of_kind(manifests, "CronJob");
    let names: BTreeSet<_> = manifests.iter().map(|each| (text(each, "/kind"), text(each, "/metadata/name"))).collect();
    ensure!(names.len() == manifests.len(), "two manifests of one name");
    let enabled = at(values, "/jobs").as_object().into_iter().flatten();
    let enabled = enabled.filter(|(_, job)| at(job, "/enabled") == &json!(true)).count();
    ensure!(jobs.len() == enabled, "{} CronJobs for {enabled} jobs", jobs.len());
    for job in jobs {
        let name = text(job, "/metadata/name");
        check_job(job).with_context(|| format!("CronJob {name}"))?;
        check_place(manifests, job, values).with_context(|| format!("CronJob {name}"))?;
    }
    for Container { job, program, value } in containers(manifests)? {
        check_hardening(value).and_then(|()| check_folder(value)).with_context(|| format!("{job}: {program}"))?;
        let stage = stages.iter().find(|stage| stage.name == program);
        let stage = stage.with_context(|| format!("{job} runs {program}, which is no program of ours"))?;
        let expected = expected(values, stage);
        let env = env(value, manifests, values).with_context(|| format!("{job}: {program}"))?;
        for name in env.keys().chain(expected.keys()) {
            let (got, wanted) = (env.get(name), expected.get(name));
            ensure!(got == wanted, "{job}: {program} gets {name} = {got:?} instead of {wanted:?}");
        }
    }
    super::external::check(manifests, values)?;
    super::monitor::check(manifests, values)
}

/// One run at a time, with an end, and a pod without rights.
fn check_job(job: &Value) -> anyhow::Result<()> {
    ensure!(at(job, "/spec/concurrencyPolicy") == "Forbid", "two runs at a time");
    for number in ["/startingDeadlineSeconds", "/successfulJobsHistoryLimit", "/failedJobsHistoryLimit"] {
        ensure!(at(at(job, "/spec"), number).is_u64(), "no {number}");
    }
    ensure!(at(job, "/spec/jobTemplate/spec/activeDeadlineSeconds").is_u64(), "no end");
    let pod = at(job, "/spec/jobTemplate/spec/template/spec");
    ensure!(at(pod, "/restartPolicy") == "Never", "a failed run is restarted");
    ensure!(at(pod, "/automountServiceAccountToken") == false, "the cluster's token is in the pod");
    let security = at(pod, "/securityContext");
    ensure!(at(security, "/runAsNonRoot") == true && at(security, "/runAsUser") == 65532, "root");
    ensure!(at(security, "/fsGroup") == 65532, "the volume is not writable");
    ensure!(at(security, "/seccompProfile/type") == "RuntimeDefault", "no seccomp");
    let programs = |place| list(pod, place).iter().map(|each| text(each, "/command/0").rsplit('/').next());
    if text(job, "/metadata/labels/app.kubernetes.io~1component") == "pipeline" {
        // The guides name the containers by their places, to give one run a flag.
        let before: Vec<_> = programs("/initContainers").flatten().collect();
        let in_order = matches!(before.as_slice(), [fetch, "prepare"] if fetch.starts_with("fetch-"));
        ensure!(in_order && programs("/containers").eq([Some("sync")]), "not fetch, prepare, sync: {before:?}");
    }
    Ok(())
}

/// What holds for every container, of ours or not.
pub(super) fn check_hardening(container: &Value) -> anyhow::Result<()> {
    let security = at(container, "/securityContext");
    ensure!(at(security, "/readOnlyRootFilesystem") == true, "the root file system can be written to");
    ensure!(at(security, "/allowPrivilegeEscalation") == false, "more rights can be had");
    ensure!(at(security, "/capabilities") == &json!({ "drop": ["ALL"] }), "capabilities");
    ensure!(at(container, "/resources/limits/memory").is_string(), "no limit of memory");
    ensure!(at(container, "/envFrom").is_null(), "envFrom: variables from nobody knows where");
    Ok(())
}

fn check_folder(container: &Value) -> anyhow::Result<()> {
    ensure!(at(container, "/workingDir") == "/app", "another working folder");
    let mounts = list(container, "/volumeMounts");
    ensure!(mounts.iter().any(|m| at(m, "/name") == "var" && at(m, "/mountPath") == "/app/var"), "no var/");
    Ok(())
}

/// `var/` outlives the pod: in a claim, or in a bucket.
fn check_place(manifests: &[Value], job: &Value, values: &Value) -> anyhow::Result<()> {
    let volumes = list(job, "/spec/jobTemplate/spec/template/spec/volumes");
    let var = volumes.iter().find(|volume| at(volume, "/name") == "var").context("no volume for var/")?;
    let claims = of_kind(manifests, "PersistentVolumeClaim");
    if at(values, "/settings/USE_S3_STORAGE") == true {
        ensure!(claims.is_empty() && at(var, "/emptyDir").is_object(), "a claim besides the bucket");
        return Ok(());
    }
    let claim = text(var, "/persistentVolumeClaim/claimName");
    let existing = text(values, "/volume/existingClaim");
    if existing.is_empty() {
        let made = claims.first().context("no claim")?;
        ensure!(text(made, "/metadata/name") == claim, "the claim has another name than {claim}");
        ensure!(made.pointer("/metadata/annotations/helm.sh~1resource-policy") == Some(&json!("keep")), "not kept");
    } else {
        ensure!(claims.is_empty() && claim == existing, "not the claim that was there");
    }
    Ok(())
}

/// What a container gets: `NAME` → its value, or `secret:NAME/KEY`.
fn env(container: &Value, manifests: &[Value], values: &Value) -> anyhow::Result<BTreeMap<String, String>> {
    let mut env = BTreeMap::new();
    for var in list(container, "/env") {
        let name = text(var, "/name").to_owned();
        let value = match (at(var, "/value").as_str(), at(var, "/valueFrom/secretKeyRef")) {
            (Some(value), _) => as_the_process_sees_it(value),
            (None, from) => {
                let (secret, key) = (text(from, "/name"), text(from, "/key"));
                ensure!(secret_exists(manifests, values, secret, key), "no secret {secret} with {key}");
                format!("secret:{key}")
            }
        };
        ensure!(env.insert(name.clone(), value).is_none(), "{name} twice");
    }
    Ok(env)
}

/// Kubernetes makes `$$` to `$`; a lone `$(` would be read as a variable. JSON is the same however it is written.
fn as_the_process_sees_it(value: &str) -> String {
    let value = value.replace("$$", "$");
    serde_json::from_str::<Value>(&value).ok().filter(Value::is_object).map_or(value, |json| json.to_string())
}

/// A Secret that is there already, or one that External Secrets makes, with that key.
fn secret_exists(manifests: &[Value], values: &Value, secret: &str, key: &str) -> bool {
    if at(values, "/secrets/from") == "secret" {
        return secret == text(values, "/secrets/secretName");
    }
    of_kind(manifests, "ExternalSecret").iter().any(|made| {
        text(made, "/spec/target/name") == secret
            && list(made, "/spec/data").iter().any(|each| text(each, "/secretKey") == key)
    })
}

/// What a stage should get: of all settings those that it knows, and the environment.
fn expected(values: &Value, stage: &Stage) -> BTreeMap<String, String> {
    let from_secret = at(values, "/secrets/from") == "secret";
    let known = made::kinds_of(stage);
    let environment = at(values, "/environment").as_object().into_iter().flatten();
    let mut expected: BTreeMap<String, String> =
        environment.map(|(name, value)| (name.clone(), setting(value))).collect();
    if at(values, "/podMonitor/enabled") == true {
        expected.insert("METRICS_FILE".to_owned(), "var/metrics.prom".to_owned());
    }
    for name in known.into_keys() {
        if let Some(place) = at(values, "/secrets/variables").get(&name) {
            let key = if from_secret { place.as_str().unwrap_or_default().to_owned() } else { name.clone() };
            expected.insert(name, format!("secret:{key}"));
        } else if let Some(value) = at(values, "/settings").get(&name) {
            expected.insert(name, setting(value));
        }
    }
    expected
}

/// A setting as the text that a program reads.
fn setting(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(setting).collect::<Vec<_>>().join(","),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
