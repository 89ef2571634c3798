//! The sandbox as a program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::client::{Client, account};

struct Program {
    child: Child,
    url: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    /// SIGTERM, then its exit code.
    fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Already ended when the test went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn it_loads_a_world_and_saves_it_when_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (state, saved, port) = (path("world.json"), path("saved.json"), path("port"));
    std::fs::File::create(&state)
        .map(|file| serde_json::to_writer(file, &json!({ "timecamp": account() })))
        .unwrap()
        .unwrap();

    let program = Program::start(&["--state", &state, "--save", &saved, "--port-file", &port, "--latency", "1ms"]);
    let client = Client::new(&format!("{}/third_party/api", program.url), "Bearer test-key");
    assert_eq!(client.post("user", &json!({ "user_id": 901, "display_name": "Ann Saved" })).status, 200);
    assert_eq!(std::io::read_to_string(std::fs::File::open(&port).unwrap()).unwrap().trim(), program.url);
    assert_eq!(program.stop(), Some(0));

    let world: Value = serde_json::from_reader(std::fs::File::open(&saved).unwrap()).unwrap();
    assert_eq!(world["timecamp"]["users"][1]["display_name"], "Ann Saved");
    assert_eq!(world["timecamp"]["quirks"]["latency_ms"], 1);

    let again = Program::start(&["--state", &saved]);
    let control = Client::new(&format!("{}/_sandbox", again.url), "");
    assert_eq!(control.read("state"), world);
}

#[test]
fn without_a_world_it_invents_a_company() {
    let program = Program::start(&["--company", "40", "--account", "empty"]);
    let client = Client::new(&format!("{}/third_party/api", program.url), "Bearer sandbox-timecamp-key");
    assert_eq!(client.read("users").as_array().unwrap().len(), 1);
    // sandbox-bamboohr-key:x
    let bamboo =
        Client::new(&format!("{}/api/gateway.php/lumen", program.url), "Basic c2FuZGJveC1iYW1ib29oci1rZXk6eA==");
    let people = bamboo.post("v1/datasets/employee", &json!({ "fields": ["name"] })).json();
    assert_eq!(people["pagination"]["total_records"], 41);
}

#[test]
fn it_writes_the_settings_that_lead_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    let program = Program::start(&["--company", "30", "--source", "okta", "--env-file", file.to_str().unwrap()]);
    let text = std::io::read_to_string(std::fs::File::open(&file).unwrap()).unwrap();
    let settings: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let value = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    assert_eq!(value("TIMECAMP_DOMAIN"), Some(program.url.as_str()));
    assert_eq!(value("TIMECAMP_API_KEY"), Some("sandbox-timecamp-key"));
    assert_eq!(value("TIMECAMP_ROOT_GROUP_ID"), Some("1000"));
    assert_eq!(value("OKTA_ORG_URL"), Some(format!("{}/okta", program.url).as_str()));
    let map = value("LeaveTypeMap").and_then(|map| map.strip_prefix('\'')?.strip_suffix('\'')).unwrap();
    assert_eq!(serde_json::from_str::<Value>(map).unwrap()["Sick leave"], "Sick leave");
    for prefix in ["BAMBOOHR_", "AZURE_", "FACTORIAL_", "HIBOB_", "OKTA_"] {
        assert!(settings.iter().any(|(name, _)| name.starts_with(prefix)), "{prefix} is missing in {text}");
    }
    // The account was filled from Okta: it knows people by Okta's ids.
    let client = Client::new(&format!("{}/third_party/api", program.url), "Bearer sandbox-timecamp-key");
    let known = client.read("user/51001/setting?name[]=external_id").to_string();
    assert!(known.contains("00u"), "{known}");
}

#[test]
fn a_world_has_settings_only_for_the_services_in_it() {
    let sandbox = sandbox::Sandbox::with_account(account());
    let names: Vec<&str> = sandbox.settings().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["TIMECAMP_DOMAIN", "TIMECAMP_API_KEY", "TIMECAMP_ROOT_GROUP_ID"]);
}

#[test]
fn a_state_file_that_is_none_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_sandbox")).args(["--state", "/nowhere/world.json"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/world.json"));
}
