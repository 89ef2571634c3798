//! `METRICS_FILE` as Prometheus' own parser reads it.

use crate::services::ask_python;
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Run, bin};

/// The families of a file, by the parser of Prometheus' Python client.
fn parsed(text: &str) -> Value {
    ask_python("metrics.py", &[], text)
}

#[test]
fn prometheus_reads_what_several_stages_wrote_into_one_file() {
    let sandbox = Sandbox::start(sandbox::company(12));
    let fetch = Run::new(bin("fetch-bamboohr")).sandbox(&sandbox).env("METRICS_FILE", "metrics/scim.prom");
    let stages = [fetch.clone(), fetch.clone().stage(bin("prepare")), fetch.clone().stage(bin("sync"))];
    for (stage, flags) in stages.iter().zip([&[][..], &[], &["--allow-new-users", "1000"]]) {
        stage.go(flags).expect(0);
    }
    let metrics = parsed(&fetch.read("metrics/scim.prom"));
    for (name, family) in metrics.as_object().unwrap() {
        assert!(name.starts_with("timecamp_scim_"), "{name}");
        assert_eq!(family["type"], "gauge", "{name}");
        assert!(!family["help"].as_str().unwrap().is_empty(), "{name}");
    }
    for stage in ["fetch-bamboohr", "prepare", "sync"] {
        let of = |name: &str| {
            let samples = metrics[format!("timecamp_scim_{name}")]["samples"].as_array().unwrap();
            let own: Vec<f64> = samples
                .iter()
                .filter(|sample| sample[0] == json!({ "stage": stage }))
                .map(|s| s[1].as_f64().unwrap())
                .collect();
            assert_eq!(own.len(), 1, "{name} of {stage}: {metrics:#}");
            own[0]
        };
        assert!((of("exit_code") - 0.0).abs() < f64::EPSILON);
        assert!(of("last_success_timestamp_seconds") >= of("last_run_timestamp_seconds"));
        assert!(of("duration_seconds") >= 0.0 && of("requests") >= 0.0 && of("retries") >= 0.0);
    }
    assert!(metrics["timecamp_scim_changes"]["samples"].as_array().unwrap().len() > 1, "{metrics:#}");
}

/// What would spoil the file for Prometheus, were it written as it is.
#[test]
fn labels_are_escaped_as_prometheus_wants() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scim.prom");
    let kind = "odd \"kind\" \\ and\na line";
    let now = timecamp_scim_core::pace::now();
    for stage in ["sync", "prepare"] {
        let metrics = timecamp_scim_core::metrics::Metrics::new(Some(file.clone()));
        metrics.set("timecamp_scim_changes", &[("kind", kind)], 3);
        let tally = timecamp_scim_core::http::Tally::default();
        let code = timecamp_scim_core::Code::Done;
        metrics
            .write(timecamp_scim_core::metrics::Ending { stage, started: now, ended: now, code, tally: &tally })
            .unwrap();
    }
    let samples = parsed(&std::fs::read_to_string(&file).unwrap())["timecamp_scim_changes"]["samples"].clone();
    let mut samples = samples.as_array().unwrap().clone();
    samples.sort_by_key(|sample| sample[0]["stage"].to_string());
    let expected = ["prepare", "sync"].map(|stage| json!([{ "kind": kind, "stage": stage }, 3]));
    assert_eq!(samples, expected);
}
