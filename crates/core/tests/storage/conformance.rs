//! What every storage does, wherever the files are.

use crate::services::{BUCKET, Service, User, moto, ours, prefix};
use serde_json::json;
use std::io;
use std::path::Path;
use timecamp_scim_core::storage::{Name, Storage, sha256_hex};

const TEXT: &str = r#"{"users": [{"name": "Żółć Ünïcode 山田", "email": "z@example.com"}]}"#;

/// The suite.
async fn conforms(storage: &Storage) {
    what_is_not_there_is_none(storage).await;
    what_was_written_is_read(storage).await;
    a_failed_writing_leaves_what_was(storage).await;
    names_are_kept_apart(storage).await;
    what_was_removed_is_gone(storage).await;
}

async fn read(storage: &Storage, name: &Name) -> Option<Vec<u8>> {
    storage.read(name).await.unwrap().map(|object| object.bytes)
}

async fn what_is_not_there_is_none(storage: &Storage) {
    for name in [Name::Users, Name::Users.manifest(), Name::Given("nowhere/żółć.json".to_owned())] {
        assert!(storage.read(&name).await.unwrap().is_none(), "{name} in {}", storage.place());
    }
}

async fn what_was_written_is_read(storage: &Storage) {
    for text in [TEXT, "", "shorter"] {
        let written = storage.write(&Name::Users, text.as_bytes()).await.unwrap();
        assert_eq!((written.bytes, written.sha256), (text.len() as u64, sha256_hex(text.as_bytes())));
        let object = storage.read(&Name::Users).await.unwrap().unwrap();
        assert_eq!(object.bytes, text.as_bytes());
        assert!(object.modified.is_some());
    }
    let pieces = |to: &mut dyn io::Write| (0..1000).try_for_each(|number| write!(to, "{number},"));
    let written = storage.write_with(&Name::Users, pieces).await.unwrap();
    assert_eq!(sha256_hex(&read(storage, &Name::Users).await.unwrap()), written.sha256);
}

async fn a_failed_writing_leaves_what_was(storage: &Storage) {
    storage.write(&Name::Users, b"before").await.unwrap();
    let failed = storage.write_with(&Name::Users, |to| {
        to.write_all(b"half")?;
        Err(io::Error::other("the disk of the source is full"))
    });
    let error = failed.await.unwrap_err();
    assert!(error.to_string().contains("the previous file is untouched"), "{error}");
    assert_eq!(read(storage, &Name::Users).await.unwrap(), b"before");
}

async fn names_are_kept_apart(storage: &Storage) {
    let given = Name::Given("out/Łódź & more/+ %.json".to_owned());
    for name in [Name::Users, Name::TimecampUsers, Name::Users.manifest(), given] {
        storage.write(&name, name.to_string().as_bytes()).await.unwrap();
    }
    for name in [Name::Users, Name::TimecampUsers, Name::Users.manifest()] {
        assert_eq!(read(storage, &name).await.unwrap(), name.to_string().as_bytes());
    }
    let given = Name::Given("./out//Łódź & more/+ %.json".to_owned());
    assert_eq!(read(storage, &given).await.unwrap(), "out/Łódź & more/+ %.json".as_bytes());
}

async fn what_was_removed_is_gone(storage: &Storage) {
    storage.write(&Name::PendingNewUsers, b"[]").await.unwrap();
    for _ in 0..2 {
        storage.remove(&Name::PendingNewUsers).await.unwrap();
        assert!(read(storage, &Name::PendingNewUsers).await.is_none());
    }
}

#[tokio::test]
async fn a_local_folder_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conforms(&Storage::local(folder.path())).await;
}

#[tokio::test]
async fn the_service_in_rust_conforms_with_and_without_a_prefix() {
    for prefix in ["", "hr", "hr/timecamp/Łódź"] {
        let service = ours(&[]);
        conforms(&service.storage(User::All, prefix).await).await;
    }
}

#[tokio::test]
async fn moto_conforms() {
    conforms(&moto().storage(User::All, &prefix()).await).await;
    conforms(&moto().storage(User::All, &format!("{}/Łódź", prefix())).await).await;
}

#[tokio::test]
async fn a_hundred_megabytes_go_there_and_back() {
    let line = "{\"name\": \"Łucja\", \"email\": \"lucja@example.com\"},\n";
    let text = line.repeat(100 * 1024 * 1024 / line.len() + 1);
    let digest = sha256_hex(text.as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let service = ours(&[]);
    for storage in [
        Storage::local(folder.path()),
        service.storage(User::All, "").await,
        moto().storage(User::All, &prefix()).await,
    ] {
        let written = storage.write_with(&Name::Users, |to| to.write_all(text.as_bytes())).await.unwrap();
        assert_eq!((written.bytes, &written.sha256), (text.len() as u64, &digest));
        let object = storage.read(&Name::Users).await.unwrap().unwrap();
        assert!(object.bytes == text.as_bytes(), "{}", storage.place());
        storage.remove(&Name::Users).await.unwrap();
    }
}

/// The original's keys and metadata, seen by its own client.
#[tokio::test]
async fn objects_are_those_of_the_original() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let storage = service.storage(User::All, &prefix).await;
        storage.write(&Name::Users, TEXT.as_bytes()).await.unwrap();
        let place = json!({ "Bucket": BUCKET, "Key": format!("{prefix}/var/users.json") });
        let seen = &service.boto(&json!([["get_object", place]]))[0];
        assert_eq!(seen["body"], TEXT, "{}: {seen}", service.name);
        assert_eq!(seen["metadata"]["sha256"], sha256_hex(TEXT.as_bytes()), "{seen}");
        assert_eq!(seen["type"], "application/json", "{seen}");
        let time = seen["metadata"]["generated-at"].as_str().unwrap();
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        assert_eq!(shape, "9999-99-99T99:99:99.999999+99:99", "{time}");
        assert!(time.ends_with("+00:00"), "{time}");
        assert_eq!(seen["metadata"].as_object().unwrap().len(), 2, "{seen}");
        accepts_what_boto_wrote(service, &storage, &prefix).await;
    }
}

async fn accepts_what_boto_wrote(service: &Service, storage: &Storage, prefix: &str) {
    let put = |name: &str, metadata| {
        let key = format!("{prefix}/var/{name}");
        json!(["put_object", { "Bucket": BUCKET, "Key": key, "Body": TEXT, "Metadata": metadata }])
    };
    let original = json!({ "sha256": sha256_hex(TEXT.as_bytes()), "generated-at": "2026-08-19T09:33:54.123456+00:00" });
    service.boto(&json!([put("users.json", original), put("timecamp_users.json", json!({}))]));
    for name in [Name::Users, Name::TimecampUsers] {
        assert_eq!(read(storage, &name).await.unwrap(), TEXT.as_bytes(), "{name} of {}", service.name);
        assert!(read(storage, &name.manifest()).await.is_none());
    }
}

#[tokio::test]
async fn one_writing_is_one_object_and_nothing_else() {
    let service = ours(&[]);
    service.storage(User::All, "p").await.write(&Name::Users, b"x").await.unwrap();
    let seen = &service.boto(&json!([["list_objects_v2", { "Bucket": BUCKET }]]))[0];
    assert_eq!(seen["keys"], json!(["p/var/users.json"]));
    assert!(service.root.as_ref().unwrap().path().join(BUCKET).join("p/var/users.json").exists());
    assert!(!Path::new("var").exists(), "nothing is written beside the bucket");
}
