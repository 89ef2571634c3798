//! The SDK's client: credentials, addresses, waits.

use super::settings::{Keys, S3Settings, Style};
use crate::http::HttpSettings;
use crate::logging;
use crate::secret::Secret;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How the SDK behaves where nothing is said; pinned, so that an update of the SDK changes nothing silently.
fn behaviour() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

const CONNECT: Duration = Duration::from_secs(10);
/// The first try and five more.
const TRIES: u32 = 6;
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// A slow line takes this long for a megabyte; a request gets as much more time as its body is long.
const PER_MEGABYTE: Duration = Duration::from_secs(2);

/// Why no credentials were to be had, when that is what a request failed of.
#[derive(Debug, Clone, Default)]
pub(super) struct NoCredentials(Arc<Mutex<Option<String>>>);

impl NoCredentials {
    pub(super) fn why(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, why: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }
}

/// The client, and where it notes that it found no credentials. Nothing is asked of the service yet.
pub(super) async fn make(settings: &S3Settings, http: &HttpSettings) -> (Client, NoCredentials) {
    let failure = NoCredentials::default();
    let mut config = match &settings.keys {
        Some(Keys { id, secret }) => {
            let keys = Credentials::new(id.expose(), secret.expose(), None, None, "settings");
            Builder::new().behavior_version(behaviour()).credentials_provider(keys)
        }
        None => of_chain(settings, failure.clone()).await,
    };
    if let Some(endpoint) = &settings.endpoint {
        config = config.endpoint_url(endpoint);
    }
    let config = config
        .region(Region::new(settings.region.clone()))
        .force_path_style(settings.style == Style::Path)
        // Many S3-compatible services refuse the checksums that the SDK would add.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .timeout_config(timeouts(http, 0))
        // The SDK gives a transfer up that stands still for five seconds, which a busy service needs at times.
        .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(http.timeout).build())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(TRIES)
                .with_initial_backoff(http.pace.real(FIRST_BACKOFF))
                .with_max_backoff(http.pace.real(LONGEST_BACKOFF)),
        )
        .build();
    (Client::from_conf(config), failure)
}

async fn of_chain(settings: &S3Settings, failure: NoCredentials) -> Builder {
    hide_tokens().await;
    let loader = aws_config::defaults(behaviour()).region(Region::new(settings.region.clone()));
    let shared = Box::pin(loader.load()).await;
    let found = shared.credentials_provider();
    let config = Builder::from(&shared);
    match found {
        Some(chain) => config.credentials_provider(Hiding { chain, failure }),
        None => config,
    }
}

/// Time for a request that carries `bytes`.
pub(super) fn timeouts(http: &HttpSettings, bytes: usize) -> TimeoutConfig {
    let megabytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    let more = PER_MEGABYTE.saturating_mul(megabytes);
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(http.timeout.saturating_add(more))
        .operation_timeout(http.retry_budget.max(http.timeout).saturating_add(more))
        .build()
}

/// Where the SDK finds the token with which a pod or a task proves who it is.
const TOKEN_FILES: [&str; 2] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

/// The tokens go over the line before there are credentials.
#[expect(
    clippy::disallowed_methods,
    reason = "where the SDK looks for the tokens, and the tokens, to keep them out of logs"
)]
async fn hide_tokens() {
    if let Ok(token) = std::env::var(TOKEN) {
        logging::hide(token.trim());
    }
    for path in TOKEN_FILES.into_iter().filter_map(std::env::var_os) {
        // Without it the SDK will say what is wrong with the file.
        if let Ok(Ok(token)) = tokio::task::spawn_blocking(move || std::fs::read_to_string(path)).await {
            logging::hide(token.trim());
        }
    }
}

/// The SDK's chain. What it finds is hidden from the log before it is used.
#[derive(Debug)]
struct Hiding {
    chain: SharedCredentialsProvider,
    failure: NoCredentials,
}

impl Hiding {
    async fn provide(&self) -> Result<Credentials, CredentialsError> {
        let found = self.chain.provide_credentials().await;
        self.failure.note(found.as_ref().err().map(|error| super::fault::causes(error)));
        let found = found?;
        for value in [Some(found.secret_access_key()), found.session_token()].into_iter().flatten() {
            drop(Secret::new(value));
        }
        Ok(found)
    }
}

impl ProvideCredentials for Hiding {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }
}
