//! What goes wrong, what is said of it, and that nothing is lost.

use crate::relay::{Line, Relay};
use crate::services::{BUCKET, Service, User, http, moto, open, open_with, ours, prefix};
use serde_json::json;
use std::time::Duration;
use timecamp_scim_core::http::HttpSettings;
use timecamp_scim_core::storage::{Keys, Name, S3Settings, Storage, StorageError, sha256_hex};
use timecamp_scim_core::{Code, Secret};

async fn read_error(storage: &Storage) -> (Code, String) {
    said(storage.read(&Name::Users).await.unwrap_err())
}

async fn write_error(storage: &Storage) -> (Code, String) {
    said(storage.write(&Name::Users, b"new").await.unwrap_err())
}

fn said(error: StorageError) -> (Code, String) {
    let error = anyhow::Error::from(error);
    (Code::of(&error), format!("{error:#}"))
}

/// Both the reading and the writing fail so, with exit 1, and what was there stays.
async fn fails_saying(service: &Service, prefix: &str, settings: S3Settings, parts: &[&str]) {
    let secret = settings.keys.as_ref().unwrap().secret.expose().to_owned();
    let good = service.storage(User::All, prefix).await;
    good.write(&Name::Users, b"before").await.unwrap();
    let storage = open(settings).await;
    for (code, text) in [read_error(&storage).await, write_error(&storage).await] {
        assert_eq!(code, Code::Failed, "{text}");
        for part in parts.iter().copied().chain([&*storage.place(), "var/users.json"]) {
            assert!(text.contains(part), "{}: no `{part}` in: {text}", service.name);
        }
        assert!(!text.contains(&secret), "{text}");
    }
    assert_eq!(good.read(&Name::Users).await.unwrap().unwrap().bytes, b"before");
}

#[tokio::test]
async fn an_unknown_key_is_named() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let good = service.settings(User::All, &prefix);
        let keys = Keys { id: Secret::new("AKIANOBODYHASTHISONE"), ..good.keys.clone().unwrap() };
        fails_saying(service, &prefix, S3Settings { keys: Some(keys), ..good }, &["S3_ACCESS_KEY_ID"]).await;
    }
}

#[tokio::test]
async fn a_secret_of_another_key_is_named() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let good = service.settings(User::All, &prefix);
        let keys = Keys { secret: Secret::new("not-the-secret-of-this-key"), ..good.keys.clone().unwrap() };
        fails_saying(service, &prefix, S3Settings { keys: Some(keys), ..good }, &["S3_SECRET_ACCESS_KEY"]).await;
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let settings = S3Settings { bucket: "nobody-s".to_owned(), ..service.settings(User::All, &prefix) };
        fails_saying(service, &prefix, settings, &["S3_BUCKET_NAME", "s3://nobody-s"]).await;
    }
}

#[tokio::test]
async fn a_service_that_is_down_is_named() {
    let service = ours(&[]);
    let down = S3Settings { endpoint: Some("http://127.0.0.1:9".to_owned()), ..service.settings(User::All, "") };
    fails_saying(&service, "", down, &["S3_ENDPOINT_URL", "http://127.0.0.1:9"]).await;
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_given_up() {
    let service = ours(&[]);
    let relay = Relay::to(service.port);
    relay.set(Line::Dead);
    let settings =
        S3Settings { endpoint: Some(format!("http://127.0.0.1:{}", relay.port)), ..service.settings(User::All, "") };
    let soon = Duration::from_millis(200);
    let storage = open_with(settings, HttpSettings { timeout: soon, retry_budget: soon * 3, ..http() }).await;
    let (code, text) = read_error(&storage).await;
    assert_eq!(code, Code::Failed);
    assert!(text.contains("HTTP_TIMEOUT"), "{text}");
}

/// The service begins to answer and then stands still: no run waits for ever.
#[tokio::test]
async fn an_answer_that_stands_still_is_given_up() {
    let service = ours(&[]);
    let text = "0123456789".repeat(200_000);
    service.storage(User::All, "").await.write(&Name::Users, text.as_bytes()).await.unwrap();
    let relay = Relay::to(service.port);
    relay.set(Line::Still(500_000));
    let settings =
        S3Settings { endpoint: Some(format!("http://127.0.0.1:{}", relay.port)), ..service.settings(User::All, "") };
    let storage = open_with(settings, HttpSettings { timeout: Duration::from_secs(1), ..http() }).await;
    let (code, text) = read_error(&storage).await;
    assert_eq!(code, Code::Refused, "{text}");
    assert!(text.contains("only a part of it came"), "{text}");
}

/// The right to read is missing, and the service lets the key list: the object is there, so this is an error.
#[tokio::test]
async fn without_the_right_to_write_nothing_is_lost() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let good = service.storage(User::All, &prefix).await;
        good.write(&Name::Users, b"before").await.unwrap();
        let reader = service.storage(User::Reader, &prefix).await;
        assert_eq!(reader.read(&Name::Users).await.unwrap().unwrap().bytes, b"before");
        assert!(reader.read(&Name::TimecampUsers).await.unwrap().is_none());
        let (code, text) = write_error(&reader).await;
        assert_eq!(code, Code::Failed);
        assert!(text.contains("s3:PutObject") && text.contains("previous file is untouched"), "{text}");
        assert_eq!(good.read(&Name::Users).await.unwrap().unwrap().bytes, b"before");
    }
}

/// 403 for what is missing, since the key may not list: not found, as with 404.
#[tokio::test]
async fn missing_is_missing_also_where_listing_is_not_allowed() {
    let service = ours(&[]);
    let storage = service.storage(User::Unlisted, "p").await;
    assert!(storage.read(&Name::Users).await.unwrap().is_none());
    storage.write(&Name::Users, b"first").await.unwrap();
    assert_eq!(storage.read(&Name::Users).await.unwrap().unwrap().bytes, b"first");
    storage.write(&Name::Users, b"second").await.unwrap();
    assert_eq!(storage.read(&Name::Users).await.unwrap().unwrap().bytes, b"second");
}

/// A key that may write but neither read nor list cannot tell missing from forbidden. What it could not look at, it does
/// not replace.
#[tokio::test]
async fn what_may_not_be_read_is_not_overwritten() {
    let service = ours(&[]);
    let good = service.storage(User::All, "p").await;
    good.write(&Name::Users, b"before").await.unwrap();
    let writer = service.storage(User::Writer, "p").await;
    assert!(writer.read(&Name::Users).await.unwrap().is_none());
    let (code, text) = write_error(&writer).await;
    assert_eq!(code, Code::Failed);
    assert!(text.contains("may not read it") && text.contains("s3:GetObject"), "{text}");
    assert_eq!(good.read(&Name::Users).await.unwrap().unwrap().bytes, b"before");
    // What is not there can be written.
    assert!(writer.read(&Name::TimecampUsers).await.unwrap().is_none());
    writer.write(&Name::TimecampUsers, b"new").await.unwrap();
    assert_eq!(good.read(&Name::TimecampUsers).await.unwrap().unwrap().bytes, b"new");
}

#[tokio::test]
async fn without_any_right_writing_says_so() {
    for service in [&ours(&[]), moto()] {
        let storage = service.storage(User::Nothing, &prefix()).await;
        // Missing or forbidden: with neither right there is no telling, and a warning says so.
        assert!(storage.read(&Name::Users).await.unwrap().is_none());
        let (code, text) = write_error(&storage).await;
        assert_eq!(code, Code::Failed);
        assert!(text.contains("no right") && text.contains("s3:PutObject"), "{text}");
    }
}

#[tokio::test]
async fn other_bytes_than_the_digest_tells_of_are_refused() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let key = format!("{prefix}/var/users.json");
        let whole = "{\"users\": [1, 2, 3]}";
        for body in ["{\"users\": [1, 2, 4]}", &whole[..9], ""] {
            let metadata = json!({ "sha256": sha256_hex(whole.as_bytes()) });
            let put = json!({ "Bucket": BUCKET, "Key": key, "Body": body, "Metadata": metadata });
            service.boto(&json!([["put_object", put]]));
            let (code, text) = read_error(&service.storage(User::All, &prefix).await).await;
            assert_eq!(code, Code::Refused, "{text}");
            assert!(text.contains("SHA-256") && text.contains("Run the stage that writes it again"), "{text}");
        }
    }
}

#[tokio::test]
async fn half_an_answer_is_asked_for_again_and_then_refused() {
    let service = ours(&[]);
    let text = "0123456789".repeat(100_000);
    service.storage(User::All, "").await.write(&Name::Users, text.as_bytes()).await.unwrap();
    let relay = Relay::to(service.port);
    let settings =
        S3Settings { endpoint: Some(format!("http://127.0.0.1:{}", relay.port)), ..service.settings(User::All, "") };
    relay.set(Line::Cut(500_000));
    let (code, said) = read_error(&open(settings.clone()).await).await;
    assert_eq!(code, Code::Refused, "{said}");
    assert!(said.contains("only a part of it came"), "{said}");
    relay.set(Line::Whole);
    assert_eq!(open(settings).await.read(&Name::Users).await.unwrap().unwrap().bytes.len(), text.len());
}
