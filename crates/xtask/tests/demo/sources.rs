//! One demo for each source, and what it refuses.

use std::collections::BTreeSet;

use sandbox::Source;
use testkit::Run;

use crate::play::play;

#[test]
fn bamboohr() {
    play(Source::BambooHr, &[], &[]).checked();
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
