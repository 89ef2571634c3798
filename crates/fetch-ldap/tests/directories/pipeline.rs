//! From Active Directory to TimeCamp: fetch, prepare and sync, as they run every night.

use crate::samba::samba;
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::{Run, bin};

/// An account with nobody but its owner.
fn timecamp() -> Sandbox {
    Sandbox::with_account(json!({
        "api_key": "key", "me": "1", "root": "100",
        "groups": [{"group_id": "100", "name": "Acme", "parent_id": "0"}],
        "users": [{"user_id": "1", "email": "owner@acme.example", "display_name": "Owner", "group_id": "100",
                   "role_id": "1", "settings": {}}],
        "day_types": {},
    }))
}

/// Runs the three stages, and the last one once more: nothing is left to do. The account as it is then.
#[track_caller]
fn pipeline(settings: &[(&str, &str)]) -> Value {
    let sandbox = timecamp();
    let fetch: Run = samba().fetch().sandbox(&sandbox).hasty().envs(settings.iter().copied());
    fetch.go(&[]).expect(0);
    fetch.clone().stage(bin("prepare")).go(&[]).expect(0);
    let sync = fetch.clone().stage(bin("sync"));
    sync.go(&[]).expect(0);
    sandbox.clear_journal();
    sync.go(&[]).expect(0).prints("the account is in sync");
    assert!(sandbox.writes().is_empty(), "the second run wrote {:?}", sandbox.writes());
    sandbox.view()
}

#[track_caller]
fn place<'v>(view: &'v Value, email: &str) -> &'v str {
    view["users"][email]["group"].as_str().unwrap_or_else(|| panic!("{email} is not in {view:#}"))
}

#[test]
fn units_become_groups() {
    let view = pipeline(&[("LDAP_USE_OU_STRUCTURE", "true")]);
    assert_eq!(place(&view, "ann.ex@mail.example.com"), "Acme/Staff/Engineering/Backend, Core");
    assert_eq!(place(&view, "bob@corp.example.com"), "Acme/Staff/R-D");
    assert_eq!(place(&view, "lukasz@corp.example.com"), "Acme/Staff/Zürich");
    assert_eq!(view["users"]["lukasz@corp.example.com"]["name"], "Łukasz Żółć");
    assert_eq!(view["users"].as_object().unwrap().len(), 7, "six people and the owner: {view:#}");
}

#[test]
fn supervisors_become_groups_and_nobody_is_invited_for_the_hierarchy_alone() {
    let settings = [("TIMECAMP_USE_SUPERVISOR_GROUPS", "true"), ("TIMECAMP_USE_DEPARTMENT_GROUPS", "false")];
    let view = pipeline(&settings);
    assert_eq!(place(&view, "ann.ex@mail.example.com"), "Acme/The Chair/Big Boss/Ann Ex");
    assert_eq!(place(&view, "bob@corp.example.com"), "Acme/The Chair/Big Boss/Ann Ex");
    assert_eq!(view["users"]["ann.ex@mail.example.com"]["role"], "2", "she has reports");
    assert_eq!(view["users"]["bob@corp.example.com"]["role"], "3");
    assert_eq!(view["users"].as_object().unwrap().len(), 7, "six people and the owner: {view:#}");
}
