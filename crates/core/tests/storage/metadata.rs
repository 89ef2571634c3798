//! The service at which containers and instances of a cloud find their keys.

use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// See the module.
#[derive(Debug)]
pub(crate) struct Metadata {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Metadata {
    /// The session token that comes with the keys.
    pub(crate) const SESSION: &str = "c2Vzc2lvbi10b2tlbi1vZi10aGUtcm9sZQ-0815";

    pub(crate) fn start(id: &str, secret: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let keys = json!({
            "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": id,
            "SecretAccessKey": secret, "Token": Self::SESSION, "Expiration": "2099-01-01T00:00:00Z",
        });
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&seen);
        // The thread ends with the process.
        drop(std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                answer(client, &keys.to_string(), &log);
            }
        }));
        Self { port, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// The requests so far, headers included.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// One request of a connection; the client is told that it ends with it.
fn answer(mut client: TcpStream, keys: &str, log: &Mutex<Vec<String>>) {
    let lines = BufReader::new(client.try_clone().unwrap()).lines().map_while(Result::ok);
    let request: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = request.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    log.lock().unwrap().push(request.join("\n"));
    let role = "/latest/meta-data/iam/security-credentials/";
    let (status, body) = match path.as_str() {
        "/latest/api/token" => ("200 OK", "token-of-the-session"),
        path if path == role => ("200 OK", "scim"),
        path if path == "/container" || path == format!("{role}scim") => ("200 OK", keys),
        _ => ("404 Not Found", ""),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    drop(client.write_all(head.as_bytes()).and_then(|()| client.write_all(body.as_bytes())));
}
