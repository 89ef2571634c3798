//! What TimeCamp's reads look like, and how quirks change that.

use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{Client, account, id, start};

#[test]
fn users_are_a_list_with_names_that_may_be_null() {
    let mut account = account();
    account["users"][1]["display_name"] = Value::Null;
    let sandbox = Sandbox::with_account(account);
    let users = Client::timecamp(&sandbox).read("users");
    let users = users.as_array().unwrap();
    assert_eq!(users.iter().map(|user| id(&user["user_id"])).collect::<Vec<_>>(), [1, 901, 902]);
    assert_eq!(users.iter().map(|user| id(&user["group_id"])).collect::<Vec<_>>(), [100, 101, 103]);
    assert_eq!(users[1]["email"], "Ann@x.test");
    assert_eq!(users[1]["display_name"], Value::Null);
    assert_eq!(users[2]["display_name"], "User 902");
}

#[test]
fn ids_are_text_and_numbers_in_one_answer_unless_told_otherwise() {
    let kinds = |quirks: &Value| {
        let (_sandbox, client) = start(quirks);
        let groups = client.read("group");
        let ids: Vec<Value> = groups
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|row| [row["group_id"].clone(), row["parent_id"].clone()])
            .collect();
        (ids.iter().filter(|id| id.is_string()).count(), ids.iter().filter(|id| id.is_number()).count())
    };
    let (texts, numbers) = kinds(&json!({}));
    assert!(texts > 0 && numbers > 0, "{texts} texts and {numbers} numbers");
    assert_eq!(kinds(&json!({ "ids": "text" })), (8, 0));
    assert_eq!(kinds(&json!({ "ids": "number" })), (0, 8));
}

#[test]
fn users_and_members_can_come_as_maps() {
    let (_sandbox, client) = start(&json!({ "users": "map", "group_users": "map", "order": "reverse" }));
    assert_eq!(client.read("users")["901"]["email"], "Ann@x.test");
    let members = client.read("group/101/user");
    assert_eq!(id(&members["901"]["id"]), 901);
    assert_eq!(members["901"].get("user_id"), None);
    assert_eq!(client.read("group/102/user"), json!([]));
}

#[test]
fn order_and_letter_case_can_change() {
    let (_sandbox, client) = start(&json!({ "order": "reverse", "emails": "upper" }));
    let users = client.read("users");
    assert_eq!(users[0]["email"], "BOB@X.TEST");
    assert_eq!(id(&client.read("group")[0]["group_id"]), 103);
}

#[test]
fn me_names_the_root_group() {
    let (_sandbox, client) = start(&json!({}));
    let me = client.read("me");
    assert_eq!((id(&me["user_id"]), id(&me["root_group_id"])), (1, 100));
    assert_eq!(me["email"], "owner@x.test");
}

#[test]
fn members_are_wide_rows_with_secrets() {
    let (_sandbox, client) = start(&json!({}));
    let rows = client.read("group/103/user");
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!((id(&rows[0]["user_id"]), id(&rows[0]["role_id"])), (902, 2));
    for secret in ["pass_hash", "forgotten_password_code", "admin_pass", "activation_code"] {
        assert!(rows[0][secret].as_str().unwrap().starts_with("secret-"), "{secret}");
    }
    let unknown = client.get("group/999/user");
    assert_eq!((unknown.status, unknown.json()), (404, json!([])));
}

#[test]
fn people_picker_needs_its_context_and_lists_roles_by_group() {
    let mut account = account();
    account["users"][1]["roles"] = json!({ "102": "5" });
    let sandbox = Sandbox::with_account(account);
    let client = Client::timecamp(&sandbox);
    assert_eq!(client.get("people_picker").status, 400);
    let groups = client.read("people_picker?context=admin")["groups"].clone();
    assert_eq!(id(&groups["103"]["users"]["902"]["role_id"]), 2);
    assert_eq!(id(&groups["101"]["users"]["901"]["role_id"]), 3);
    assert_eq!(id(&groups["102"]["users"]["901"]["role_id"]), 5);
    assert_eq!(id(&groups["102"]["group_id"]), 102);
    let emptied = client.put("group/103/user", &json!({ "user_id": 902, "group_id": 100 }));
    assert_eq!(emptied.status, 200);
    assert_eq!(client.read("people_picker?context=admin")["groups"]["103"]["users"], json!([]));
}

#[test]
fn one_setting_of_one_user_comes_as_documented() {
    let (_sandbox, client) = start(&json!({}));
    let found = client.read("user/901/setting?name=external_id");
    assert_eq!((id(&found["userId"]), &found["name"], &found["value"]), (901, &json!("external_id"), &json!("e1")));
    let unset = client.get("user/901/setting?name=disabled_user");
    assert_eq!((unset.status, unset.json()), (404, json!([])));
}

const BULK: &str = "user/901,902,1/setting?name%5B%5D=external_id&name%5B%5D=disabled_user";

#[test]
fn settings_of_several_users_come_as_a_map_or_a_list() {
    let (sandbox, client) = start(&json!({}));
    let map = client.read(BULK);
    assert_eq!(map["901"][0]["value"], "e1");
    assert_eq!(map["902"][0]["value"], "1");
    assert_eq!(map["1"], json!([]));
    assert_eq!(
        sandbox.journal()[0].path,
        "/third_party/api/user/901,902,1/setting?name[]=external_id&name[]=disabled_user"
    );

    let (_sandbox, client) = start(&json!({ "settings": "list", "setting_values": "number" }));
    let list = client.read(BULK);
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!((id(&list[1]["userId"]), &list[1]["value"]), (902, &json!(1)));
}

#[test]
fn when_nothing_is_set_the_answer_is_bare() {
    let path = "user/901,1/setting?name[]=disabled_user";
    let answer = |quirks: &Value| {
        let (_sandbox, client) = start(quirks);
        let reply = client.get(path);
        (reply.status, reply.json())
    };
    assert_eq!(answer(&json!({})), (200, json!([])));
    assert_eq!(answer(&json!({ "all_unset": "not_found" })), (404, json!([])));
    assert_eq!(answer(&json!({ "all_unset": "usual" })), (200, json!({ "901": [], "1": [] })));
}

#[test]
fn a_wrong_key_is_refused() {
    for (quirks, status) in [(json!({}), 401), (json!({ "wrong_key": 403 }), 403)] {
        let (sandbox, _client) = start(&quirks);
        let client = Client::new(&format!("{}/third_party/api", sandbox.url()), "Bearer wrong");
        let reply = client.get("users");
        assert_eq!(reply.status, status);
        assert_eq!(reply.message(), "authentication required - api token not found");
    }
}

#[test]
fn unknown_paths_are_not_found() {
    let (sandbox, client) = start(&json!({}));
    assert_eq!(client.get("nothing/here").status, 404);
    let elsewhere = Client::new(&sandbox.url(), "");
    assert_eq!(elsewhere.get("elsewhere").status, 404);
    assert_eq!(sandbox.journal().len(), 1, "only what belongs to a service is journaled");
}
