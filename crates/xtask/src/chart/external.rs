//! The manifests for External Secrets, whose schemas Kubernetes does not know.

use super::checks::at;
use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

/// The shape of an `ExternalSecret`, as far as the chart uses it
/// (<https://external-secrets.io/latest/api/externalsecret/>).
fn external_secret() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["refreshInterval", "secretStoreRef", "target", "data"],
        "properties": {
            "refreshInterval": { "pattern": "^[0-9]+[a-z]+" },
            "secretStoreRef": {
                "type": "object", "additionalProperties": false, "required": ["name", "kind"],
                "properties": { "name": text, "kind": { "enum": ["SecretStore", "ClusterSecretStore"] } }
            },
            "target": {
                "type": "object", "additionalProperties": false, "required": ["name"],
                "properties": { "name": text, "creationPolicy": { "const": "Owner" } }
            },
            "data": { "type": "array", "minItems": 1, "items": {
                "type": "object", "additionalProperties": false, "required": ["secretKey", "remoteRef"],
                "properties": {
                    "secretKey": text,
                    "remoteRef": {
                        "type": "object", "additionalProperties": false, "required": ["key"],
                        "properties": { "key": text, "property": text, "version": text }
                    }
                }
            } }
        }
    })
}

/// The shape of a `SecretStore` for Google and for AWS, as far as the chart uses it
/// (<https://external-secrets.io/latest/provider/google-secrets-manager/>, <https://external-secrets.io/latest/provider/aws-secrets-manager/>).
fn secret_store() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let account = json!({
        "type": "object", "additionalProperties": false, "required": ["name"], "properties": { "name": text }
    });
    let identity = json!({
        "type": "object", "additionalProperties": false, "required": ["serviceAccountRef"],
        "properties": {
            "clusterLocation": text, "clusterName": text, "clusterProjectID": text, "serviceAccountRef": account
        }
    });
    let jwt = json!({
        "type": "object", "additionalProperties": false, "required": ["serviceAccountRef"],
        "properties": { "serviceAccountRef": account }
    });
    let auth = |key: &str, value: &Value| json!({ "type": "object", "additionalProperties": false, "required": [key], "properties": { key: value } });
    let google = json!({
        "type": "object", "additionalProperties": false, "required": ["projectID", "auth"],
        "properties": { "projectID": text, "auth": auth("workloadIdentity", &identity) }
    });
    let aws = json!({
        "type": "object", "additionalProperties": false, "required": ["service", "region", "auth"],
        "properties": { "service": { "const": "SecretsManager" }, "region": text, "role": text, "auth": auth("jwt", &jwt) }
    });
    json!({
        "type": "object", "additionalProperties": false, "required": ["provider"],
        "properties": { "provider": {
            "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
            "properties": { "gcpsm": google, "aws": aws }
        } }
    })
}

/// Holds these manifests against their shapes, and sees that they are there when they should be.
pub(super) fn check(manifests: &[Value], values: &Value) -> anyhow::Result<()> {
    let mut kinds = Vec::new();
    for manifest in manifests {
        if !at(manifest, "/apiVersion").as_str().unwrap_or_default().starts_with("external-secrets.io/") {
            continue;
        }
        let kind = at(manifest, "/kind").as_str().unwrap_or_default();
        let shape = match kind {
            "ExternalSecret" => external_secret(),
            "SecretStore" => secret_store(),
            _ => bail!("a manifest of kind {kind}"),
        };
        let shape = jsonschema::validator_for(&shape).context("the shape is none")?;
        if let Err(error) = shape.validate(at(manifest, "/spec")) {
            bail!("{kind}, at {}: {error}", error.instance_path());
        }
        kinds.push(kind);
    }
    kinds.sort_unstable();
    let expected: &[&str] = match at(values, "/secrets/from").as_str() {
        Some("gcp" | "aws") => &["ExternalSecret", "SecretStore"],
        Some("store") => &["ExternalSecret"],
        _ => &[],
    };
    ensure!(kinds == expected, "External Secrets gets {kinds:?} instead of {expected:?}");
    Ok(())
}
