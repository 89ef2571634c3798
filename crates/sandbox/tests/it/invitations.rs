//! Invitations: statuses, delays, overlap, refusals.

use sandbox::{Do, Fault, On};
use serde_json::{Value, json};

use crate::client::{Client, begun, id, start};

#[test]
fn invited_people_start_with_their_local_part_and_no_id_is_told() {
    let (sandbox, client) = start(&json!({}));
    let reply = client.post("group/102/user", &json!({ "email": ["New.One@x.test", "two@x.test"], "send_mail": 0 }));
    let invite = json!({ "status": "Invite" });
    assert_eq!(reply.json(), json!({ "statuses": { "New.One@x.test": invite, "two@x.test": invite } }));
    assert_eq!(
        sandbox.view()["users"]["new.one@x.test"],
        json!({
            "name": "New.One", "group": "Acme/Ops", "role": "3", "disabled": false, "manual": true,
            "external_id": null, "additional": null,
        })
    );
    let single = client.post("group/102/user", &json!({ "email": "three@x.test" })).json();
    assert_eq!(single["statuses"]["three@x.test"]["status"], "Invite");
}

#[test]
fn a_known_address_is_added_to_the_group_and_not_made_twice() {
    let (sandbox, client) = start(&json!({}));
    let users = sandbox.view()["users"].as_object().unwrap().len();
    let reply = client.post("group/102/user", &json!({ "email": ["BOB@x.test"] })).json();
    assert_eq!(reply["statuses"]["BOB@x.test"]["status"], "Add to group");
    let bob = sandbox.view()["users"]["bob@x.test"].clone();
    assert_eq!((&bob["group"], &bob["role"]), (&json!("Acme/Ops"), &json!("3")));
    assert_eq!(sandbox.view()["users"].as_object().unwrap().len(), users);
}

#[test]
fn an_address_known_from_elsewhere_keeps_its_name() {
    let mut account = crate::client::account();
    account["known"] = json!({ "guest@y.test": "Guest Star" });
    let sandbox = sandbox::Sandbox::with_account(account);
    let client = Client::timecamp(&sandbox);
    let reply = client.post("group/102/user", &json!({ "email": ["guest@y.test"] })).json();
    assert_eq!(reply["statuses"]["guest@y.test"]["status"], "Add to group");
    assert_eq!(sandbox.view()["users"]["guest@y.test"]["name"], "Guest Star");
}

#[test]
fn a_dry_run_invites_nobody() {
    let (sandbox, client) = start(&json!({}));
    let reply = client.post("group/102/user", &json!({ "email": ["new@x.test"], "dry_run": 1 }));
    assert_eq!(reply.json()["statuses"]["new@x.test"]["status"], "Invite");
    assert_eq!(sandbox.view()["users"].get("new@x.test"), None);
}

#[test]
fn new_people_can_start_without_a_name() {
    let (sandbox, client) = start(&json!({ "new_display_name": "null" }));
    client.post("group/102/user", &json!({ "email": ["new@x.test"] }));
    assert_eq!(sandbox.view()["users"]["new@x.test"]["name"], Value::Null);
}

#[test]
fn invited_people_stay_out_of_sight_for_a_while() {
    let (sandbox, client) = start(&json!({ "visible_after_ms": 60_000 }));
    client.post("group/102/user", &json!({ "email": ["new@x.test"] }));
    assert_eq!(client.read("users").as_array().unwrap().len(), 3);
    assert_eq!(client.read("group/102/user"), json!([]));
    assert_eq!(client.read("people_picker?context=admin")["groups"]["102"]["users"], json!([]));
    let settings = client.read("user/903,902/setting?name[]=added_manually&name[]=disabled_user");
    assert_eq!(settings.get("903"), None);
    assert_eq!(settings["902"].as_array().unwrap().len(), 1);
    assert_eq!(client.put("user/903/setting", &json!({ "name": "external_id", "value": "e" })).status, 403);
    assert_eq!(sandbox.view()["users"]["new@x.test"]["group"], "Acme/Ops", "the view hides nobody");
    let again = client.post("group/102/user", &json!({ "email": ["new@x.test"] })).json();
    assert_eq!(again["statuses"]["new@x.test"]["status"], "Add to group", "out of sight is not forgotten");
}

#[test]
fn invited_people_come_into_sight_in_time() {
    let (_sandbox, client) = start(&json!({ "visible_after_ms": 40 }));
    client.post("group/102/user", &json!({ "email": ["new@x.test"] }));
    while client.read("users").as_array().unwrap().len() < 4 {}
    assert_eq!(id(&client.read("group/102/user")[0]["user_id"]), 903);
}

/// The status of a request that is sent while an invitation is being carried out, and that of the invitation.
fn meanwhile(quirks: &Value, method: &str, path: &str, body: &Value) -> (u16, u16) {
    let (sandbox, first) = start(quirks);
    let second = Client::timecamp(&sandbox);
    sandbox.fault(Fault::once(On::timecamp("POST", "group/102/user"), Do::Hang));
    std::thread::scope(|scope| {
        let invitation = scope.spawn(|| first.post("group/102/user", &json!({ "email": ["one@x.test"] })).status);
        begun(&sandbox, 1);
        let status = second.send(method, path, body).unwrap().status;
        while !invitation.is_finished() {
            sandbox.release();
        }
        (status, invitation.join().unwrap())
    })
}

#[test]
fn invitations_that_overlap_are_refused() {
    let another = json!({ "email": ["two@x.test"] });
    let rename = json!({ "user_id": 901, "display_name": "X" });
    assert_eq!(meanwhile(&json!({}), "POST", "group/101/user", &another), (429, 200));
    assert_eq!(meanwhile(&json!({}), "POST", "user", &rename), (200, 200));
    assert_eq!(meanwhile(&json!({}), "GET", "users", &Value::Null), (200, 200));
    assert_eq!(meanwhile(&json!({ "overlap": "writes" }), "POST", "user", &rename), (429, 200));
    assert_eq!(meanwhile(&json!({ "overlap": "writes" }), "GET", "users", &Value::Null), (200, 200));
    assert_eq!(meanwhile(&json!({ "overlap": "allow" }), "POST", "group/101/user", &another), (200, 200));
}

#[test]
fn a_refused_overlap_says_so_and_invites_nobody() {
    let (sandbox, first) = start(&json!({}));
    let second = Client::timecamp(&sandbox);
    sandbox.fault(Fault::once(On::any(), Do::Hang));
    let invitation = json!({ "email": ["two@x.test"] });
    std::thread::scope(|scope| {
        let hung = scope.spawn(|| first.post("group/102/user", &json!({ "email": ["one@x.test"] })));
        begun(&sandbox, 1);
        let refused = second.post("group/101/user", &invitation);
        assert_eq!(refused.message(), "You cannot process multiple request at once. Try again later.");
        assert_eq!(sandbox.journal()[1].note.as_deref(), Some("overlap"));
        while !hung.is_finished() {
            sandbox.release();
        }
    });
    assert_eq!(sandbox.view()["users"].get("two@x.test"), None);
    assert_eq!(second.post("group/101/user", &invitation).status, 200, "the next one is not in its way");
}

#[test]
fn one_after_the_other_they_are_not() {
    let (sandbox, client) = start(&json!({ "latency_ms": 5 }));
    for address in ["one@x.test", "two@x.test", "three@x.test"] {
        assert_eq!(client.post("group/102/user", &json!({ "email": [address] })).status, 200);
    }
    assert!(sandbox.journal().iter().all(|entry| entry.in_flight == 0));
}

#[test]
fn an_address_can_be_refused_alone_and_in_a_batch() {
    let batch = json!({ "email": ["one@x.test", "bad@x.test", "two@x.test"] });
    let attempt = |mode: &str| {
        let (sandbox, client) = start(&json!({ "refuse": { "emails": ["bad@x.test"], "batch": mode } }));
        let reply = client.post("group/102/user", &batch);
        let users = sandbox.view()["users"].clone();
        let invited = |address: &str| users.get(address).is_some();
        (reply.status, reply.json(), invited("one@x.test"), invited("bad@x.test"), invited("two@x.test"))
    };
    let (status, body, one, bad, two) = attempt("status");
    assert_eq!((status, one, bad, two), (200, true, false, true));
    assert!(body["statuses"]["bad@x.test"]["status"].as_str().unwrap().starts_with("Error"));
    let (status, _, one, bad, two) = attempt("whole");
    assert_eq!((status, one, bad, two), (400, false, false, false));
    let (status, _, one, bad, two) = attempt("partly");
    assert_eq!((status, one, bad, two), (400, true, false, false));

    let (_sandbox, client) = start(&json!({ "refuse": { "emails": ["Bad@x.test"] } }));
    let alone = client.post("group/102/user", &json!({ "email": ["bad@x.test"] }));
    assert_eq!((alone.status, alone.message().as_str()), (400, "invalid email bad@x.test"));
}

#[test]
fn what_is_no_address_and_what_is_no_group_is_refused() {
    let (_sandbox, client) = start(&json!({}));
    assert_eq!(client.post("group/102/user", &json!({ "email": ["one@x.test", "nobody"] })).status, 400);
    assert_eq!(client.post("group/102/user", &json!({})).status, 400);
    let nowhere = client.post("group/999/user", &json!({ "email": ["one@x.test"] }));
    assert_eq!((nowhere.status, nowhere.message().as_str()), (403, "You cannot invite people to this group"));
    assert_eq!(client.read("users").as_array().unwrap().len(), 3);
}
