//! What TimeCamp's writes do.

use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{Client, account, id, start};

fn golden(case: &str) -> Value {
    let path = format!("{}/tests/golden/{case}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_reader(std::fs::File::open(path).unwrap()).unwrap()
}

#[test]
fn an_untouched_account_is_viewed_as_the_golden_cases_write_it() {
    for case in ["024", "064", "080"] {
        let case = golden(case);
        let sandbox = Sandbox::with_account(case["account"].clone());
        assert_eq!(sandbox.view(), case["expected"]);
    }
}

#[test]
fn a_golden_end_state_is_reached_by_the_writes_that_it_takes() {
    let case = golden("020");
    let sandbox = Sandbox::with_account(case["account"].clone());
    let client = Client::timecamp(&sandbox);
    let users = client.read("users");
    let user = |email: &str| {
        let found =
            users.as_array().unwrap().iter().find(|user| user["email"].as_str().unwrap().eq_ignore_ascii_case(email));
        id(&found.unwrap()["user_id"])
    };
    let set = |id: u64, name: &str, value: &str| {
        assert_eq!(client.put(&format!("user/{id}/setting"), &json!({ "name": name, "value": value })).status, 200);
    };
    let (gone, staying) = (user("x2@example.com"), user("x0@corp.example.com"));
    set(gone, "disabled_user", "1");
    set(staying, "external_id", "e0");
    assert_ne!(sandbox.view(), case["expected"], "edited people look as if they had been added by hand");
    set(gone, "added_manually", "0");
    set(staying, "added_manually", "0");
    assert_eq!(sandbox.view(), case["expected"]);
}

#[test]
fn groups_are_created_renamed_moved_and_removed() {
    let (sandbox, client) = start(&json!({}));
    let made = client.put("group", &json!({ "name": "Day", "parent_id": "102" })).json();
    let day = id(&made["group_id"]);
    assert_eq!((id(&made["parent_id"]), id(&made["root_group_id"]), &made["name"]), (102, 100, &json!("Day")));
    let again = id(&client.put("group", &json!({ "name": "Day", "parent_id": 102 })).json()["group_id"]);
    assert_ne!(day, again, "the server does not look whether there is one");
    assert_eq!(
        sandbox.view()["groups"],
        json!(["Acme", "Acme/Ops", "Acme/Ops/Day", "Acme/Ops/Day", "Acme/Ops/Night", "Acme/Sales"])
    );

    let renamed = client.post("group", &json!({ "group_id": again, "name": "Noon", "parent_id": 101 }));
    assert_eq!((renamed.status, renamed.text.as_str()), (200, ""));
    assert_eq!(client.post("group", &json!({ "group_id": 102, "parent_id": 103 })).status, 403, "below itself");
    assert_eq!(client.post("group", &json!({ "group_id": 102 })).status, 400);

    let removed = client.delete("group", &json!({ "group_id": 102 }));
    assert_eq!((removed.status, removed.text.as_str()), (200, ""));
    assert_eq!(sandbox.view()["groups"], json!(["Acme", "Acme/Day", "Acme/Night", "Acme/Sales", "Acme/Sales/Noon"]));
    let root = client.delete("group", &json!({ "group_id": 100 }));
    assert_eq!((root.status, root.message().as_str()), (403, "You can not remove this group"));
}

#[test]
fn groups_that_cannot_be_created_are_refused() {
    let quirks = json!({ "max_depth_below_root": 2, "refuse": { "groups": ["Secret"] } });
    let (_sandbox, client) = start(&quirks);
    let deep = client.put("group", &json!({ "name": "Deep", "parent_id": 103 }));
    assert_eq!((deep.status, deep.message().as_str()), (404, "You can create groups only up to level 4"));
    assert_eq!(client.put("group", &json!({ "name": "Two", "parent_id": 102 })).status, 200);
    assert_eq!(client.put("group", &json!({ "name": "Secret", "parent_id": 100 })).status, 403);
    let second_root = client.put("group", &json!({ "name": "Root", "parent_id": 0 }));
    assert_eq!((second_root.status, second_root.message().as_str()), (403, "You can not change this group"));
}

#[test]
fn a_new_group_is_not_usable_as_a_parent_at_once() {
    let (_sandbox, client) = start(&json!({ "group_usable_after_ms": 60_000 }));
    let parent = id(&client.put("group", &json!({ "name": "New", "parent_id": 100 })).json()["group_id"]);
    let child = client.put("group", &json!({ "name": "Child", "parent_id": parent }));
    assert_eq!((child.status, child.message().as_str()), (403, "You can not change this group"));
    assert_eq!(client.put("group", &json!({ "name": "Other", "parent_id": 102 })).status, 200);

    let (_sandbox, client) = start(&json!({ "group_usable_after_ms": 30 }));
    let parent = id(&client.put("group", &json!({ "name": "New", "parent_id": 100 })).json()["group_id"]);
    while client.put("group", &json!({ "name": "Child", "parent_id": parent })).status == 403 {}
}

fn role(sandbox: &Sandbox, email: &str) -> Value {
    sandbox.view()["users"][email]["role"].clone()
}

#[test]
fn a_move_without_a_role_loses_it_and_one_with_a_role_sets_it() {
    let (sandbox, client) = start(&json!({}));
    let moved = client.put("group/103/user", &json!({ "user_id": "902", "group_id": "101", "role_id": "2" }));
    assert_eq!(moved.json(), json!({ "user_id": [902], "role_id": 2, "group_id": 101 }));
    assert_eq!(role(&sandbox, "bob@x.test"), "2");
    let moved = client.put("group/101/user", &json!({ "user_id": [901, 902], "group_id": 102 }));
    assert_eq!(moved.json(), json!({ "user_id": [901, 902], "role_id": 0, "group_id": 102 }));
    assert_eq!(role(&sandbox, "bob@x.test"), "3");
    assert_eq!(sandbox.view()["users"]["bob@x.test"]["group"], "Acme/Ops");
    assert_eq!(sandbox.view()["users"]["bob@x.test"]["manual"], true);
}

#[test]
fn a_role_is_set_in_the_group_where_the_user_is() {
    let (sandbox, client) = start(&json!({}));
    let wrong = client.put("group/100/user", &json!({ "user_id": 901, "role_id": 2 }));
    assert_eq!((wrong.status, wrong.message().as_str()), (403, "You cannot change roles of this user: [901]"));
    assert_eq!(role(&sandbox, "ann@x.test"), "3");
    assert_eq!(client.put("group/101/user", &json!({ "user_id": 901, "role_id": 2 })).status, 200);
    assert_eq!(role(&sandbox, "ann@x.test"), "2");
}

#[test]
fn a_move_that_was_already_made_can_be_repeated() {
    let (sandbox, client) = start(&json!({}));
    let body = json!({ "user_id": 902, "group_id": 101, "role_id": 2 });
    assert_eq!(client.put("group/103/user", &body).status, 200);
    assert_eq!(client.put("group/103/user", &body).status, 200);
    assert_eq!(role(&sandbox, "bob@x.test"), "2");
    assert_eq!(client.put("group/103/user", &json!({ "user_id": 902, "group_id": 102 })).status, 403);
}

#[test]
fn people_are_renamed_with_an_empty_answer() {
    let (sandbox, client) = start(&json!({}));
    let renamed = client.post("user", &json!({ "user_id": "901", "display_name": "Ann Ex", "email": "ann.ex@x.test" }));
    assert_eq!((renamed.status, renamed.text.as_str()), (200, ""));
    let ann = sandbox.view()["users"]["ann.ex@x.test"].clone();
    assert_eq!((&ann["name"], &ann["manual"], &ann["external_id"]), (&json!("Ann Ex"), &json!(true), &json!("e1")));
    assert_eq!(client.post("user", &json!({ "user_id": 901, "email": "BOB@x.test" })).status, 400, "somebody else's");
    assert_eq!(client.post("user", &json!({ "user_id": "901,902", "display_name": "X" })).status, 403);
    assert_eq!(client.post("user", &json!({ "user_id": 999, "display_name": "X" })).status, 403);
    assert_eq!(client.post("user", &json!({ "user_id": 901 })).status, 400);
}

#[test]
fn without_an_id_the_owner_of_the_key_is_renamed() {
    let (sandbox, client) = start(&json!({}));
    assert_eq!(client.post("user", &json!({ "display_name": "Oops" })).status, 200);
    assert_eq!(sandbox.view()["users"]["owner@x.test"]["name"], "Oops");
}

#[test]
fn a_form_is_understood_like_json() {
    let (sandbox, _client) = start(&json!({}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request =
        reqwest::Client::builder().no_proxy().build().unwrap().post(format!("{}/third_party/api/user", sandbox.url()));
    let sent =
        request.header("authorization", "Bearer test-key").form(&[("user_id", "901"), ("display_name", "Ann & Ex")]);
    assert_eq!(runtime.block_on(sent.send()).unwrap().status(), 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Ann & Ex");
    assert_eq!(sandbox.journal()[0].body, json!({ "user_id": "901", "display_name": "Ann & Ex" }));
    let declared_a_form = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = declared_a_form
        .post(format!("{}/third_party/api/user", sandbox.url()))
        .header("authorization", "Bearer test-key")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(json!({ "user_id": 901, "display_name": "Ann" }).to_string());
    assert_eq!(runtime.block_on(sent.send()).unwrap().status(), 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["name"], "Ann");
}

#[test]
fn settings_are_written_and_cleared_and_odd_ones_refused() {
    let (sandbox, client) = start(&json!({}));
    let put = client.put("user/901/setting", &json!({ "name": "disabled_user", "value": 1 })).json();
    assert_eq!((id(&put["userId"]), &put["name"], &put["value"]), (901, &json!("disabled_user"), &json!("1")));
    let ann = sandbox.view()["users"]["ann@x.test"].clone();
    assert_eq!((&ann["disabled"], &ann["manual"]), (&json!(true), &json!(true)));
    assert_eq!(client.put("user/901/setting", &json!({ "name": "added_manually", "value": "0" })).status, 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["manual"], false);
    assert_eq!(client.put("user/901/setting", &json!({ "name": "favourite_colour", "value": "red" })).status, 200);
    assert_eq!(client.delete("user/901/setting", &json!({ "name": "external_id" })).status, 200);
    assert_eq!(sandbox.view()["users"]["ann@x.test"]["external_id"], Value::Null);
    let odd = client.put("user/901/setting", &json!({ "name": "pass_hash", "value": "x" }));
    assert_eq!((odd.status, odd.message().as_str()), (403, "Setting pass_hash cannot be changed"));
}

#[test]
fn writes_to_one_user_can_be_refused() {
    let (sandbox, client) = start(&json!({ "refuse": { "users": ["901"] } }));
    let before = sandbox.view();
    let refused = [
        client.post("user", &json!({ "user_id": 901, "display_name": "X" })),
        client.put("user/901/setting", &json!({ "name": "disabled_user", "value": "1" })),
        client.put("group/101/user", &json!({ "user_id": [901], "group_id": 102 })),
    ];
    assert!(refused.iter().all(|reply| reply.status == 403), "{refused:?}");
    assert_eq!(sandbox.view(), before);
    assert_eq!(client.put("user/902/setting", &json!({ "name": "disabled_user", "value": "0" })).status, 200);
}

#[test]
fn every_write_can_answer_without_a_body() {
    let (_sandbox, client) = start(&json!({ "bodies": "empty" }));
    let made = client.put("group", &json!({ "name": "Day", "parent_id": 100 }));
    assert_eq!((made.status, made.text.as_str()), (200, ""));
    assert_eq!(client.put("group/101/user", &json!({ "user_id": 901, "role_id": 2 })).text, "");
    assert!(
        client.put("group", &json!({ "name": "Day", "parent_id": 999 })).text.contains("message"),
        "refusals speak"
    );
}

#[test]
fn members_are_removed() {
    let (sandbox, client) = start(&json!({}));
    let wrong = client.delete("group/101/user", &json!({ "user_id": 902 }));
    assert_eq!((wrong.status, wrong.message().as_str()), (403, "User does not belong to this group"));
    assert_eq!(
        client.delete("group/103/user", &json!({ "user_id": 902 })).json(),
        json!({ "status": "ok", "wiped": true })
    );
    assert_eq!(sandbox.view()["users"].get("bob@x.test"), None);
}

#[test]
fn attendance_is_written_by_span_and_read_back() {
    let (sandbox, client) = start(&json!({}));
    assert_eq!(client.read("attendance/day_types")["data"]["13"]["name"], "Vacation");
    assert_eq!(client.read("attendance/901/user?start=2026-01-01&end=2026-12-31")["data"], json!([]));
    let day = |day: &str| json!({ "day": day, "dayTypeId": 13, "shouldBe": 0, "vacationTime": 480 });
    let wide = client.post("attendance/901/user", &json!([day("2026-03-01"), day("2026-06-09")]));
    assert_eq!(wide.status, 400);
    assert!(wide.json()["error"].as_str().unwrap().contains("100 days. Given range: 101 days"), "{}", wide.text);
    assert_eq!(client.post("attendance/901/user", &json!([day("2026-03-01"), day("2026-06-08")])).status, 200);
    let data = client.read("attendance/901/user?start=2026-03-01&end=2026-03-31")["data"].clone();
    assert_eq!(data.as_object().unwrap().len(), 1);
    assert_eq!(
        (&data["2026-03-01"]["dayType"], &data["2026-03-01"]["vacationTime"]),
        (&json!("Vacation"), &json!(480))
    );
    assert_eq!(sandbox.view()["attendance"][1]["day"], "2026-06-08");
    assert_eq!(client.post("attendance/999/user", &json!([day("2026-03-01")])).status, 404);
    assert_eq!(client.get("attendance/901/user").status, 400);

    let (_sandbox, client) = start(&json!({ "attendance": "off" }));
    assert_eq!(client.get("attendance/day_types").status, 403);
}

#[test]
fn the_state_can_be_loaded_again() {
    let (sandbox, client) = start(&json!({ "latency_ms": 1, "visible_after_ms": 5 }));
    client.put("group", &json!({ "name": "Day", "parent_id": 102 }));
    client.post("group/102/user", &json!({ "email": ["new@x.test"] }));
    let day = json!([{ "day": "2026-03-01", "dayTypeId": 12, "shouldBe": 480, "vacationTime": 0 }]);
    client.post("attendance/901/user", &day);
    let again = Sandbox::start(sandbox.state());
    assert_eq!(again.state(), sandbox.state());
    assert_eq!(again.view(), sandbox.view());
    assert_ne!(sandbox.view(), Sandbox::with_account(account()).view());
}
