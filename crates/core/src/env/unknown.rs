//! Variables that look like ours and are not: most often a typo.

use super::{Kind, Var};
use std::collections::BTreeSet;

/// Prefixes that other programs use too, and under which clouds inject variables: only what is nearly one of ours is
/// worth a warning.
const SHARED: [&str; 7] = ["HTTP_", "LOG_", "USE_", "DISABLE_", "METRICS_", "AZURE_", "AWS_"];
/// How near a name must be to count as nearly ours (Jaro-Winkler, 0 to 1).
const NEAR: f64 = 0.93;

/// One warning for every name in `set` that has a known prefix and that nobody knows.
pub(super) fn warnings<'a>(set: impl Iterator<Item = &'a String>, known: &[&'static Var]) -> Vec<String> {
    let names: BTreeSet<String> = known.iter().flat_map(|var| accepted_names(var)).collect();
    let prefixes: BTreeSet<&str> = known.iter().filter_map(|var| prefix(var.name)).collect();
    let strangers: BTreeSet<&String> = set
        .filter(|name| prefix(name).is_some_and(|prefix| prefixes.contains(prefix)))
        .filter(|name| !names.contains(*name) && !is_service_link(name))
        .collect();
    strangers.into_iter().filter_map(|name| warning(name, &names)).collect()
}

fn warning(name: &str, names: &BTreeSet<String>) -> Option<String> {
    let similarity = |candidate: &&String| strsim::jaro_winkler(name, candidate);
    let nearest = names.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    if prefix(name).is_some_and(|prefix| SHARED.contains(&prefix)) && similarity(&nearest) < NEAR {
        return None;
    }
    Some(format!("{name} is set, but no stage knows it. Did you mean {nearest}?"))
}

fn accepted_names(var: &Var) -> Vec<String> {
    let file = (var.kind == Kind::Secret).then(|| format!("{}_FILE", var.name));
    std::iter::once(var.name.to_owned()).chain(file).collect()
}

fn prefix(name: &str) -> Option<&str> {
    name.find('_').and_then(|end| name.get(..=end))
}

/// Kubernetes and Docker put addresses of services into the environment under the service's name.
fn is_service_link(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT_")
        || name.ends_with("_PORT")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Var = Var::new("TIMECAMP_API_KEY", Kind::Secret, "", "");
    const NEW: Var = Var::new("TIMECAMP_DISABLE_NEW_USERS", Kind::Flag, "false", "");
    const S3: Var = Var::new("USE_S3_STORAGE", Kind::Flag, "false", "");
    const TIMEOUT: Var = Var::new("HTTP_TIMEOUT", Kind::Duration, "", "");
    const FORMAT: Var = Var::new("LOG_FORMAT", Kind::Text, "", "");
    const METRICS: Var = Var::new("METRICS_FILE", Kind::Text, "", "");
    const TENANT: Var = Var::new("AZURE_FILTER_GROUPS", Kind::List, "", "");

    fn warned(set: &[&str]) -> Vec<String> {
        let set: Vec<String> = set.iter().map(|name| (*name).to_owned()).collect();
        warnings(set.iter(), &[&KEY, &NEW, &S3, &TIMEOUT, &FORMAT, &METRICS, &TENANT])
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_name() {
        let warnings = warned(&["TIMECAMP_DISABLE_NEW_USER"]);
        assert_eq!(
            warnings,
            ["TIMECAMP_DISABLE_NEW_USER is set, but no stage knows it. Did you mean TIMECAMP_DISABLE_NEW_USERS?"]
        );
    }

    #[test]
    fn known_names_files_and_injected_ones_are_left_alone() {
        let fine = ["TIMECAMP_API_KEY", "TIMECAMP_API_KEY_FILE", "AZURE_FEDERATED_TOKEN_FILE", "PATH", "OTHER_THING"];
        assert!(warned(&fine).is_empty());
        assert!(warned(&["TIMECAMP_SERVICE_HOST", "TIMECAMP_PORT_80_TCP", "TIMECAMP_SCIM_PORT"]).is_empty());
        assert_eq!(warned(&["AZURE_FILTER_GROUP"]).len(), 1);
    }

    #[test]
    fn under_a_prefix_of_many_programs_only_what_is_nearly_ours_is_a_typo() {
        for typo in ["USE_S3_STORGE", "USE_S3_STORAGES", "HTTP_TIMOUT", "LOG_FORMT", "METRICS_FIEL"] {
            assert_eq!(warned(&[typo]).len(), 1, "{typo}");
        }
        let strangers = [
            "HTTP_PROXY",
            "HTTP_HOST",
            "LOG_LEVEL",
            "LOG_FILE",
            "LOG_DIR",
            "USE_SSL",
            "USE_TLS",
            "DISABLE_TELEMETRY",
            "METRICS_PORT",
            "METRICS_PATH",
            "METRICS_ENABLED",
            "AWS_REGION",
        ];
        assert_eq!(warned(&strangers), Vec::<String>::new());
    }
}
