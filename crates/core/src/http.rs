//! HTTP with the one retry rule. The only user of `reqwest`.
//!
//! A request says whether sending it twice is harmless ([`Replay`]); the verb does not tell (`PUT /group` creates,
//! `POST /user` renames). What may be retried, and how long to wait, is decided in [`retry`], a pure function.

mod answer;
mod error;
mod gate;
pub mod retry;

pub use answer::Answer;
pub use error::HttpError;
pub use gate::Gate;
pub use reqwest::Method;
pub use retry::Replay;

use crate::pace::{self, Pace};
use crate::secret::Secret;
use crate::stop::Stop;
use retry::{Next, Seen};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// What every client of a run shares.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// How long one request may take, from connecting to the last byte.
    pub timeout: Duration,
    /// How long one request may be retried in all, waits included.
    pub retry_budget: Duration,
    /// How waits pass.
    pub pace: Pace,
    /// Where requests, retries and waits are counted.
    pub tally: Arc<Tally>,
    /// Ends waits early when the run is asked to stop.
    pub stop: Stop,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(1),
            retry_budget: Duration::from_mins(5),
            pace: Pace::default(),
            tally: Arc::default(),
            stop: Stop::default(),
        }
    }
}

/// Requests, retries and waits of a run.
#[derive(Debug, Default)]
pub struct Tally {
    requests: AtomicU64,
    retries: AtomicU64,
    waited_ms: AtomicU64,
}

impl Tally {
    /// Requests sent, retries included.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests that were sent again.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Time spent waiting before requests were sent again.
    pub fn waited(&self) -> Duration {
        Duration::from_millis(self.waited_ms.load(Ordering::Relaxed))
    }

    /// Counts a request of another protocol than HTTP.
    pub fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn wait(&self, time: Duration) {
        self.retries.fetch_add(1, Ordering::Relaxed);
        self.waited_ms.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// How a service is told who asks.
#[derive(Debug, Clone)]
pub enum Auth {
    /// No credentials.
    None,
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// `Authorization: Basic …`
    Basic {
        /// The user name, which may itself be the key.
        user: Secret,
        /// The password.
        password: Secret,
    },
    /// A header with the key as its value, or after a scheme word.
    Header {
        /// Lower-case header name.
        name: &'static str,
        /// Text before the key, such as `SSWS `.
        scheme: &'static str,
        /// The key.
        key: Secret,
    },
}

/// Whether the server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// Checked against the system's authorities.
    Certificate,
    /// Not checked: the administrator's explicit wish.
    Nothing,
}

/// One service at one base address.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    base: Url,
    auth: Auth,
    settings: HttpSettings,
    gate: Arc<Gate>,
}

impl Http {
    /// A client for the service at `base` (its path is kept: `https://host/third_party/api`), with at most
    /// `concurrency` requests at once.
    pub fn new(
        base: &str,
        auth: Auth,
        verify: Verify,
        concurrency: usize,
        settings: &HttpSettings,
    ) -> Result<Self, HttpError> {
        let base = Url::parse(base).map_err(|source| HttpError::Address { text: base.to_owned(), source })?;
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10).min(settings.timeout))
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .tls_danger_accept_invalid_certs(verify == Verify::Nothing)
            .user_agent(concat!("timecamp-scim/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|source| HttpError::Setup { source: source.without_url() })?;
        Ok(Self { client, base, auth, settings: settings.clone(), gate: Arc::new(Gate::new(concurrency)) })
    }

    /// The same service with other credentials (a renewed token).
    #[must_use]
    pub fn with_auth(&self, auth: Auth) -> Self {
        Self { auth, ..self.clone() }
    }

    /// The base address.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The gate that every request of this service passes.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// A request to `path` below the base address. GET, HEAD and DELETE may be repeated, others not unless said so.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{}", self.base.path().trim_end_matches('/'), path.trim_start_matches('/')));
        self.request_url(method, url)
    }

    /// A request to a whole address, such as a paging link; see [`Http::same_host`].
    pub fn request_url(&self, method: Method, url: Url) -> Request<'_> {
        let replay = if method == Method::GET || method == Method::HEAD { Replay::Safe } else { Replay::Unsafe };
        let label = format!("{method} {}", url.path());
        Request { http: self, method, url, body: Body::Empty, headers: Vec::new(), replay, label }
    }

    /// GET `path`.
    pub fn get(&self, path: &str) -> Request<'_> {
        self.request(Method::GET, path)
    }

    /// POST to `path`.
    pub fn post(&self, path: &str) -> Request<'_> {
        self.request(Method::POST, path)
    }

    /// PUT to `path`.
    pub fn put(&self, path: &str) -> Request<'_> {
        self.request(Method::PUT, path)
    }

    /// The address of a paging link, when it leads to the host the pages came from; credentials go nowhere else.
    pub fn same_host(&self, link: &str) -> Result<Url, HttpError> {
        let url = self.base.join(link).map_err(|source| HttpError::Address { text: link.to_owned(), source })?;
        if url.origin() == self.base.origin() {
            Ok(url)
        } else {
            Err(HttpError::OtherHost {
                link_host: url.host_str().unwrap_or_default().to_owned(),
                host: self.base.host_str().unwrap_or_default().to_owned(),
            })
        }
    }
}

#[derive(Debug, Clone)]
enum Body {
    Empty,
    Json(Vec<u8>),
    Form { open: Vec<(String, String)>, secret: Vec<(String, Secret)> },
}

/// One request, to be sent with [`Request::send`].
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    http: &'a Http,
    method: Method,
    url: Url,
    body: Body,
    headers: Vec<(&'static str, String)>,
    replay: Replay,
    label: String,
}

impl Request<'_> {
    /// Adds a query parameter; names such as `name[]` are percent-encoded.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, HttpError> {
        let bytes = serde_json::to_vec(body).map_err(|source| HttpError::Body { what: self.label.clone(), source })?;
        self.body = Body::Json(bytes);
        Ok(self)
    }

    /// A form body: fields that may be seen, and secret ones.
    pub fn form(mut self, open: &[(&str, &str)], secret: &[(&str, &Secret)]) -> Self {
        let open = open.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let secret = secret.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
        self.body = Body::Form { open, secret };
        self
    }

    /// A further header; not for credentials.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Says whether sending this request twice is harmless.
    pub fn replay(mut self, replay: Replay) -> Self {
        self.replay = replay;
        self
    }

    /// Sends it, again where the rule allows. An answer with any status but 2xx is an error.
    pub async fn send(self) -> Result<Answer, HttpError> {
        let settings = &self.http.settings;
        let (mut start, mut tries) = (None, 0);
        loop {
            let Some(pass) = self.http.gate.pass(&settings.stop).await else {
                return Err(HttpError::Stopped { what: self.label });
            };
            // The time it waited behind other requests is none of its budget.
            let start = *start.get_or_insert_with(Instant::now);
            let seen = self.once(pass).await;
            let rule = retry::Rule {
                replay: self.replay,
                tries,
                spent: settings.pace.since(start),
                budget: settings.retry_budget,
            };
            let wait = match rule.next(&seen, pace::now(), fastrand::f64()) {
                Next::Accept | Next::GiveUp => return self.conclude(seen),
                Next::TooLong(wait) => return Err(HttpError::throttled(&self.label, pace::now(), wait)),
                Next::Asked(wait) => wait,
                Next::Backoff(wait) => {
                    tries += 1;
                    wait
                }
            };
            tracing::debug!(request = %self.label, seen = %seen, wait = ?wait, "waiting before the request is sent again");
            settings.tally.wait(wait);
            if matches!(&seen, Seen::Answer(answer) if answer.status() == 429) {
                self.http.gate.hold(settings.pace.real(wait));
            }
            tokio::select! {
                () = settings.pace.wait(wait) => {}
                () = settings.stop.wait() => return self.conclude(seen),
            }
        }
    }

    async fn once(&self, _pass: gate::Pass<'_>) -> Seen {
        self.http.settings.tally.requests.fetch_add(1, Ordering::Relaxed);
        let answer = match self.build().send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Seen::NotSent(error.without_url()),
            Err(error) if error.is_builder() => return Seen::Impossible(error.without_url()),
            Err(error) => return Seen::Lost(error.without_url()),
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        match answer.bytes().await {
            Ok(body) => {
                let answer = Answer::new(self.label.clone(), status, headers, body.into());
                tracing::debug!(request = %self.label, status, bytes = answer.bytes().len(), "answered");
                self.http.gate.observe(&answer);
                Seen::Answer(answer)
            }
            Err(error) => Seen::Lost(error.without_url()),
        }
    }

    fn build(&self) -> reqwest::RequestBuilder {
        let request =
            self.http.client.request(self.method.clone(), self.url.clone()).header("accept", "application/json");
        let request = match &self.http.auth {
            Auth::None => request,
            Auth::Bearer(token) => request.bearer_auth(token.expose()),
            Auth::Basic { user, password } => request.basic_auth(user.expose(), Some(password.expose())),
            Auth::Header { name, scheme, key } => match sensitive(&format!("{scheme}{}", key.expose())) {
                Ok(value) => request.header(*name, value),
                // No header can carry it: this makes the request fail before it is sent, rather than go without the key.
                Err(_) => request.header(*name, "\n"),
            },
        };
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        match &self.body {
            Body::Empty => request,
            Body::Json(bytes) => request.header("content-type", "application/json").body(bytes.clone()),
            Body::Form { open, secret } => {
                let open = open.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let secret = secret.iter().map(|(name, value)| (name.as_str(), value.expose()));
                let pairs: Vec<(&str, &str)> = open.chain(secret).collect();
                request.form(&pairs)
            }
        }
    }

    fn conclude(&self, seen: Seen) -> Result<Answer, HttpError> {
        let what = self.label.clone();
        match seen {
            Seen::Answer(answer) if answer.is_success() => Ok(answer),
            Seen::Answer(answer) => Err(HttpError::status(&answer)),
            Seen::NotSent(source) => Err(HttpError::NotSent { what, host: self.host(), source }),
            Seen::Lost(source) => Err(HttpError::Lost { what, host: self.host(), source }),
            Seen::Impossible(source) => Err(HttpError::Setup { source }),
        }
    }

    fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }
}

fn sensitive(text: &str) -> Result<reqwest::header::HeaderValue, reqwest::header::InvalidHeaderValue> {
    let mut value = reqwest::header::HeaderValue::from_bytes(text.as_bytes())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
