//! The stages themselves, their files in a bucket: nothing is written beside it, and a run after a run has nothing to do.

use crate::relay::{Line, Relay};
use crate::services::{BUCKET, Service, User, moto, ours, prefix};
use sandbox::{Company, Sandbox, Source, Start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testkit::{Run, bin};

/// How a run reaches the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The bucket in the path.
    Path,
    /// The bucket in the host name. Not every machine resolves names below `localhost`, so the service is its own proxy.
    Host,
}

/// A fetch whose files are in the bucket; other stages follow with [`Run::stage`].
pub(crate) fn fetch(sandbox: &Sandbox, service: &Service, user: User, prefix: &str) -> Run {
    let (id, secret) = service.keys(user);
    place(Run::new(bin("fetch-bamboohr")).sandbox(sandbox), service.port, prefix, Reach::Path)
        .env("S3_ACCESS_KEY_ID", id)
        .env("S3_SECRET_ACCESS_KEY", secret)
}

pub(crate) fn place(run: Run, port: u16, prefix: &str, reach: Reach) -> Run {
    let run = run.envs([("USE_S3_STORAGE", "true"), ("S3_BUCKET_NAME", BUCKET), ("S3_PATH_PREFIX", prefix)]);
    match reach {
        Reach::Path => {
            run.env("S3_ENDPOINT_URL", format!("http://127.0.0.1:{port}")).env("S3_FORCE_PATH_STYLE", "true")
        }
        Reach::Host => run
            .env("S3_ENDPOINT_URL", format!("http://localhost:{port}"))
            .env("S3_FORCE_PATH_STYLE", "false")
            .env("HTTP_PROXY", format!("http://127.0.0.1:{port}"))
            .env("NO_PROXY", "127.0.0.1"),
    }
}

pub(crate) fn keys_of(service: &Service, prefix: &str) -> BTreeSet<String> {
    let seen = &service.boto(&json!([["list_objects_v2", { "Bucket": BUCKET, "Prefix": prefix }]]))[0];
    let keys = seen["keys"].as_array().unwrap().iter();
    keys.map(|key| key.as_str().unwrap().trim_start_matches(prefix).trim_matches('/').to_owned()).collect()
}

pub(crate) fn object(service: &Service, prefix: &str, name: &str) -> Value {
    let key = [prefix, name].join("/");
    let seen = &service.boto(&json!([["get_object", { "Bucket": BUCKET, "Key": key.trim_start_matches('/') }]]))[0];
    serde_json::from_str(seen["body"].as_str().unwrap_or_else(|| panic!("no {key}: {seen}"))).unwrap()
}

fn whole_pipeline(service: &Service, prefix: &str, reach: Reach) {
    let sandbox = Sandbox::start(sandbox::company(12));
    let fetch = place(fetch(&sandbox, service, User::All, prefix), service.port, prefix, reach);
    fetch.go(&["--dry-run"]).expect(0).prints("There is no previous file");
    assert!(keys_of(service, prefix.trim_matches('/')).is_empty(), "a dry run writes nothing");
    fetch.go(&[]).expect(0).says("wrote var/users.json");
    fetch.go(&["--dry-run"]).expect(0).prints("0 new, 0 gone, 0 changed");
    fetch.clone().stage(bin("prepare")).go(&[]).expect(0);
    let sync = fetch.clone().stage(bin("sync"));
    sync.go(&["--allow-new-users", "1000"]).expect(0);
    assert!(!sandbox.writes().is_empty());
    sandbox.clear_journal();
    sync.go(&[]).expect(0);
    assert_eq!(sandbox.writes().len(), 0, "a second run has nothing to do");
    let seen = keys_of(service, prefix.trim_matches('/'));
    for name in ["var/users.json", "var/users.json.manifest.json", "var/timecamp_users.json", "var/sync_report.json"] {
        assert!(seen.contains(name), "{name} is not among {seen:?}");
    }
    assert_eq!(object(service, prefix.trim_matches('/'), "var/sync.lock")["state"], "released");
    assert_eq!(fetch.files().keys().collect::<Vec<_>>(), Vec::<&String>::new(), "nothing but the log is local");
}

#[test]
fn the_pipeline_runs_through_a_bucket_with_the_bucket_in_the_path() {
    whole_pipeline(&ours(&[]), "", Reach::Path);
    whole_pipeline(moto(), &format!("/{}/", prefix()), Reach::Path);
}

#[test]
fn the_pipeline_runs_through_a_bucket_with_the_bucket_in_the_host() {
    whole_pipeline(&ours(&[]), "/hr/timecamp/", Reach::Host);
    whole_pipeline(moto(), &prefix(), Reach::Host);
}

/// All of them but the LDAP fetch, which needs a directory and writes as the other fetches do.
#[test]
fn every_stage_reads_and_writes_in_the_bucket() {
    for (reach, prefix) in [(Reach::Path, "hr"), (Reach::Host, "/hr/timecamp/")] {
        every_stage(reach, prefix);
    }
}

fn every_stage(reach: Reach, prefix: &str) {
    let service = ours(&[]);
    for source in ["fetch-azuread", "fetch-okta", "fetch-hibob", "fetch-bamboohr", "fetch-factorial"] {
        let sandbox = Sandbox::start(Company::new(12).today().filled_from(Source::Factorial).world(Start::PartlyRight));
        let settings = sandbox.settings();
        let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
        let fetch = fetch(&sandbox, &service, User::All, prefix).stage(bin(source)).envs(settings);
        let (fetch, prefix) = (place(fetch, service.port, prefix, reach), prefix.trim_matches('/'));
        fetch.go(&["--allow-shrink"]).expect(0).says("wrote var/users.json");
        let manifest = object(&service, prefix, "var/users.json.manifest.json");
        assert_eq!(manifest["stage"], source);
        if source == "fetch-factorial" {
            the_stages_after(&fetch, &service, prefix);
        }
        assert!(fetch.files().is_empty(), "{source} wrote beside the bucket: {:?}", fetch.files().keys());
    }
}

fn the_stages_after(fetch: &Run, service: &Service, prefix: &str) {
    fetch.clone().stage(bin("prepare")).go(&[]).expect(0);
    let plan = &["--dry-run", "--plan-out", "plans/today.json"];
    fetch.clone().stage(bin("sync")).go(plan).expect(0);
    assert!(keys_of(service, prefix).contains("plans/today.json"));
    fetch.clone().stage(bin("sync")).go(&["--allow-new-users", "1000"]).expect(0);
    fetch.clone().stage(bin("sync-time-off")).go(&[]).expect(0);
    let tree = fetch.clone().stage(bin("display-tree")).go(&[]).expect(0).stdout;
    let department = object(service, prefix, "var/timecamp_users.json")[0]["timecamp_groups_breadcrumb"].to_string();
    let top = department.trim_matches('"').split('/').next().unwrap().to_owned();
    assert!(!top.is_empty() && tree.contains(&top), "no {top} in {tree}");
    fetch.clone().stage(bin("remove-empty-groups")).go(&[]).expect(0);
    // Found nowhere, each of them names the place it looked in.
    let elsewhere = fetch.clone().env("S3_PATH_PREFIX", "nowhere");
    for stage in ["prepare", "sync", "sync-time-off", "display-tree", "remove-empty-groups"] {
        elsewhere.clone().stage(bin(stage)).go(&[]).expect(6).says("s3://timecamp/nowhere");
    }
}

#[test]
fn names_survive_in_every_alphabet() {
    let service = ours(&[]);
    let mut world = sandbox::company(3);
    world["bamboohr"]["employees"][0]["name"] = json!("Żółć Łoś-Ñandú 山田 🦀");
    let sandbox = Sandbox::start(world);
    fetch(&sandbox, &service, User::All, "p").go(&[]).expect(0);
    let users = object(&service, "p", "var/users.json");
    let names: Vec<&str> = users["users"].as_array().unwrap().iter().filter_map(|user| user["name"].as_str()).collect();
    assert!(names.contains(&"Żółć Łoś-Ñandú 山田 🦀"), "{names:?}");
}

#[test]
fn what_is_wrong_with_the_storage_has_its_exit_code_and_its_words() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(5));
    let fetch = fetch(&sandbox, &service, User::All, "p");
    let prepare = fetch.clone().stage(bin("prepare"));
    prepare.go(&[]).expect(6).says("var/users.json does not exist in s3://timecamp/p");
    fetch.go(&[]).expect(0);
    let before = object(&service, "p", "var/users.json");
    let secret = service.keys(User::All).1;
    for (name, value, words) in [
        ("S3_ACCESS_KEY_ID", "AKIANOBODYHASTHISONE", "does not know the access key"),
        ("S3_SECRET_ACCESS_KEY", "not-the-secret-of-this-key", "does not belong to the access key"),
        ("S3_BUCKET_NAME", "nobody-s", "there is no such bucket"),
        ("S3_ENDPOINT_URL", "http://127.0.0.1:9", "cannot be reached"),
    ] {
        for stage in [&fetch, &prepare] {
            stage.clone().env(name, value).go(&[]).expect(1).says(words).says(name).shows_nowhere(&secret);
        }
    }
    assert_eq!(object(&service, "p", "var/users.json"), before, "nothing is lost");
}

/// What prepare is given by others: without metadata it counts, with the digest of other bytes it does not.
#[test]
fn a_damaged_file_stops_the_stage_with_exit_6() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(5));
    let prepare = fetch(&sandbox, &service, User::All, "").stage(bin("prepare"));
    let text = r#"{"users": [{"external_id": "1", "name": "A", "email": "a@x.test", "status": "active"}]}"#;
    let put = |body: &str, metadata: Value| {
        let put = json!({ "Bucket": BUCKET, "Key": "var/users.json", "Body": body, "Metadata": metadata });
        service.boto(&json!([["put_object", put]]));
    };
    put(text, json!({}));
    prepare.go(&[]).expect(0).says("no manifest");
    let before = object(&service, "", "var/timecamp_users.json");
    put(&text[..40], json!({ "sha256": testkit::sha256_hex(text.as_bytes()) }));
    prepare.go(&[]).expect(6).says("are not those that were written");
    assert_eq!(object(&service, "", "var/timecamp_users.json"), before, "nothing is lost");
}

/// The shrink guard and the file itself survive a key that may write but not read.
#[test]
fn a_fetch_that_may_not_read_the_previous_file_does_not_replace_it() {
    let service = ours(&[]);
    let sandbox = Sandbox::start(sandbox::company(5));
    fetch(&sandbox, &service, User::All, "p").go(&[]).expect(0);
    let before = object(&service, "p", "var/users.json");
    fetch(&sandbox, &service, User::Writer, "p").go(&[]).expect(1).says("s3:GetObject");
    assert_eq!(object(&service, "p", "var/users.json"), before);
    // Nothing there yet: the first file may be written.
    fetch(&sandbox, &service, User::Writer, "q").go(&[]).expect(0).says("s3:ListBucket");
    assert_eq!(object(&service, "q", "var/users.json"), before);
}

/// While a fetch is in the middle of its writing, and after it was killed there, prepare sees the file before it.
#[test]
fn prepare_never_sees_half_of_what_a_fetch_writes() {
    for service in [&ours(&[]), moto()] {
        let prefix = prefix();
        let (small, large) = (Sandbox::start(sandbox::company(20)), Sandbox::start(sandbox::company(2000)));
        fetch(&small, service, User::All, &prefix).go(&[]).expect(0);
        let before = object(service, &prefix, "var/users.json");
        let prepare = fetch(&small, service, User::All, &prefix).stage(bin("prepare"));
        let relay = Relay::to(service.port);
        relay.set(Line::Stuck(100_000));
        let slow = place(fetch(&large, service, User::All, &prefix), relay.port, &prefix, Reach::Path).spawn(&[]);
        assert!(relay.wait_until_stuck(Duration::from_mins(1)), "the fetch never wrote");
        prepare.go(&[]).expect(0);
        slow.kill("-9");
        slow.wait();
        prepare.go(&[]).expect(0);
        assert_eq!(object(service, &prefix, "var/users.json"), before);
    }
}

#[test]
fn prepare_beside_a_busy_fetch_always_finds_a_whole_file() {
    let (service, prefix) = (moto(), prefix());
    let worlds = [Sandbox::start(sandbox::company(30)), Sandbox::start(sandbox::company(40))];
    let fetches = worlds.each_ref().map(|world| fetch(world, service, User::All, &prefix));
    fetches[0].go(&[]).expect(0);
    // In real time: between a file and its manifest a reader looks again.
    let prepare = fetches[0].clone().stage(bin("prepare")).without("TIMECAMP_SCIM_TIME_SCALE");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0..12 {
                fetches[turn % 2].go(&[]).expect(0);
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            prepare.go(&[]).expect(0);
        }
    });
}
