//! Where TimeCamp is and who asks.

use super::{GroupId, Reader};
use crate::env::Env;
use crate::http::{Auth, Http, HttpError, HttpSettings, Verify};
use crate::secret::Secret;
use crate::vars;
use url::Url;

/// The path of the API below TimeCamp's host.
const API: &str = "/third_party/api";

/// Where TimeCamp is, who asks, and how much at once.
#[derive(Debug, Clone)]
pub struct TimecampSettings {
    /// The key of an administrator.
    pub key: Secret,
    /// `https://host`, without a path.
    pub base: String,
    /// The host as it is shown.
    pub domain: String,
    /// The root group, when it is configured.
    pub root: Option<GroupId>,
    /// Whether the certificate is checked.
    pub verify: Verify,
    /// Requests at once.
    pub concurrency: usize,
}

impl TimecampSettings {
    /// Reads them; `None` when something is missing, which the environment then knows.
    pub fn from_env(env: &mut Env) -> Option<Self> {
        let domain = env.text(&vars::DOMAIN).unwrap_or_else(|| vars::DOMAIN.default.to_owned());
        let base = base_address(&domain);
        if base.is_none() {
            env.complain(
                &vars::DOMAIN,
                &format!("`{domain}` is not accepted; use a host such as app.timecamp.com or a URL"),
            );
        }
        let verify = if env.flag(&vars::SSL_VERIFY) { Verify::Certificate } else { Verify::Nothing };
        if verify == Verify::Nothing {
            env.warn("TIMECAMP_SSL_VERIFY=false: TimeCamp's certificate is not verified; whoever stands between can read the key");
        }
        if let Some(base) = &base {
            env.warn_of_open_line(&vars::DOMAIN, base);
        }
        let root = env.number::<u64>(&vars::ROOT_GROUP_ID).filter(|id| *id > 0).map(GroupId);
        let concurrency = env.parsed(&vars::CONCURRENCY, "a whole number from 1 to 64", |text| {
            text.parse().ok().filter(|count| (1..=64).contains(count))
        });
        let key = env.required_secret(&vars::API_KEY)?;
        let base = base?;
        let domain = base.host_str().unwrap_or_default().to_owned();
        let base = base.origin().ascii_serialization();
        Some(Self { key, base, domain, root, verify, concurrency: concurrency.unwrap_or(4) })
    }

    /// The reading half of the client.
    pub fn reader(&self, http: &HttpSettings) -> Result<Reader, HttpError> {
        let auth = Auth::Bearer(self.key.clone());
        let http = Http::new(&format!("{}{API}", self.base), auth, self.verify, self.concurrency, http)?;
        Ok(Reader::new(http))
    }
}

/// A bare host or a URL, with or without a path: `https` unless it says otherwise.
fn base_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) }.ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
