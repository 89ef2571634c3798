//! The kit itself, over programs that every system has.

use std::time::Duration;
use testkit::Run;

fn sh() -> Run {
    Run::new("sh")
}

#[test]
fn a_run_has_its_own_folder_and_an_environment_that_is_empty_but_for_two() {
    let run = sh().env("GIVEN", "a b").file("in/x.json", "{\"a\":1}");
    let done = run.go(&["-c", "env; cp in/x.json out.json; echo said >&2; exit 3"]).expect(3).says("said");
    let names: Vec<&str> = done.stdout.lines().filter_map(|line| line.split('=').next()).collect();
    for name in ["GIVEN", "HOME", "PATH"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.iter().any(|name| name.starts_with("CARGO")), "{names:?}");
    assert_eq!(run.json("out.json")["a"], 1);
    assert_eq!(run.files().len(), 2);
    let other = run.clone().without("GIVEN").go(&["-c", "echo $GIVEN; ls"]).expect(0);
    assert_eq!(other.stdout, "\nin\nout.json\n");
}

#[test]
fn a_signal_ends_it_and_shows_in_the_code() {
    let running = sh().spawn(&["-c", "echo ready >&2; exec sleep 60"]);
    running.wait_for("ready", Duration::from_secs(10));
    running.term();
    assert_eq!(running.wait().code, -15);
}

#[test]
fn a_failed_assertion_shows_everything() {
    let failed = std::panic::catch_unwind(|| sh().go(&["-c", "echo out; echo err >&2; exit 4"]).expect(0));
    let text = *failed.unwrap_err().downcast::<String>().unwrap();
    for part in ["expected exit 0, got exit 4 of `sh -c", "--- stdout\nout\n", "--- stderr\nerr\n"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn settings_come_from_a_sandbox_as_far_as_its_world_goes() {
    let sandbox = sandbox::Sandbox::start(sandbox::company(3));
    let done = sh().sandbox(&sandbox).go(&["-c", "env | sort"]).expect(0);
    for part in ["TIMECAMP_DOMAIN=http://127.0.0.1:", "TIMECAMP_ROOT_GROUP_ID=1000\n", "BAMBOOHR_SUBDOMAIN=lumen\n"] {
        assert!(done.stdout.contains(part), "{done}");
    }
    let none = sandbox::Sandbox::start(serde_json::json!({}));
    sh().sandbox(&none).go(&["-c", "env"]).expect(0).shows_nowhere("BAMBOOHR").shows_nowhere("DOMAIN");
}

#[test]
fn another_packages_binary_is_built_when_it_is_not_there() {
    let binary = testkit::bin("sandbox");
    assert_eq!(binary, testkit::bin("sandbox"));
    Run::new(binary).go(&["--version"]).expect(0).prints("sandbox ");
}
