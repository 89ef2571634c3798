//! Mistakes in values that the schema, or the templates, must refuse.

use super::Chart;
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

impl Chart {
    /// Lays each mistake over values that are right; says how many there were.
    pub(super) fn refused(&self) -> anyhow::Result<usize> {
        let right = self.renderer.values("helm/scim/ci/01-minimal.yaml")?;
        let mistakes = mistakes();
        for (mistake, what) in &mistakes {
            let mut values = right.clone();
            super::lay_over(&mut values, what);
            // A null in the values of a user takes the default away.
            let mut merged = self.merged(&values);
            super::lay_over(&mut merged, what);
            let complaint = self.complaint(&merged);
            ensure!(complaint.is_some(), "the schema accepts {mistake}: {what}");
            if self.renderer.is_helm {
                ensure!(self.renderer.render(&values).is_err(), "Helm accepts {mistake}: {what}");
            }
        }
        for (mistake, complaint) in unrendered() {
            let mut values = right.clone();
            super::lay_over(&mut values, &mistake);
            let rendered = self.renderer.render(&values);
            let error = rendered.err().with_context(|| format!("the templates accept {mistake}"))?;
            ensure!(format!("{error:#}").contains(complaint), "{error:#}");
        }
        Ok(mistakes.len())
    }
}

/// What the templates refuse, for the schema could not say why; and what they say.
fn unrendered() -> [(Value, &'static str); 2] {
    [
        (
            json!({
                "settings": { "BAMBOOHR_SUBDOMAIN": "acme" },
                "secrets": { "variables": { "BAMBOOHR_SUBDOMAIN": "key" } }
            }),
            "BAMBOOHR_SUBDOMAIN is in settings and in secrets.variables",
        ),
        (
            json!({ "podMonitor": { "enabled": true }, "volume": { "accessModes": ["ReadWriteOncePod"] } }),
            "podMonitor.enabled cannot be with the access mode ReadWriteOncePod",
        ),
    ]
}

fn mistakes() -> Vec<(&'static str, Value)> {
    vec![
        ("an unknown key", json!({ "sauce": "bamboohr" })),
        ("an unknown source", json!({ "source": "workday" })),
        ("an unknown setting", json!({ "settings": { "TIMECAMP_DISABLE_NEW_USER": true } })),
        ("a setting of the process", json!({ "settings": { "PATH": "/" } })),
        ("a setting in the environment", json!({ "environment": { "TIMECAMP_DOMAIN": "x.test" } })),
        ("a text for a boolean", json!({ "settings": { "TIMECAMP_DISABLE_NEW_USERS": "yes" } })),
        ("a text for a number", json!({ "settings": { "TIMECAMP_ROOT_GROUP_ID": "12" } })),
        ("a number below zero", json!({ "settings": { "TIMECAMP_CONCURRENCY": -1 } })),
        ("a number for a text", json!({ "settings": { "TIMECAMP_DOMAIN": 12 } })),
        ("a number for a duration", json!({ "settings": { "TIMECAMP_MAX_INPUT_AGE": 24 } })),
        ("no limit at all", json!({ "settings": { "TIMECAMP_MAX_DEACTIVATIONS": "few" } })),
        ("a comma in a list", json!({ "settings": { "TIMECAMP_SKIP_DEPARTMENTS": ["a,b"] } })),
        ("a list for JSON", json!({ "settings": { "BAMBOOHR_EXCLUDE_FILTER": [1] } })),
        ("a secret among the settings", json!({ "settings": { "TIMECAMP_API_KEY": "key" } })),
        ("no key of TimeCamp", json!({ "secrets": { "variables": { "TIMECAMP_API_KEY": null } } })),
        ("no key of the source", json!({ "secrets": { "variables": { "BAMBOOHR_API_KEY": null } } })),
        ("no setting of the source", json!({ "settings": { "BAMBOOHR_SUBDOMAIN": null } })),
        ("settings of another source", json!({ "source": "okta" })),
        ("an unknown variable of a secret", json!({ "secrets": { "variables": { "TIMECAMP_KEY": "key" } } })),
        ("the place of files as a secret", json!({ "secrets": { "variables": { "USE_S3_STORAGE": "key" } } })),
        ("half of S3's keys", json!({ "secrets": { "variables": { "S3_ACCESS_KEY_ID": "key" } } })),
        (
            "an object for a key of a Secret",
            json!({ "secrets": { "variables": { "TIMECAMP_API_KEY": { "key": "k" } } } }),
        ),
        ("no name of the Secret", json!({ "secrets": { "secretName": "" } })),
        ("secrets from nowhere", json!({ "secrets": { "from": "env" } })),
        ("Google without a project", json!({ "secrets": { "from": "gcp" } })),
        ("AWS without a region", json!({ "secrets": { "from": "aws", "aws": { "role": "arn" } } })),
        ("no name of the store", json!({ "secrets": { "from": "store", "store": { "kind": "SecretStore" } } })),
        ("an unknown kind of store", json!({ "secrets": { "store": { "kind": "Vault" } } })),
        ("S3 without a bucket", json!({ "settings": { "USE_S3_STORAGE": true } })),
        ("neither S3 nor a volume", json!({ "volume": null })),
        ("a volume without a size", json!({ "volume": { "size": null } })),
        ("a volume that forgets", json!({ "volume": { "emptyDir": {} } })),
        ("a volume that can only be read", json!({ "volume": { "accessModes": ["ReadOnlyMany"] } })),
        ("no image", json!({ "image": { "repository": "" } })),
        ("a digest that is none", json!({ "image": { "digest": "latest" } })),
        ("a pipeline and its stages", json!({ "jobs": { "sync": { "enabled": true } } })),
        (
            "metrics in a bucket",
            json!({ "podMonitor": { "enabled": true }, "settings": { "USE_S3_STORAGE": true, "S3_BUCKET_NAME": "b" } }),
        ),
        (
            "metrics in two places",
            json!({ "podMonitor": { "enabled": true }, "settings": { "METRICS_FILE": "var/m.prom" } }),
        ),
        ("an unknown key of the monitor", json!({ "podMonitor": { "port": 9100 } })),
        ("a number for an interval", json!({ "podMonitor": { "interval": 60 } })),
        ("an unknown job", json!({ "jobs": { "fetchBamboohr": { "enabled": true } } })),
        ("a schedule that is none", json!({ "jobs": { "pipeline": { "schedule": "daily" } } })),
        ("a run without an end", json!({ "cronJob": { "activeDeadlineSeconds": null } })),
        ("two runs at a time", json!({ "cronJob": { "concurrencyPolicy": "Allow" } })),
        ("root", json!({ "securityContext": { "runAsUser": 0 } })),
        ("an unknown stage's flags", json!({ "flags": { "fetch-okta": ["--debug"] } })),
        ("flags as a text", json!({ "flags": { "sync": "--dry-run" } })),
        ("a file outside of its folder", json!({ "files": { "../ca.pem": "" } })),
    ]
}
