//! The same from S3.

use crate::office;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use testkit::Run;

/// An S3 service over a folder.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn over(folder: &Path) -> Self {
        let mut child = Command::new(testkit::bin("s3-server"))
            .arg(folder)
            .args(["--user", "id:secret:get+put+list"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        Self { child, address: address.unwrap_or_else(|| panic!("no address: {line}")) }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn the_users_are_read_and_the_page_is_written_there() {
    let binary = env!("CARGO_BIN_EXE_display-tree");
    let buckets = Run::new(binary).file("people/hr/var/timecamp_users.json", office().to_string());
    let service = Service::over(buckets.folder());
    let run = Run::new(binary).envs([
        ("USE_S3_STORAGE", "true"),
        ("S3_BUCKET_NAME", "people"),
        ("S3_PATH_PREFIX", "hr"),
        ("S3_ENDPOINT_URL", &format!("http://{}", service.address)),
        ("S3_ACCESS_KEY_ID", "id"),
        ("S3_SECRET_ACCESS_KEY", "secret"),
        ("S3_FORCE_PATH_STYLE", "true"),
    ]);
    run.go(&[]).expect(0).prints("├── Sales (3 people, 1 directly)");
    run.go(&["--html", "tree.html", "--input", "var/timecamp_users.json"])
        .expect(0)
        .says("wrote tree.html in s3://people/hr");
    assert!(buckets.read("people/hr/tree.html").starts_with("<!doctype html>"));
    assert!(!run.exists("tree.html"));
}
