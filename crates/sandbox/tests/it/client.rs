//! A plain client, and a small account to talk about.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON; null when there is none.
    pub(crate) fn json(&self) -> Value {
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) struct Client {
    runtime: Runtime,
    http: reqwest::Client,
    base: String,
    authorization: String,
}

impl Client {
    /// For TimeCamp, with the key of [`account`].
    pub(crate) fn timecamp(sandbox: &Sandbox) -> Self {
        Self::new(&format!("{}/third_party/api", sandbox.timecamp_host()), "Bearer test-key")
    }

    pub(crate) fn new(base: &str, authorization: &str) -> Self {
        Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: base.to_owned(),
            authorization: authorization.to_owned(),
        }
    }

    /// The answer, or what went wrong on the way.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Result<Reply, reqwest::Error> {
        self.runtime.block_on(self.request(method, path, body))
    }

    /// Several requests at the same time; answers in the order of the requests.
    pub(crate) fn send_all(&self, requests: &[(&str, &str, Value)]) -> Vec<Result<Reply, reqwest::Error>> {
        let sent = async {
            let mut replies: Vec<Option<Result<Reply, reqwest::Error>>> = requests.iter().map(|_| None).collect();
            let running = requests.iter().zip(&mut replies).map(|((method, path, body), reply)| async move {
                *reply = Some(self.request(method, path, body).await);
            });
            let mut running: Vec<_> = running.map(Box::pin).collect();
            std::future::poll_fn(|context| {
                running.retain_mut(|one| one.as_mut().poll(context).is_pending());
                if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
            })
            .await;
            drop(running);
            replies
        };
        self.runtime.block_on(sent).into_iter().map(|reply| reply.expect("every request ends")).collect()
    }

    async fn request(&self, method: &str, path: &str, body: &Value) -> Result<Reply, reqwest::Error> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}/{path}", self.base));
        request = request.header("authorization", &self.authorization).timeout(Duration::from_secs(20));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Ok(Reply { status, headers, text: response.text().await? })
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &Value::Null).unwrap()
    }

    /// The body of an answer that must be 200.
    pub(crate) fn read(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, body).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, body).unwrap()
    }

    pub(crate) fn delete(&self, path: &str, body: &Value) -> Reply {
        self.send("DELETE", path, body).unwrap()
    }
}

/// Sends a rename of Ann and reads nothing: the connection is the caller's to close.
pub(crate) fn half_a_client(sandbox: &Sandbox, name: &str) -> TcpStream {
    let body = json!({ "user_id": 901, "display_name": name }).to_string();
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "POST /third_party/api/user HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test-key\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream
}

/// Waits until so many requests have begun.
pub(crate) fn begun(sandbox: &Sandbox, requests: usize) {
    while sandbox.journal().len() < requests {
        std::thread::yield_now();
    }
}

/// Acme with Sales, Ops and Ops/Night; the owner, Ann in Sales and Bob, who supervises Ops/Night.
pub(crate) fn account() -> Value {
    json!({
        "api_key": "test-key",
        "me": "1",
        "root": "100",
        "groups": [
            { "group_id": "100", "name": "Acme", "parent_id": "0" },
            { "group_id": "101", "name": " Sales ", "parent_id": "100" },
            { "group_id": "102", "name": "Ops", "parent_id": "100" },
            { "group_id": "103", "name": "Night", "parent_id": "102" },
        ],
        "users": [
            user(1, "owner@x.test", 100, 1, &json!({})),
            user(901, "Ann@x.test", 101, 3, &json!({ "external_id": "e1", "added_manually": "0" })),
            user(902, "bob@x.test", 103, 2, &json!({ "disabled_user": "1", "additional_email": "B@y.test" })),
        ],
        "day_types": {
            "12": { "id": 12, "slug": "normal", "name": "Working Day", "isDayOff": false, "isDefault": true },
            "13": { "id": 13, "slug": "vacation", "name": "Vacation", "isDayOff": true, "isDefault": false },
        },
    })
}

fn user(id: u64, email: &str, group: u64, role: u64, settings: &Value) -> Value {
    json!({
        "user_id": id.to_string(),
        "email": email,
        "display_name": format!("User {id}"),
        "group_id": group.to_string(),
        "role_id": role.to_string(),
        "settings": settings,
    })
}

/// [`account`] with these quirks.
pub(crate) fn account_with(quirks: &Value) -> Value {
    let mut account = account();
    account["quirks"] = quirks.clone();
    account
}

pub(crate) fn start(quirks: &Value) -> (Sandbox, Client) {
    let sandbox = Sandbox::with_account(account_with(quirks));
    let client = Client::timecamp(&sandbox);
    (sandbox, client)
}

/// An id, however it is written.
pub(crate) fn id(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("{value} is no id"))
}
