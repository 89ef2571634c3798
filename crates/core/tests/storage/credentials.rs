//! Where credentials come from, and that none of them is ever seen.

use crate::metadata::Metadata;
use crate::services::{Service, User, moto, ours, prefix, tls};
use crate::stages::{Reach, place};
use sandbox::Sandbox;
use testkit::{Done, Run, bin};

/// A fetch with no credentials at all.
fn fetch(sandbox: &Sandbox, service: &Service, prefix: &str) -> Run {
    let run = Run::new(bin("fetch-bamboohr")).sandbox(sandbox).env("AWS_EC2_METADATA_DISABLED", "true");
    place(run, service.port, prefix, Reach::Path).env("RUST_LOG", "trace")
}

/// What the run said anywhere, its log file included.
fn everything(run: &Run, done: &Done) -> String {
    [&done.stdout, &done.stderr, &run.read("var/logs/sync.log")].map(String::as_str).join("\n")
}

fn shows_nowhere(run: &Run, done: &Done, secrets: &[&str]) {
    let text = everything(run, done);
    assert!(text.contains("aws_"), "the SDK does not talk, so this shows nothing");
    for secret in secrets {
        if let Some(at) = text.find(secret) {
            let from = text[..at].char_indices().rev().nth(300).map_or(0, |(at, _)| at);
            panic!("a secret is shown: {}", &text[from..at + secret.len()]);
        }
    }
}

#[test]
fn both_settings_serve_and_stay_hidden() {
    for service in [&ours(&[]), moto()] {
        let sandbox = Sandbox::start(sandbox::company(3));
        let (id, secret) = service.keys(User::All);
        let run = fetch(&sandbox, service, &prefix()).env("S3_ACCESS_KEY_ID", &id).env("S3_SECRET_ACCESS_KEY", &secret);
        let done = run.go(&[]).expect(0);
        shows_nowhere(&run, &done, &[&secret, &id]);
    }
}

#[test]
fn secrets_come_from_files_too() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let run = fetch(&sandbox, &service, "p").file("secret", format!("{secret}\n")).env("S3_ACCESS_KEY_ID", &id);
    run.env("S3_SECRET_ACCESS_KEY_FILE", "secret").go(&[]).expect(0);
}

#[test]
fn one_of_the_two_settings_is_an_error_before_any_request() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    for half in ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] {
        let done = fetch(&sandbox, &service, "p").env(half, "half-of-a-pair").go(&[]).expect(2);
        done.says("S3_ACCESS_KEY_ID").says("S3_SECRET_ACCESS_KEY").shows_nowhere("half-of-a-pair");
    }
    assert!(sandbox.journal().is_empty());
}

#[test]
fn the_environment_serves() {
    for service in [&ours(&[]), moto()] {
        let sandbox = Sandbox::start(sandbox::company(3));
        let (id, secret) = service.keys(User::All);
        let run =
            fetch(&sandbox, service, &prefix()).env("AWS_ACCESS_KEY_ID", &id).env("AWS_SECRET_ACCESS_KEY", &secret);
        let done = run.go(&[]).expect(0);
        shows_nowhere(&run, &done, &[&secret]);
    }
}

#[test]
fn a_profile_serves() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let profile = format!("[hr]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    let run = fetch(&sandbox, &service, "p").file(".aws/credentials", profile).env("AWS_PROFILE", "hr");
    let done = run.go(&[]).expect(0);
    shows_nowhere(&run, &done, &[&secret]);
}

#[test]
fn a_program_named_by_a_profile_serves() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let json = serde_json::json!({ "Version": 1, "AccessKeyId": id, "SecretAccessKey": secret }).to_string();
    let run = fetch(&sandbox, &service, "p").file("key.json", json);
    let profile = format!("[profile hr]\ncredential_process = cat {}\n", run.path("key.json").display());
    let run = run.file(".aws/config", profile).env("AWS_PROFILE", "hr");
    let done = run.go(&[]).expect(0);
    shows_nowhere(&run, &done, &[&secret]);
}

#[test]
fn a_web_identity_serves() {
    let service = moto();
    let sandbox = Sandbox::start(sandbox::company(3));
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJlLW9mLXRoZS1wb2Q";
    let run = fetch(&sandbox, service, &prefix())
        .file("token", token)
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
        .env("AWS_ROLE_ARN", &service.role)
        .env("AWS_ENDPOINT_URL_STS", service.url());
    let done = run.go(&[]).expect(0);
    shows_nowhere(&run, &done, &[token]);
    // The temporary credentials are nobody's to know: whatever stands in the place of a token is masked.
    let text = everything(&run, &done);
    for name in ["x-amz-security-token", "SessionToken>", "SecretAccessKey>"] {
        for (at, _) in text.match_indices(name) {
            let after: String = text[at + name.len()..].chars().take(60).collect();
            let value = after.trim_start_matches([':', '"', ' ', '\\', '=', '>', 'S']);
            let hidden =
                ["***", "**", ";", ",", "\"", "Sensitive", "/", "<"].iter().any(|start| value.starts_with(start));
            assert!(hidden || value.is_empty(), "after {name}: {after}");
        }
    }
}

/// As ECS and EKS Pod Identity give them: a token of the pod opens an address that has the keys.
#[test]
fn the_role_of_a_container_serves() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let metadata = Metadata::start(&id, &secret);
    let token = "eyJhbGciOiJSUzI1NiJ9.cG9kLWlkZW50aXR5.c2lnbmF0dXJlLW9mLXRoZS1wb2Q";
    let run = fetch(&sandbox, &service, "p").env("AWS_CONTAINER_CREDENTIALS_FULL_URI", metadata.url("container"));
    let from_file = run.clone().file("token", token).env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "token");
    for run in [from_file, run.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)] {
        let done = run.go(&[]).expect(0);
        shows_nowhere(&run, &done, &[token, &secret, Metadata::SESSION]);
        assert!(metadata.seen().iter().any(|request| request.contains(token)), "the token was asked for");
    }
}

#[test]
fn the_role_of_the_instance_serves() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let metadata = Metadata::start(&id, &secret);
    let run = fetch(&sandbox, &service, "p").without("AWS_EC2_METADATA_DISABLED");
    let run = run.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url(""));
    let done = run.go(&[]).expect(0);
    shows_nowhere(&run, &done, &[&secret, Metadata::SESSION]);
}

/// The proxy is no setting of ours, but what HTTP libraries say of it is in our log.
#[test]
fn the_password_of_a_proxy_is_hidden() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let run = place(fetch(&sandbox, &service, "p"), service.port, "p", Reach::Host)
        .env("HTTP_PROXY", format!("http://ann:proxy-pass%2Fword@127.0.0.1:{}", service.port))
        .env("S3_ACCESS_KEY_ID", id)
        .env("S3_SECRET_ACCESS_KEY", secret);
    let done = run.go(&[]).expect(0);
    // As it is, decoded, and as `ann:proxy-pass/word` in base64.
    shows_nowhere(&run, &done, &["proxy-pass", "cHJveHktcGFzcy93b3Jk", "YW5uOnByb3h5LXBhc3Mvd29yZA"]);
}

#[test]
fn without_any_credentials_the_ways_to_give_them_are_named() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(3));
    fetch(&sandbox, &service, "p").go(&[]).expect(1).says("no usable credentials").says("S3_ACCESS_KEY_ID");
}

/// Credentials go to nobody who cannot prove to be the service.
#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    let service = tls();
    let sandbox = Sandbox::start(sandbox::company(3));
    let (id, secret) = service.keys(User::All);
    let prepare = fetch(&sandbox, &service, "p").stage(bin("prepare"));
    let prepare = prepare.env("S3_ACCESS_KEY_ID", id).env("S3_SECRET_ACCESS_KEY", secret).without("RUST_LOG");
    let prepare = prepare.env("S3_ENDPOINT_URL", format!("https://127.0.0.1:{}", service.port));
    prepare.go(&[]).expect(1).says("cannot be reached").says("certificate");
    let authority = service.root.as_ref().unwrap().path().join("ca.pem");
    prepare.env("SSL_CERT_FILE", authority).go(&[]).expect(6).says("var/users.json does not exist");
}

/// No part of this is built or read when the files are in the folder.
#[test]
fn without_s3_its_settings_do_not_matter() {
    let sandbox = Sandbox::start(sandbox::company(3));
    let run = Run::new(bin("fetch-bamboohr")).sandbox(&sandbox).env("S3_ACCESS_KEY_ID", "half-of-a-pair");
    let done = run.env("RUST_LOG", "trace").go(&[]).expect(0);
    done.shows_nowhere("aws_");
}
