//! The exporter that shows the numbers of the runs, and what tells Prometheus of it.

use super::checks::{at, check_hardening, list, of_kind, text};
use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

/// The shape of a `PodMonitor`, as far as the chart uses it
/// (<https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor>).
fn pod_monitor() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({
        "type": "object", "additionalProperties": false, "required": ["selector", "podMetricsEndpoints"],
        "properties": {
            "selector": {
                "type": "object", "additionalProperties": false, "required": ["matchLabels"],
                "properties": { "matchLabels": { "type": "object", "minProperties": 1, "additionalProperties": text } }
            },
            "podMetricsEndpoints": { "type": "array", "minItems": 1, "items": {
                "type": "object", "additionalProperties": false, "required": ["port"],
                "properties": { "port": text, "interval": { "pattern": "^[0-9]+(ms|s|m|h)$" } }
            } }
        }
    })
}

/// The one exporter of `podMonitor.enabled`: it reads the runs' volume, and is found by the monitor, which finds no run.
pub(super) fn check(manifests: &[Value], values: &Value) -> anyhow::Result<()> {
    let exporters = of_kind(manifests, "Deployment");
    let monitors = of_kind(manifests, "PodMonitor");
    let wanted = usize::from(at(values, "/podMonitor/enabled") == true);
    ensure!(exporters.len() == wanted && monitors.len() == wanted, "{wanted} exporters and monitors were expected");
    let (Some(exporter), Some(monitor)) = (exporters.first(), monitors.first()) else { return Ok(()) };

    let shape = jsonschema::validator_for(&pod_monitor()).context("the shape is none")?;
    if let Err(error) = shape.validate(at(monitor, "/spec")) {
        bail!("PodMonitor, at {}: {error}", error.instance_path());
    }
    let jobs = of_kind(manifests, "CronJob");
    let labels = at(exporter, "/spec/template/metadata/labels");
    let of_run = |job: &Value| at(job, "/spec/jobTemplate/spec/template/metadata/labels").clone();
    for (who, selector) in [
        ("the monitor", at(monitor, "/spec/selector/matchLabels")),
        ("the Deployment", at(exporter, "/spec/selector/matchLabels")),
    ] {
        ensure!(selects(selector, labels), "{who} does not find the exporter");
        ensure!(!jobs.iter().any(|job| selects(selector, &of_run(job))), "{who} takes a run for the exporter");
    }
    for (name, value) in at(values, "/podMonitor/labels").as_object().into_iter().flatten() {
        ensure!(at(monitor, "/metadata/labels").get(name) == Some(value), "the monitor has no label {name}");
    }
    check_pod(at(exporter, "/spec/template/spec"), at(monitor, "/spec/podMetricsEndpoints/0/port"), &jobs)?;
    check_nodes(exporter, &jobs, values)?;
    check_network(manifests, labels, values)
}

/// It sees the numbers, and not the people: their files are open to the stages' user and group only.
fn check_pod(pod: &Value, port: &Value, jobs: &[&Value]) -> anyhow::Result<()> {
    let container = at(pod, "/containers/0");
    check_hardening(container).context("the exporter")?;
    ensure!(at(container, "/ports/0/name") == port, "the monitor asks at another port");
    let security = at(pod, "/securityContext");
    ensure!(at(security, "/runAsNonRoot") == true && at(security, "/runAsUser") == 65534, "it is root, or a stage");
    ensure!(at(security, "/fsGroup").is_null(), "it is of the stages' group");
    ensure!(at(pod, "/automountServiceAccountToken") == false, "the cluster's token is in the exporter");
    let (mount, volume) = (at(container, "/volumeMounts/0"), at(pod, "/volumes/0"));
    ensure!(at(mount, "/readOnly") == true && at(mount, "/name") == at(volume, "/name"), "no volume to read");
    let folder = format!("--collector.textfile.directory={}", text(mount, "/mountPath"));
    ensure!(list(container, "/args").contains(&json!(folder)), "it reads another folder");
    for job in jobs {
        let var = list(job, "/spec/jobTemplate/spec/template/spec/volumes").first().context("a run has no volume")?;
        let claim = "/persistentVolumeClaim/claimName";
        ensure!(text(var, claim) == text(volume, claim), "it reads another claim than {}", text(var, claim));
    }
    Ok(())
}

/// The user's own rules are for the runs and for the exporter. Where only one node can have the volume, runs would rather be
/// beside the exporter, and still go where there is none.
fn check_nodes(exporter: &Value, jobs: &[&Value], values: &Value) -> anyhow::Result<()> {
    let pod = at(exporter, "/spec/template/spec");
    for rule in ["/affinity", "/nodeSelector", "/tolerations"] {
        ensure!(at(pod, rule) == wanted(values, rule), "the exporter has another {rule} than the user's");
    }
    let mut expected = wanted(values, "/affinity").clone();
    if !list(values, "/volume/accessModes").contains(&json!("ReadWriteMany")) {
        let beside = json!({ "weight": 100, "podAffinityTerm": {
            "topologyKey": "kubernetes.io/hostname", "labelSelector": at(exporter, "/spec/selector")
        } });
        let mut terms = list(&expected, "/podAffinity/preferredDuringSchedulingIgnoredDuringExecution").to_vec();
        terms.push(beside);
        let more = json!({ "podAffinity": { "preferredDuringSchedulingIgnoredDuringExecution": terms } });
        super::lay_over(&mut expected, &more);
    }
    for job in jobs {
        let affinity = at(job, "/spec/jobTemplate/spec/template/spec/affinity");
        ensure!(affinity == &expected, "a run's affinity is {affinity} instead of {expected}");
    }
    Ok(())
}

/// A rule of the values; null where it says nothing.
fn wanted<'v>(values: &'v Value, rule: &str) -> &'v Value {
    let wanted = at(values, rule);
    if wanted == &json!({}) || wanted == &json!([]) { &Value::Null } else { wanted }
}

/// With network policies, the exporter alone can be asked, and asks nobody.
fn check_network(manifests: &[Value], labels: &Value, values: &Value) -> anyhow::Result<()> {
    if at(values, "/networkPolicy/enabled") != true {
        return Ok(());
    }
    let policies = of_kind(manifests, "NetworkPolicy");
    let (open, others): (Vec<_>, Vec<_>) =
        policies.into_iter().partition(|policy| !list(policy, "/spec/ingress").is_empty());
    let open = open.first().context("nobody can ask the exporter")?;
    ensure!(selects(at(open, "/spec/podSelector/matchLabels"), labels), "another pod than the exporter is open");
    ensure!(list(open, "/spec/egress").is_empty(), "the exporter may ask others");
    let left_out = json!([{ "key": "app.kubernetes.io/component", "operator": "NotIn", "values": ["metrics"] }]);
    for other in others {
        ensure!(
            at(other, "/spec/podSelector/matchExpressions") == &left_out,
            "the stages' policy is the exporter's too"
        );
    }
    Ok(())
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let Some(selector) = selector.as_object().filter(|selector| !selector.is_empty()) else { return false };
    selector.iter().all(|(name, value)| labels.get(name) == Some(value))
}
