//! Tokens, secrets, clouds, settings.

use crate::helpers::{
    CLIENT, SECRET, TENANT, fails_and_keeps_the_file, fetch, group, people, requests, tenant, with_quirks,
};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

/// How every token of the sandbox looks in the middle.
const TOKEN: &str = "sandbox-entra-token";
const TOKEN_ROUTE: &str = "login/*/oauth2/v2.0/token";

#[test]
fn a_token_that_expires_on_the_third_page_is_renewed_and_the_page_asked_for_again() {
    let sandbox = Sandbox::start(with_quirks(tenant(people(650), vec![]), json!({ "token_requests": 2 })));
    let run = fetch(&sandbox);
    run.go(&[]).expect(0).says("azuread: 650 users");
    let pages: Vec<u16> =
        sandbox.journal().iter().filter(|entry| entry.is("GET", "v1.0/users")).map(|entry| entry.status).collect();
    assert_eq!(pages, [200, 200, 401, 200, 200, 401, 200, 200, 401, 200]);
    assert_eq!(requests(&sandbox, "POST", TOKEN_ROUTE), 4);
}

#[test]
fn a_new_token_that_is_refused_too_ends_the_run() {
    let sandbox = Sandbox::start(with_quirks(tenant(people(5), vec![]), json!({ "token_requests": 0 })));
    fails_and_keeps_the_file(&fetch(&sandbox), 1)
        .says("does not accept a token that was just given")
        .says("answered 401 (InvalidAuthenticationToken: Lifetime validation failed, the token is expired.)");
    assert_eq!((requests(&sandbox, "GET", "v1.0/users"), requests(&sandbox, "POST", TOKEN_ROUTE)), (2, 2));
}

#[test]
fn a_token_is_renewed_before_it_expires() {
    // By the shortened clock a token that lives for two seconds is renewed after one millisecond; every page takes more.
    let quirks = json!({ "expires_in": 2, "latency_ms": 5 });
    let sandbox = Sandbox::start(with_quirks(tenant(people(450), vec![]), quirks));
    fetch(&sandbox).env("TIMECAMP_SCIM_TIME_SCALE", "0.001").go(&[]).expect(0);
    assert_eq!(requests(&sandbox, "POST", TOKEN_ROUTE), 5);
    assert!(sandbox.journal().iter().all(|entry| entry.status == 200));
    let sandbox = Sandbox::start(tenant(people(450), vec![]));
    fetch(&sandbox).go(&[]).expect(0);
    assert_eq!(requests(&sandbox, "POST", TOKEN_ROUTE), 1);
}

#[test]
fn the_token_is_asked_for_as_documented() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    fetch(&sandbox).go(&[]).expect(0);
    let journal = sandbox.journal();
    assert_eq!(journal[0].path, format!("/entra/login/{TENANT}/oauth2/v2.0/token"));
    let expected = json!({
        "client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials",
        "scope": format!("{}/.default", sandbox.url()),
    });
    assert_eq!(journal[0].body, expected);
}

#[test]
fn refusals_of_the_log_in_host_are_shown_with_what_to_do() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    let wrong = "Wrong~secret.value_4711";
    for (variable, value, said, advice) in [
        (
            "AZURE_CLIENT_SECRET",
            wrong,
            "AADSTS7000215: Invalid client secret provided.",
            "take the secret's value, not its id",
        ),
        (
            "AZURE_CLIENT_ID",
            "other-app",
            "AADSTS700016: Application with identifier 'other-app'",
            "compare it and AZURE_TENANT_ID",
        ),
        ("AZURE_TENANT_ID", "other.test", "AADSTS90002: Tenant 'other.test' not found.", "set AZURE_AUTHORITY_HOST"),
    ] {
        let run = fetch(&sandbox).env(variable, value).env("RUST_LOG", "trace");
        fails_and_keeps_the_file(&run, 1)
            .says("Entra ID gave no access token")
            .says(said)
            .says(advice)
            .shows_nowhere(wrong)
            .shows_nowhere(SECRET);
    }
    assert_eq!(requests(&sandbox, "GET", "v1.0/users"), 0);
}

#[test]
fn somebody_else_in_place_of_the_log_in_host_is_told_of() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    sandbox.fault(Fault::new(On::service("entra").route(TOKEN_ROUTE), Do::HtmlPage));
    fails_and_keeps_the_file(&fetch(&sandbox), 1)
        .says("Entra ID gave no access token (check AZURE_AUTHORITY_HOST")
        .says("a web page (HTML) instead of data");
    sandbox.clear_faults();
    let run = fetch(&sandbox).env("AZURE_AUTHORITY_HOST", format!("{}/nowhere", sandbox.url()));
    fails_and_keeps_the_file(&run, 1).says("check AZURE_AUTHORITY_HOST").says("answered 404");
}

#[test]
fn no_secret_and_no_token_is_in_any_log() {
    let quirks = json!({ "token_requests": 2, "refuse_parts": 1 });
    let groups = vec![group("g1", "Few", &["u00001", "u00002"])];
    let sandbox = Sandbox::start(with_quirks(tenant(people(3), groups), quirks));
    let old = "old-bearer-token-of-the-original";
    let run =
        fetch(&sandbox).envs([("AZURE_FILTER_GROUPS", "Few"), ("RUST_LOG", "trace"), ("AZURE_BEARER_TOKEN", old)]);
    let done = run.go(&["--debug"]).expect(0).says("the token was refused").says("AZURE_CLIENT_SECRET=***");
    let log = run.read("var/logs/sync.log");
    assert!(log.len() > 1000 && log.contains("TRACE"), "{done}");
    for secret in [SECRET, "8Q%7Esandbox", TOKEN, old] {
        assert!(!log.contains(secret), "{secret} is in the log file: {done}");
        done.clone().shows_nowhere(secret);
    }
}

#[test]
fn sovereign_clouds_have_hosts_and_a_scope_of_their_own() {
    let sandbox = Sandbox::start(tenant(people(250), vec![]));
    // A proxy leads every name to the sandbox, as a company's proxy might.
    let run = fetch(&sandbox).envs([
        ("AZURE_AUTHORITY_HOST", "http://login.microsoftonline.us/entra/login/"),
        ("AZURE_SCIM_ENDPOINT", "http://dod-graph.microsoft.us/entra/v1.0"),
        ("HTTP_PROXY", &sandbox.url()),
    ]);
    run.go(&[]).expect(0).says("AZURE_AUTHORITY_HOST is not https");
    assert_eq!(run.users().len(), 250);
    let hosts = json!({ "login": ["login.microsoftonline.us"], "graph": ["dod-graph.microsoft.us"] });
    assert_eq!(sandbox.state()["entra"]["hosts"], hosts);
    assert_eq!(sandbox.journal()[0].body["scope"], "http://dod-graph.microsoft.us/.default");
}

#[test]
fn hosts_of_different_clouds_are_told_of() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    let run = fetch(&sandbox).envs([
        ("AZURE_AUTHORITY_HOST", "http://login.microsoftonline.com/entra/login"),
        ("AZURE_SCIM_ENDPOINT", "http://graph.microsoft.us/entra/v1.0/users"),
        ("HTTP_PROXY", &sandbox.url()),
    ]);
    run.go(&[]).expect(0).says("tokens of one cloud are not accepted by another");
}

#[test]
fn what_the_original_stored_is_ignored_with_a_line() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    let run = fetch(&sandbox).envs([("AZURE_BEARER_TOKEN", "stale-bearer"), ("AZURE_TOKEN_EXPIRES_AT", "1700000000")]);
    let dotenv = "AZURE_REFRESH_TOKEN='stale-refresh'\nAZURE_REFRESH_TOKEN_EXPIRES_AT='1800000000'\n";
    let done = run.file(".env", dotenv).go(&[]).expect(0).shows_nowhere("stale-");
    let lines = done.lines_with("set and ignored");
    let names = "AZURE_BEARER_TOKEN, AZURE_REFRESH_TOKEN, AZURE_TOKEN_EXPIRES_AT, AZURE_REFRESH_TOKEN_EXPIRES_AT";
    assert!(lines.len() == 1 && lines[0].contains(names) && lines[0].contains("INFO"), "{done}");
    assert_eq!(done.warnings().len(), 1, "only the one about shortened waits: {done}");
}

#[test]
fn settings_are_refused_together_and_before_any_request() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    let run =
        fetch(&sandbox).without("AZURE_TENANT_ID").without("AZURE_CLIENT_SECRET").env("AZURE_TRANSITIVE_GROUPS", "ja");
    fails_and_keeps_the_file(&run, 2)
        .says("AZURE_TENANT_ID: is not set")
        .says("AZURE_CLIENT_SECRET: is not set")
        .says("AZURE_TRANSITIVE_GROUPS: `ja` is not accepted");
    assert_eq!(sandbox.journal(), []);
}

#[test]
fn help_names_every_variable() {
    let done = Run::new(env!("CARGO_BIN_EXE_fetch-azuread")).go(&["--help"]).expect(0);
    for name in
        ["AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST", "AZURE_TRANSITIVE_GROUPS", "AZURE_BEARER_TOKEN", "HTTP_TIMEOUT"]
    {
        assert!(done.stdout.contains(name), "{name}: {done}");
    }
    let listed: Value = Run::new(env!("CARGO_BIN_EXE_fetch-azuread")).go(&["--list-settings"]).expect(0).json();
    assert_eq!(listed["own"].as_array().unwrap().len(), 14);
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    let sandbox = Sandbox::start(tenant(people(1), vec![]));
    for name in ["AZURE_SCIM_ENDPOINT", "AZURE_AUTHORITY_HOST"] {
        for address in ["https://ann:open-sesame@graph.test", "ann:open-sesame@graph.test:port"] {
            let run = fetch(&sandbox).env(name, address).env("RUST_LOG", "trace");
            let done = run.go(&["--debug"]).expect(2).says(&format!("{name}: holds a user name or password"));
            done.shows_nowhere("open-sesame").shows_nowhere("ann:");
        }
    }
}
