//! One demo for each source, and what it refuses.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use sandbox::{Sandbox, Source};
use testkit::{Done, Run};

use crate::play::play;

#[test]
fn bamboohr_and_how_it_goes_on() {
    let played = play(Source::BambooHr, &[], &[]).checked();
    let sandbox = Sandbox::start(played.json("world.json"));
    let sync = Run::new(testkit::bin("sync")).in_folder(played.run.path("demo")).sandbox(&sandbox);
    sync.go(&["--check"]).expect(0).prints("in sync");
}

#[test]
fn azuread() {
    play(Source::AzureAd, &[], &[]).checked();
}

#[test]
fn okta() {
    play(Source::Okta, &[], &[]).checked();
}

#[test]
fn hibob() {
    play(Source::HiBob, &[], &[]).checked();
}

#[test]
fn factorial_and_its_leaves() {
    let played = play(Source::Factorial, &[], &[]).checked();
    assert_eq!(played.json("before.json")["attendance"], serde_json::json!([]));
    let after = played.json("after.json");
    let days = after["attendance"].as_array().unwrap();
    let kinds: BTreeSet<&str> = days.iter().map(|day| day["day_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["13", "14", "15"]), "vacation, illness, remote work");
    assert_eq!(days.iter().filter(|day| day["should_be"] == 240 && day["vacation"] == 240).count(), 2, "half days");
    for odd in ["`Jury duty`", "`Parental leave`", "1 rejected, 1 not yet approved", "people who are not in TimeCamp"] {
        assert!(played.done.stderr.contains(odd), "{odd} is not named: {}", played.done);
    }
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let run = Run::new(env!("CARGO_BIN_EXE_xtask")).file("mine/thesis.txt", "years of work");
    let folder = run.path("mine");
    run.go(&["demo", "--programs", "/nowhere", "--folder", folder.to_str().unwrap()])
        .expect(1)
        .says("holds something that no demo has left there");
    assert_eq!(run.read("mine/thesis.txt"), "years of work");
}

#[test]
fn a_stage_that_fails_is_named() {
    let run = Run::new(env!("CARGO_BIN_EXE_xtask"));
    let folder = run.path("demo");
    run.go(&["demo", "--programs", "/nowhere", "--folder", folder.to_str().unwrap()]).expect(1).says("fetch-bamboohr");
}

/// The demo with scripts in place of the stages: `sync` does this, the others nothing.
fn with_a_sync_that(script: &str) -> Done {
    let run = Run::new(env!("CARGO_BIN_EXE_xtask"));
    for (name, script) in [("fetch-bamboohr", ""), ("prepare", ""), ("display-tree", ""), ("sync", script)] {
        let name = format!("programs/{name}");
        run.write(&name, format!("#!/usr/bin/env bash\n{script}\n"));
        std::fs::set_permissions(run.path(&name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (programs, folder) = (run.path("programs"), run.path("demo"));
    run.go(&["demo", "--programs", programs.to_str().unwrap(), "--folder", folder.to_str().unwrap()]).expect(1)
}

#[test]
fn a_dry_run_that_writes_is_found_out() {
    let write = r#". ./.env
        address=${TIMECAMP_DOMAIN#http://}
        exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
        printf 'PUT /third_party/api/group HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n' >&3
        cat <&3 >/dev/null"#;
    with_a_sync_that(write).says("sync --dry-run was to change nothing, but sent PUT /third_party/api/group");
}

#[test]
fn a_sync_that_does_nothing_is_found_out() {
    with_a_sync_that("").says("sync was to change something, but did not");
}
