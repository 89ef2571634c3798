//! The people in an S3 bucket instead of a folder.

use crate::process::folder;
use crate::slapd::slapd;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use testkit::bin;

#[test]
fn people_go_into_a_bucket_that_the_path_or_the_host_names() {
    let root = folder("s3");
    let bucket = root.join("timecamp");
    std::fs::create_dir_all(&bucket).unwrap();
    let mut command = Command::new(bin("s3-server"));
    command.arg(&root).args(["--user", "AKIDLDAP:secret:get+put+list"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    // It says where it listens, and ends with its input, however this process ends.
    let mut server = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().rsplit(':').next().unwrap().to_owned();
    let fetch = slapd().fetch().envs([
        ("USE_S3_STORAGE", "true"),
        ("S3_BUCKET_NAME", "timecamp"),
        ("S3_ACCESS_KEY_ID", "AKIDLDAP"),
        ("S3_SECRET_ACCESS_KEY", "secret"),
    ]);
    let address = format!("http://127.0.0.1:{port}");
    let by_path = fetch.clone().env("S3_ENDPOINT_URL", &address).env("S3_FORCE_PATH_STYLE", "true");
    // Not every machine resolves names below `localhost`, so the service is its own proxy.
    let by_host = fetch
        .env("S3_ENDPOINT_URL", format!("http://localhost:{port}"))
        .env("HTTP_PROXY", &address)
        .env("NO_PROXY", "127.0.0.1");
    for (run, prefix, written) in [(by_path, "/by/path/", "by/path/var"), (by_host, "by-host", "by-host/var")] {
        let run = run.env("S3_PATH_PREFIX", prefix);
        run.go(&[]).expect(0).says("wrote var/users.json: 4 users");
        let file: Value =
            serde_json::from_slice(&std::fs::read(bucket.join(written).join("users.json")).unwrap()).unwrap();
        assert_eq!(file["users"].as_array().unwrap().len(), 4);
        assert!(bucket.join(written).join("users.json.manifest.json").is_file());
        assert!(!run.exists("var"), "nothing is written beside the bucket");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}
