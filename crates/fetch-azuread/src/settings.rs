//! Which tenant, which addresses and which groups.

use std::net::IpAddr;
use timecamp_scim_core::{Env, Kind, Secret, Var};
use url::Url;

macro_rules! vars {
    ($($ident:ident = $name:literal, $kind:ident, $default:literal, $about:literal;)*) => {
        $(const $ident: Var = Var::new($name, Kind::$kind, $default, $about);)*
        /// Every variable of this source.
        pub(crate) const VARS: &[&Var] = &[$(&$ident),*];
    };
}

vars! {
    TENANT_ID = "AZURE_TENANT_ID", Text, "", "The tenant: its id, or one of its domains (Entra admin center: Overview).";
    CLIENT_ID = "AZURE_CLIENT_ID", Text, "", "The application (client) id of the app registration.";
    CLIENT_SECRET = "AZURE_CLIENT_SECRET", Secret, "", "The value (not the id) of a client secret of the app registration.";
    SCIM_ENDPOINT = "AZURE_SCIM_ENDPOINT", Text, "https://graph.microsoft.com/v1.0/users", "Address of Microsoft Graph, with or without /users. Its host is also what the token is asked for.";
    AUTHORITY_HOST = "AZURE_AUTHORITY_HOST", Text, "https://login.microsoftonline.com", "Where tokens come from; sovereign clouds have their own.";
    PREFER_REAL_EMAIL = "AZURE_PREFER_REAL_EMAIL", Flag, "false", "Take `mail` rather than `userPrincipalName` as the primary address, where there is one.";
    ADDITIONAL_EMAIL_SOURCE = "AZURE_ADDITIONAL_EMAIL_SOURCE", Text, "none", "What becomes the second address: `mail`, `userPrincipalName` (or `upn`), `none`.";
    FILTER_GROUPS = "AZURE_FILTER_GROUPS", List, "", "Display names of groups; only their members are fetched.";
    SUPERVISOR_GROUPS = "AZURE_SUPERVISOR_GROUPS", List, "", "Display names of groups; their members become supervisors (role_id 2).";
    TRANSITIVE_GROUPS = "AZURE_TRANSITIVE_GROUPS", Flag, "false", "Members of groups inside these groups count too.";
    BEARER_TOKEN = "AZURE_BEARER_TOKEN", Secret, "", "Ignored: a token is asked for in every run and never stored.";
    REFRESH_TOKEN = "AZURE_REFRESH_TOKEN", Secret, "", "Ignored, as AZURE_BEARER_TOKEN.";
    TOKEN_EXPIRES_AT = "AZURE_TOKEN_EXPIRES_AT", Text, "", "Ignored, as AZURE_BEARER_TOKEN.";
    REFRESH_TOKEN_EXPIRES_AT = "AZURE_REFRESH_TOKEN_EXPIRES_AT", Text, "", "Ignored, as AZURE_BEARER_TOKEN.";
}

/// Hosts that belong together: where tokens come from, and the Graph that accepts them (Microsoft Graph national
/// cloud deployments).
const CLOUDS: [(&str, &str); 4] = [
    ("login.microsoftonline.com", "graph.microsoft.com"),
    ("login.microsoftonline.us", "graph.microsoft.us"),
    ("login.microsoftonline.us", "dod-graph.microsoft.us"),
    ("login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
];

/// Which tenant is read, as whom, and what becomes of its people.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Id or domain of the tenant.
    pub tenant: String,
    /// Id of the app registration.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Graph with its version, such as `https://graph.microsoft.com/v1.0`.
    pub graph: Url,
    /// Where tokens come from, such as `https://login.microsoftonline.com`.
    pub authority: Url,
    /// Which address is the primary one.
    pub primary: PrimaryAddress,
    /// Which address becomes `real_email`.
    pub additional: Option<Address>,
    /// Only members of these groups are fetched; all people when there are none.
    pub filter_groups: Vec<String>,
    /// Members of these groups are supervisors.
    pub supervisor_groups: Vec<String>,
    /// Who is a member.
    pub membership: Membership,
    /// Variables that are set and mean nothing any more.
    pub ignored: Vec<&'static str>,
}

/// Which address is the primary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimaryAddress {
    /// The sign-in name.
    UserPrincipalName,
    /// `mail`, and the sign-in name where there is none.
    MailFirst,
}

/// An address that a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// `mail`
    Mail,
    /// `userPrincipalName`
    UserPrincipalName,
}

/// Who counts as a member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// Its own members.
    Direct,
    /// Members of the groups inside it too.
    Transitive,
}

impl Settings {
    /// Reads them; `None` when something is missing, which the environment then knows.
    pub fn from_env(env: &mut Env) -> Option<Self> {
        let (tenant, client_id) = (tenant(env), env.required(&CLIENT_ID));
        let client_secret = env.required_secret(&CLIENT_SECRET);
        let (graph, authority) = (graph(env), authority(env));
        let primary =
            if env.flag(&PREFER_REAL_EMAIL) { PrimaryAddress::MailFirst } else { PrimaryAddress::UserPrincipalName };
        let additional = env.parsed(&ADDITIONAL_EMAIL_SOURCE, "mail, userPrincipalName (or upn) or none", |text| {
            match text.to_ascii_lowercase().as_str() {
                "mail" => Some(Some(Address::Mail)),
                "userprincipalname" | "upn" => Some(Some(Address::UserPrincipalName)),
                "none" => Some(None),
                _ => None,
            }
        });
        let (filter_groups, supervisor_groups) = (env.list(&FILTER_GROUPS), env.list(&SUPERVISOR_GROUPS));
        let membership = if env.flag(&TRANSITIVE_GROUPS) { Membership::Transitive } else { Membership::Direct };
        let ignored = ignored(env);
        let settings = Self {
            tenant: tenant?,
            client_id: client_id?,
            client_secret: client_secret?,
            graph: graph?,
            authority: authority?,
            primary,
            additional: additional.flatten(),
            filter_groups,
            supervisor_groups,
            membership,
            ignored,
        };
        settings.concerns().into_iter().for_each(|concern| env.warn(concern));
        Some(settings)
    }

    /// What a token is asked for: everything that was consented to, at this Graph host.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.graph.origin().ascii_serialization())
    }

    fn concerns(&self) -> Vec<String> {
        let (login, graph) = (self.authority.host_str().unwrap_or_default(), self.graph.host_str().unwrap_or_default());
        let mut concerns = Vec::new();
        let own = CLOUDS.iter().find(|(_, of)| *of == graph).map(|(login, _)| *login);
        if let Some(own) = own.filter(|own| *own != login && CLOUDS.iter().any(|(known, _)| *known == login)) {
            concerns.push(format!(
                "AZURE_SCIM_ENDPOINT is at {graph}, whose tokens come from https://{own}, but AZURE_AUTHORITY_HOST is \
                 {login}: tokens of one cloud are not accepted by another"
            ));
        }
        for (var, url) in [(AUTHORITY_HOST, &self.authority), (SCIM_ENDPOINT, &self.graph)] {
            if url.scheme() == "http" && !is_this_machine(url) {
                concerns.push(format!("{} is not https: whoever stands between can read secrets and people", var.name));
            }
        }
        concerns
    }
}

fn tenant(env: &mut Env) -> Option<String> {
    let tenant = env.required(&TENANT_ID)?;
    // It becomes a part of a path.
    if tenant.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.')) {
        return Some(tenant);
    }
    env.complain(&TENANT_ID, &format!("`{tenant}` is not accepted; use the tenant's id or one of its domains"));
    None
}

fn graph(env: &mut Env) -> Option<Url> {
    let mut url = address(env, &SCIM_ENDPOINT, |_| true)?;
    if url.query().is_some() || url.fragment().is_some() {
        let text = "must end with /users, without `?` or `#`; whom to fetch is said with AZURE_FILTER_GROUPS";
        env.complain(&SCIM_ENDPOINT, text);
        return None;
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/users").unwrap_or(path).trim_end_matches('/').to_owned();
    url.set_path(if path.is_empty() { "/v1.0" } else { &path });
    Some(url)
}

fn authority(env: &mut Env) -> Option<Url> {
    address(env, &AUTHORITY_HOST, |url| url.query().is_none() && url.fragment().is_none())
}

/// A bare host or a URL: `https` unless it says otherwise.
fn address(env: &mut Env, var: &Var, accepted: impl FnOnce(&Url) -> bool) -> Option<Url> {
    let text = env.text(var).unwrap_or_else(|| var.default.to_owned());
    // In any place: what cannot be read as an address may hold a password too.
    if text.contains('@') {
        let text = "holds a user name or password, which do not belong there (and the address no `@`)";
        env.complain(var, &format!("{text}; use an address such as {}", var.default));
        return None;
    }
    let whole = if text.contains("://") { text.trim().to_owned() } else { format!("https://{}", text.trim()) };
    let usable = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let url = Url::parse(&whole).ok().filter(usable).filter(accepted);
    if url.is_none() {
        env.complain(var, &format!("`{text}` is not accepted; use an address such as {}", var.default));
    }
    url
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn ignored(env: &mut Env) -> Vec<&'static str> {
    let secrets = [&BEARER_TOKEN, &REFRESH_TOKEN].map(|var| (var.name, env.secret(var).is_some()));
    let texts = [&TOKEN_EXPIRES_AT, &REFRESH_TOKEN_EXPIRES_AT].map(|var| (var.name, env.text(var).is_some()));
    secrets.into_iter().chain(texts).filter_map(|(name, set)| set.then_some(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] =
        [("AZURE_TENANT_ID", "contoso.test"), ("AZURE_CLIENT_ID", "app-1"), ("AZURE_CLIENT_SECRET", "s3cret~value")];

    fn read(more: &[(&'static str, &'static str)]) -> (Option<Settings>, Env) {
        let mut env: Env = REQUIRED.iter().chain(more).copied().collect();
        (Settings::from_env(&mut env), env)
    }

    #[test]
    fn the_endpoint_decides_host_version_and_scope() {
        let cases = [
            ("", "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/.default"),
            (
                "https://graph.microsoft.us/v1.0/users",
                "https://graph.microsoft.us/v1.0",
                "https://graph.microsoft.us/.default",
            ),
            (
                "https://dod-graph.microsoft.us/v1.0",
                "https://dod-graph.microsoft.us/v1.0",
                "https://dod-graph.microsoft.us/.default",
            ),
            (
                "https://graph.microsoft.com/beta/users/",
                "https://graph.microsoft.com/beta",
                "https://graph.microsoft.com/.default",
            ),
            (
                "microsoftgraph.chinacloudapi.cn",
                "https://microsoftgraph.chinacloudapi.cn/v1.0",
                "https://microsoftgraph.chinacloudapi.cn/.default",
            ),
            ("http://127.0.0.1:8080/a/v1.0/users", "http://127.0.0.1:8080/a/v1.0", "http://127.0.0.1:8080/.default"),
        ];
        for (endpoint, graph, scope) in cases {
            let settings = read(&[("AZURE_SCIM_ENDPOINT", endpoint)]).0.unwrap();
            assert_eq!((settings.graph.as_str(), settings.scope().as_str()), (graph, scope), "{endpoint}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_said_together() {
        let (settings, env) = read(&[
            ("AZURE_TENANT_ID", "a/b"),
            ("AZURE_SCIM_ENDPOINT", "https://graph.microsoft.com/v1.0/users?$filter=x"),
            ("AZURE_AUTHORITY_HOST", "ftp://login.test"),
            ("AZURE_ADDITIONAL_EMAIL_SOURCE", "email"),
            ("AZURE_PREFER_REAL_EMAIL", "ja"),
        ]);
        assert!(settings.is_none());
        let text = env.check().unwrap_err().to_string();
        for part in [
            "AZURE_TENANT_ID: `a/b` is not accepted",
            "AZURE_SCIM_ENDPOINT: must end with /users",
            "AZURE_AUTHORITY_HOST: `ftp://login.test` is not accepted",
            "AZURE_ADDITIONAL_EMAIL_SOURCE: `email` is not accepted; use mail, userPrincipalName (or upn) or none",
            "AZURE_PREFER_REAL_EMAIL: `ja` is not accepted",
        ] {
            assert!(text.contains(part), "{part} missing in {text}");
        }
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_its_text() {
        for name in ["AZURE_SCIM_ENDPOINT", "AZURE_AUTHORITY_HOST"] {
            for text in [
                "https://ann:sesame@graph.test/v1.0/users",
                "ann:sesame@graph.test",
                "https://ann@graph.test",
                "ftp://ann:sesame@graph.test",
                "https://ann:sesame@graph.test:port",
                "https://ann:/sesame@graph.test",
            ] {
                let (settings, env) = read(&[(name, text)]);
                assert!(settings.is_none(), "{text}");
                let problems = env.check().unwrap_err().to_string();
                assert!(problems.contains(&format!("{name}: holds a user name or password")), "{text}: {problems}");
                assert!(!problems.contains("sesame") && !problems.contains("ann"), "{problems}");
            }
        }
    }

    #[test]
    fn hosts_of_different_clouds_and_open_lines_are_warned_of() {
        let warned = |more: &[(&'static str, &'static str)]| read(more).1.take_warnings().join("\n");
        let endpoint = ("AZURE_SCIM_ENDPOINT", "https://graph.microsoft.us/v1.0/users");
        assert!(warned(&[endpoint]).contains("tokens come from https://login.microsoftonline.us"));
        assert_eq!(warned(&[endpoint, ("AZURE_AUTHORITY_HOST", "login.microsoftonline.us")]), "");
        assert_eq!(warned(&[]), "");
        assert!(warned(&[("AZURE_AUTHORITY_HOST", "http://proxy.test/login")]).contains("is not https"));
        assert_eq!(warned(&[("AZURE_AUTHORITY_HOST", "http://[::1]:80/login")]), "");
    }

    #[test]
    fn words_for_addresses_and_members() {
        let (settings, env) = read(&[
            ("AZURE_PREFER_REAL_EMAIL", "yes"),
            ("AZURE_ADDITIONAL_EMAIL_SOURCE", "UPN"),
            ("AZURE_TRANSITIVE_GROUPS", "1"),
            ("AZURE_REFRESH_TOKEN", "old-refresh-token"),
        ]);
        let settings = settings.unwrap();
        assert_eq!(settings.primary, PrimaryAddress::MailFirst);
        assert_eq!(settings.additional, Some(Address::UserPrincipalName));
        assert_eq!(settings.membership, Membership::Transitive);
        assert_eq!(settings.ignored, ["AZURE_REFRESH_TOKEN"]);
        assert!(!format!("{settings:?} {:?}", env.effective()).contains("old-refresh"));
        assert!(!format!("{settings:?}").contains("s3cret"));
    }
}
