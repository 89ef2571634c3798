//! The `OKTA_` variables and what they mean.

use timecamp_scim_core::source::record::{ExcludedDepartments, SupervisorRule};
use timecamp_scim_core::{Env, Kind, Secret, Var};
use url::Url;

/// Where Okta is.
pub(crate) const ORG_URL: Var =
    Var::new("OKTA_ORG_URL", Kind::Text, "", "Address of the organisation, such as https://acme.okta.com.");
/// Whom Okta lets in.
pub(crate) const API_TOKEN: Var = Var::new(
    "OKTA_API_TOKEN",
    Kind::Secret,
    "",
    "API token (Okta Admin Console: Security, API, Tokens), made by an administrator who may read users and groups.",
);
/// Which users are read.
pub(crate) const USER_STATUSES: Var = Var::new(
    "OKTA_USER_STATUSES",
    Kind::List,
    "ACTIVE",
    "Okta statuses of the users to read; ACTIVE, LOCKED_OUT, PASSWORD_EXPIRED and RECOVERY are written as active, others as inactive.",
);
/// Groups by name.
pub(crate) const FILTER_GROUPS: Var =
    Var::new("OKTA_FILTER_GROUPS", Kind::List, "", "Group names; only members of these groups are read.");
/// Groups by id.
pub(crate) const FILTER_GROUP_IDS: Var = Var::new(
    "OKTA_FILTER_GROUP_IDS",
    Kind::List,
    "",
    "Group ids, for names that are not unique or hold a comma; only members of these groups are read.",
);
/// Groups of supervisors.
pub(crate) const SUPERVISOR_GROUPS: Var =
    Var::new("OKTA_SUPERVISOR_GROUPS", Kind::List, "", "Group names; their members get the supervisor role.");
/// Who is left out.
pub(crate) const EXCLUDED_DEPARTMENTS: Var =
    Var::new("OKTA_EXCLUDED_DEPARTMENTS", Kind::List, "", "Exact department names; their people are left out.");
const EXTERNAL_ID_FIELD: Var = Var::new(
    "OKTA_EXTERNAL_ID_FIELD",
    Kind::Text,
    "id",
    "Profile field that identifies people for good; `id` is Okta's own id.",
);
const EMAIL_FIELD: Var = Var::new("OKTA_EMAIL_FIELD", Kind::Text, "email", "Profile field with the address.");
const NAME_FIELD: Var = Var::new(
    "OKTA_NAME_FIELD",
    Kind::Text,
    "displayName",
    "Profile field with the name; where it is empty: first and last name, the address, the login.",
);
const DEPARTMENT_FIELD: Var =
    Var::new("OKTA_DEPARTMENT_FIELD", Kind::Text, "department", "Profile field with the department.");
const JOB_TITLE_FIELD: Var = Var::new("OKTA_JOB_TITLE_FIELD", Kind::Text, "title", "Profile field with the job title.");
const SUPERVISOR_ID_FIELD: Var =
    Var::new("OKTA_SUPERVISOR_ID_FIELD", Kind::Text, "managerId", "Profile field that names the supervisor.");
const SUPERVISOR_MATCH_FIELD: Var = Var::new(
    "OKTA_SUPERVISOR_MATCH_FIELD",
    Kind::Text,
    "the external-id field",
    "The supervisor's profile field that OKTA_SUPERVISOR_ID_FIELD holds the value of, such as `login` or `employeeNumber`.",
);
const SUPERVISOR_RULE: Var = Var::new(
    "OKTA_SUPERVISOR_RULE",
    Kind::Text,
    "",
    "`field:value`; users whose profile field has that value are written with `is_supervisor`.",
);
const MAX_HIERARCHY_ROOTS: Var = Var::new(
    "OKTA_MAX_HIERARCHY_ROOTS",
    Kind::Number,
    "0",
    "Refuse to write when more people than these have no supervisor; 0 is no limit.",
);

/// Every variable, as the documentation lists them.
pub(crate) const ALL: [&Var; 16] = [
    &ORG_URL,
    &API_TOKEN,
    &USER_STATUSES,
    &FILTER_GROUPS,
    &FILTER_GROUP_IDS,
    &SUPERVISOR_GROUPS,
    &EXCLUDED_DEPARTMENTS,
    &EXTERNAL_ID_FIELD,
    &EMAIL_FIELD,
    &NAME_FIELD,
    &DEPARTMENT_FIELD,
    &JOB_TITLE_FIELD,
    &SUPERVISOR_ID_FIELD,
    &SUPERVISOR_MATCH_FIELD,
    &SUPERVISOR_RULE,
    &MAX_HIERARCHY_ROOTS,
];

/// The statuses that a user can have.
const STATUSES: [&str; 8] =
    ["STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"];

/// Statuses of people who work there and cannot log in just now: too many wrong passwords, or a new one is due (Okta
/// help, "User account status"). Whom somebody has sent away is SUSPENDED or DEPROVISIONED.
const SHUT_OUT: [&str; 3] = ["LOCKED_OUT", "PASSWORD_EXPIRED", "RECOVERY"];

/// Whether people in this status work there.
pub(crate) fn is_at_work(status: &str) -> bool {
    status == "ACTIVE" || SHUT_OUT.contains(&status)
}

/// What to read from Okta, and how.
#[derive(Debug)]
pub struct Settings {
    pub(crate) org_url: String,
    pub(crate) token: Secret,
    /// Statuses of the users to read, in capitals.
    pub(crate) statuses: Vec<String>,
    pub(crate) filter_groups: Vec<String>,
    pub(crate) filter_group_ids: Vec<String>,
    pub(crate) supervisor_groups: Vec<String>,
    pub(crate) excluded: ExcludedDepartments,
    pub(crate) fields: Fields,
    /// How many people may have no supervisor.
    pub(crate) max_roots: Option<usize>,
}

/// Which field of a user holds what.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) external_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) department: String,
    pub(crate) job_title: String,
    /// Names the supervisor …
    pub(crate) supervisor_id: String,
    /// … by the value of this field of theirs.
    pub(crate) supervisor_match: String,
    pub(crate) rule: Option<SupervisorRule>,
}

impl Settings {
    /// Statuses of people who work there and are not read.
    pub(crate) fn left_out_at_work(&self) -> Vec<String> {
        let asked = |status: &&str| self.statuses.iter().any(|asked| asked == *status);
        STATUSES
            .iter()
            .filter(|status| is_at_work(status) && !asked(status))
            .map(|status| (*status).to_owned())
            .collect()
    }

    /// What the environment says; what is wrong is told to it.
    pub(crate) fn of_env(env: &mut Env) -> Option<Self> {
        let org_url = org_url(env);
        let token = env.required_secret(&API_TOKEN);
        let statuses = statuses(env);
        let filter_groups = env.list(&FILTER_GROUPS);
        let filter_group_ids = env.list(&FILTER_GROUP_IDS);
        let supervisor_groups = env.list(&SUPERVISOR_GROUPS);
        let excluded = ExcludedDepartments::of_env(env, &EXCLUDED_DEPARTMENTS);
        let fields = Fields::of_env(env);
        let max_roots = env.number(&MAX_HIERARCHY_ROOTS).filter(|roots| *roots > 0);
        Some(Self {
            org_url: org_url?,
            token: token?,
            statuses,
            filter_groups,
            filter_group_ids,
            supervisor_groups,
            excluded,
            fields,
            max_roots,
        })
    }
}

impl Fields {
    fn of_env(env: &mut Env) -> Self {
        let mut field = |var: &Var| env.text(var).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let external_id = field(&EXTERNAL_ID_FIELD).unwrap_or_else(|| EXTERNAL_ID_FIELD.default.to_owned());
        let supervisor_match = field(&SUPERVISOR_MATCH_FIELD).unwrap_or_else(|| external_id.clone());
        let mut or_default = |var: &Var| field(var).unwrap_or_else(|| var.default.to_owned());
        Self {
            external_id,
            email: or_default(&EMAIL_FIELD),
            name: or_default(&NAME_FIELD),
            department: or_default(&DEPARTMENT_FIELD),
            job_title: or_default(&JOB_TITLE_FIELD),
            supervisor_id: or_default(&SUPERVISOR_ID_FIELD),
            supervisor_match,
            rule: SupervisorRule::of_env(env, &SUPERVISOR_RULE),
        }
    }
}

/// The base of all addresses: with a scheme, without `/api/v1`.
fn org_url(env: &mut Env) -> Option<String> {
    let text = env.required(&ORG_URL)?;
    // In any place: what cannot be read as an address may hold a password too.
    if text.contains('@') {
        let text = "holds a user name or password, which do not belong there (and the address no `@`); use one such as \
                    https://acme.okta.com, and OKTA_API_TOKEN for the token";
        env.complain(&ORG_URL, text);
        return None;
    }
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix("/api/v1").unwrap_or(text).trim_end_matches('/');
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let Some(url) = Url::parse(&whole).ok().filter(is_plain) else {
        env.complain(
            &ORG_URL,
            &format!("`{text}` is no address of an Okta organisation; use one such as https://acme.okta.com"),
        );
        return None;
    };
    let host = url.host_str().unwrap_or_default();
    if let Some((org, domain)) = host.split_once("-admin.okta") {
        let right = format!("https://{org}.okta{domain}");
        env.complain(&ORG_URL, &format!("`{text}` is the address of the Admin Console; use {right}"));
        return None;
    }
    if url.scheme() == "http" && !matches!(host, "127.0.0.1" | "localhost" | "[::1]") {
        env.warn(format!("{} begins with http: the token goes over the wire unencrypted", ORG_URL.name));
    }
    Some(whole)
}

/// An address that paths can be put after.
fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http") && url.has_host() && url.query().is_none() && url.fragment().is_none()
}

fn statuses(env: &mut Env) -> Vec<String> {
    let asked: Vec<String> = env.list(&USER_STATUSES).iter().map(|status| status.to_ascii_uppercase()).collect();
    let unknown: Vec<&str> = asked.iter().map(String::as_str).filter(|status| !STATUSES.contains(status)).collect();
    if !unknown.is_empty() {
        let text = format!("Okta has no status `{}`; use any of {}", unknown.join("`, `"), STATUSES.join(", "));
        env.complain(&USER_STATUSES, &text);
    }
    if asked.is_empty() { vec![USER_STATUSES.default.to_owned()] } else { asked }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: (&str, &str) = ("OKTA_API_TOKEN", "00-settings-test-token");

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Settings, String> {
        let mut env: Env = pairs.iter().copied().collect();
        let settings = Settings::of_env(&mut env);
        env.check().map_err(|error| error.to_string())?;
        Ok(settings.unwrap())
    }

    #[test]
    fn the_address_may_lack_its_scheme_and_end_in_the_path() {
        for (text, url) in [
            ("acme.okta.com", "https://acme.okta.com"),
            ("https://acme.okta.com/", "https://acme.okta.com"),
            (" https://id.acme.example/api/v1/ ", "https://id.acme.example"),
            ("http://127.0.0.1:8080/okta", "http://127.0.0.1:8080/okta"),
        ] {
            assert_eq!(read(&[("OKTA_ORG_URL", text), TOKEN]).unwrap().org_url, url);
        }
    }

    #[test]
    fn what_cannot_be_used_is_said_in_one_go() {
        let problems = read(&[
            ("OKTA_ORG_URL", "https://acme-admin.okta.com/admin"),
            ("OKTA_USER_STATUSES", "active,RETIRED"),
            ("OKTA_SUPERVISOR_RULE", "isManager"),
            ("OKTA_MAX_HIERARCHY_ROOTS", "-1"),
        ])
        .unwrap_err();
        for part in [
            "use https://acme.okta.com",
            "OKTA_API_TOKEN: is not set",
            "no status `RETIRED`",
            "OKTA_SUPERVISOR_RULE: `isManager`",
            "OKTA_MAX_HIERARCHY_ROOTS: `-1`",
        ] {
            assert!(problems.contains(part), "{part} missing in {problems}");
        }
        for text in ["ftp://acme.okta.com", "acme.okta.com:port", "acme.okta.com/?x=1", "a b"] {
            let problems = read(&[("OKTA_ORG_URL", text), TOKEN]).unwrap_err();
            assert!(problems.contains("is no address of an Okta organisation"), "{text}: {problems}");
        }
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_its_text() {
        for text in [
            "https://ann:sesame@acme.okta.com",
            "ann:sesame@acme.okta.com/api/v1",
            "https://ann@acme-admin.okta.com",
            "ftp://ann:sesame@acme.okta.com",
            "https://ann:sesame@acme.okta.com:port",
            "https://ann:/sesame@acme.okta.com",
        ] {
            let problems = read(&[("OKTA_ORG_URL", text), TOKEN]).unwrap_err();
            assert!(problems.contains("OKTA_ORG_URL: holds a user name or password"), "{text}: {problems}");
            assert!(!problems.contains("sesame") && !problems.contains("ann"), "{problems}");
        }
    }

    #[test]
    fn supervisors_match_by_the_external_id_unless_told_otherwise() {
        let url = ("OKTA_ORG_URL", "acme.okta.com");
        let fields = read(&[url, TOKEN]).unwrap().fields;
        assert_eq!((fields.external_id.as_str(), fields.supervisor_match.as_str()), ("id", "id"));
        let number = ("OKTA_EXTERNAL_ID_FIELD", "employeeNumber");
        assert_eq!(read(&[url, TOKEN, number]).unwrap().fields.supervisor_match, "employeeNumber");
        let login = ("OKTA_SUPERVISOR_MATCH_FIELD", "login");
        assert_eq!(read(&[url, TOKEN, number, login]).unwrap().fields.supervisor_match, "login");
    }
}
