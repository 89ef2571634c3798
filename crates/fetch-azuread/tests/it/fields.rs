//! What becomes of each property.

use crate::helpers::{but, fetch, ids, person, tenant, user};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

fn read(users: Vec<Value>) -> (Sandbox, Run) {
    let sandbox = Sandbox::start(tenant(users, vec![]));
    let run = fetch(&sandbox);
    (sandbox, run)
}

#[test]
fn every_field_of_a_full_record() {
    let full = but(
        user("u1", "  Ann Ex "),
        json!({
            "userPrincipalName": "Ann.Ex@X.Test", "givenName": "Ann", "surname": "Ex", "mobilePhone": "+48 1",
            "businessPhones": ["+48 2"], "streetAddress": "Main 1", "postalCode": "00-001", "employeeId": "77",
            "companyName": "not asked for", "manager": "u2", "department": "Ops/Night",
        }),
    );
    let (_sandbox, run) = read(vec![full, user("u2", "Bo")]);
    run.go(&[]).expect(0).says("azuread: 2 users, 2 active");
    assert_eq!(
        person(&run, "u1"),
        json!({
            "external_id": "u1", "name": "Ann Ex", "email": "ann.ex@x.test", "department": "Ops/Night",
            "job_title": "Clerk", "status": "active", "supervisor_id": "u2",
            "raw_data": {
                "id": "u1", "displayName": "  Ann Ex ", "mail": "u1@mail.test", "userPrincipalName": "Ann.Ex@X.Test",
                "department": "Ops/Night", "jobTitle": "Clerk", "accountEnabled": true, "givenName": "Ann",
                "surname": "Ex", "mobilePhone": "+48 1", "businessPhones": ["+48 2"], "streetAddress": "Main 1",
                "postalCode": "00-001", "employeeId": "77", "manager": { "@odata.type": "#microsoft.graph.user", "id": "u2" },
            },
        })
    );
}

#[test]
fn awkward_values() {
    let nulls = json!({ "displayName": null, "mail": null, "department": null, "jobTitle": null, "givenName": null });
    let (_sandbox, run) = read(vec![
        but(user("u1", "x"), nulls),
        but(user("u2", "x"), json!({ "displayName": "   ", "givenName": " Cy ", "surname": "Dee" })),
        but(user("u3", "x"), json!({ "displayName": "", "surname": "Only" })),
        but(user("u4", "Guest"), json!({ "userPrincipalName": "G_other.test#EXT#@X.onmicrosoft.com" })),
        but(user("u5", "Gone"), json!({ "accountEnabled": false })),
        but(user("u6", "Übelacker-Łoś 日本"), json!({})),
    ]);
    let done = run.go(&[]).expect(0).says("azuread: 6 users, 5 active");
    assert!(done.warnings().iter().any(|line| line.contains("1 users have no name")), "{done}");
    let nobody = person(&run, "u1");
    assert_eq!((&nobody["name"], &nobody["department"], &nobody["job_title"]), (&json!(""), &json!(""), &json!("")));
    assert_eq!((&nobody["email"], &nobody["supervisor_id"]), (&json!("u1@x.test"), &json!("")));
    assert!(nobody.get("role_id").is_none() && nobody.get("real_email").is_none());
    assert_eq!(person(&run, "u2")["name"], "Cy Dee");
    assert_eq!(person(&run, "u3")["name"], "Only");
    assert_eq!(person(&run, "u4")["email"], "g_other.test#ext#@x.onmicrosoft.com");
    assert_eq!(person(&run, "u5")["status"], "inactive");
    assert_eq!(person(&run, "u6")["name"], "Übelacker-Łoś 日本");
    assert!(run.read("var/users.json").contains("Übelacker-Łoś 日本"));
}

#[test]
fn which_address_is_which() {
    let (_sandbox, run) = read(vec![
        but(user("u1", "Both"), json!({ "mail": "Both@Mail.Test" })),
        but(user("u2", "No mail"), json!({ "mail": null })),
        but(user("u3", "Blank mail"), json!({ "mail": "  " })),
    ]);
    let addresses = |prefer: &str, additional: &str| -> Vec<(Value, Option<Value>)> {
        let run = run.clone().env("AZURE_PREFER_REAL_EMAIL", prefer).env("AZURE_ADDITIONAL_EMAIL_SOURCE", additional);
        run.go(&[]).expect(0);
        run.users().iter().map(|user| (user["email"].clone(), user.get("real_email").cloned())).collect()
    };
    let [mail1, upn1, upn2, upn3] = ["both@mail.test", "u1@x.test", "u2@x.test", "u3@x.test"].map(|text| json!(text));
    for (prefer, additional, expected) in [
        ("", "", [(&upn1, None), (&upn2, None), (&upn3, None)]),
        ("false", "none", [(&upn1, None), (&upn2, None), (&upn3, None)]),
        ("true", "", [(&mail1, None), (&upn2, None), (&upn3, None)]),
        ("false", "mail", [(&upn1, Some(&mail1)), (&upn2, None), (&upn3, None)]),
        ("true", "upn", [(&mail1, Some(&upn1)), (&upn2, Some(&upn2)), (&upn3, Some(&upn3))]),
        ("true", "UserPrincipalName", [(&mail1, Some(&upn1)), (&upn2, Some(&upn2)), (&upn3, Some(&upn3))]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(email, real)| (email.clone(), real.cloned())).collect();
        assert_eq!(addresses(prefer, additional), expected, "{prefer} {additional}");
    }
}

#[test]
fn an_id_that_stands_twice_is_written_and_named() {
    let (_sandbox, run) = read(vec![user("u1", "Ann"), user("u2", "Bo"), but(user("u1", "Ann Again"), json!({}))]);
    run.go(&[]).expect(0).says("1 users share an external_id or an address").says("(id u1)");
    assert_eq!(ids(&run), ["u1", "u1", "u2"]);
}

#[test]
fn people_without_an_address_are_written_and_named() {
    let none = but(user("u1", "Nobody"), json!({ "userPrincipalName": null, "mail": null }));
    let (_sandbox, run) = read(vec![none, user("u2", "Bo")]);
    run.go(&[]).expect(0).says("1 users have no address").says("Nobody (id u1)");
    assert_eq!(person(&run, "u1")["email"], "");
}

#[test]
fn hidden_account_states_are_warned_of() {
    let (_sandbox, run) = read(vec![but(user("u1", "Ann"), json!({ "accountEnabled": null })), user("u2", "Bo")]);
    run.go(&[]).expect(0).says("does not tell of 1 users whether their accounts are enabled").says("User.Read.All");
    assert_eq!(person(&run, "u1")["status"], "active");
}

#[test]
fn two_runs_give_the_same_bytes_and_a_dry_run_writes_nothing() {
    let mut users: Vec<Value> = ["u3", "u1", "u2"].map(|id| user(id, "Same Name")).into();
    users[0]["manager"] = json!("u1");
    let (sandbox, run) = read(users.clone());
    run.go(&["--dry-run"]).expect(0).prints("Would write var/users.json: 3 users, 3 active");
    assert!(run.files().is_empty());
    run.go(&[]).expect(0);
    let first = run.bytes("var/users.json");
    users.reverse();
    sandbox.load(tenant(users, vec![])).unwrap();
    run.go(&[]).expect(0);
    assert_eq!(run.bytes("var/users.json"), first);
    assert_eq!(ids(&run), ["u1", "u2", "u3"]);
    let manifest = run.json("var/users.json.manifest.json");
    assert_eq!((&manifest["stage"], &manifest["source"]), (&json!("fetch-azuread"), &json!("azuread")));
}
