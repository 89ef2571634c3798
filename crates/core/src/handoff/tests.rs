use super::*;

const AUTHOR: &str = "fetch-test";

fn author(run: &str) -> Author {
    Author { run_id: run.to_owned(), stage: AUTHOR }
}

fn rules(edited: Edited) -> Rules {
    Rules { edited, max_age: None, pace: Pace::scaled(0.01) }
}

async fn put(storage: &Storage, text: &str) {
    let about = About { users: 1, active: 1, source: Some("test".to_owned()), ..About::default() };
    write(storage, &Name::Users, &author("run-1"), about, |to| to.write_all(text.as_bytes())).await.unwrap();
}

/// A reader comes between a file and its manifest: it looks again, and sees the new pair.
#[tokio::test]
async fn between_a_file_and_its_manifest_a_reader_looks_again() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::local(folder.path());
    put(&storage, "before").await;
    storage.write(&Name::Users, b"after").await.unwrap();
    // One task: the reader has looked once, and waits, when the writer goes on.
    let (input, ()) = tokio::join!(read(&storage, &Name::Users, rules(Edited::Refuse)), put(&storage, "after"));
    let input = input.unwrap();
    assert_eq!((input.bytes.as_slice(), input.manifest.unwrap().bytes), (&b"after"[..], 5));
}

#[tokio::test]
async fn a_file_that_stays_another_one_is_refused_unless_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::local(folder.path());
    put(&storage, "before").await;
    for text in ["befor", "before and more", ""] {
        storage.write(&Name::Users, text.as_bytes()).await.unwrap();
        let refused = read(&storage, &Name::Users, rules(Edited::Refuse)).await.unwrap_err();
        assert_eq!(crate::Code::of(&refused), crate::Code::Refused);
        let said = refused.to_string();
        assert!(said.contains(AUTHOR) && said.contains("--accept-edited"), "{said}");
        let accepted = read(&storage, &Name::Users, rules(Edited::Accept)).await.unwrap();
        assert_eq!((accepted.bytes.as_slice(), accepted.sha256), (text.as_bytes(), sha256_hex(text.as_bytes())));
    }
}

#[tokio::test]
async fn a_torn_manifest_is_looked_at_again_and_then_refused() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::local(folder.path());
    put(&storage, "whole").await;
    storage.write(&Name::Users.manifest(), b"{\"schema\": 1, \"run").await.unwrap();
    let refused = read(&storage, &Name::Users, rules(Edited::Refuse)).await.unwrap_err();
    assert_eq!(crate::Code::of(&refused), crate::Code::Refused);
    assert!(refused.to_string().contains("var/users.json.manifest.json is not readable"), "{refused}");
    let (input, ()) = tokio::join!(read(&storage, &Name::Users, rules(Edited::Refuse)), put(&storage, "whole"));
    assert_eq!(input.unwrap().bytes, b"whole");
}

/// A chain is as old as its oldest file; what has no manifest is as old as the file.
#[tokio::test]
async fn age_is_held_against_the_oldest_of_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::local(folder.path());
    put(&storage, "people").await;
    let rules = |max_age| Rules { max_age: Some(max_age), ..rules(Edited::Refuse) };
    let day = Duration::from_hours(24);
    let fresh = read(&storage, &Name::Users, rules(day)).await.unwrap();
    let old = Manifest { written_at: pace::now() - jiff::SignedDuration::from_hours(30), ..fresh.manifest.unwrap() };
    let about = About { made_from: Some(Origin::Manifest(Box::new(old.clone()))), ..About::default() };
    let name = Name::TimecampUsers;
    write(&storage, &name, &author("run-2"), about, |to| to.write_all(b"[]")).await.unwrap();
    let refused = read(&storage, &name, rules(day)).await.unwrap_err();
    assert_eq!(crate::Code::of(&refused), crate::Code::Refused);
    let said = refused.to_string();
    assert!(said.contains("30h ago") && said.contains("TIMECAMP_MAX_INPUT_AGE allows 24h"), "{said}");
    read(&storage, &name, rules(day * 2)).await.unwrap();
    let by_hand = About { made_from: Some(Origin::FileOf(old.written_at)), ..About::default() };
    write(&storage, &name, &author("run-3"), by_hand, |to| to.write_all(b"[]")).await.unwrap();
    assert!(read(&storage, &name, rules(day)).await.is_err());
}
