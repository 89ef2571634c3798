//! Where Graph is strict, or odd, and a client has to know.

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::Entra;
use crate::call::Call;
use crate::service::Service as _;

fn entra(quirks: &Value) -> Entra {
    let users: Vec<Value> =
        (0..1200).map(|number| json!({ "id": format!("u{number}"), "displayName": "Ann", "manager": "u0" })).collect();
    let groups = json!([{ "id": "g1", "displayName": "O'Brien's team", "members": ["u1", "g1"] }]);
    let entra = Entra::default();
    let part = json!({
        "tenant": "t", "client_id": "c", "client_secret": "s", "users": users, "groups": groups, "quirks": quirks,
    });
    entra.load(&part).unwrap();
    entra
}

fn call(method: &str, path: &str, query: &[(&str, &str)], body: &Value) -> Call {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let uri = format!("/entra/{path}?{query}");
    let request = hyper::Request::builder().method(method).uri(uri).header("host", "graph.test").body(());
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Call::new(&request.unwrap().into_parts().0, &Bytes::from(body))
}

fn answered(entra: &Entra, call: &Call) -> (u16, Value) {
    let route: Vec<&str> = call.path.trim_start_matches("/entra/").split('/').collect();
    let answer = entra.answer(call, &route);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn token_for(entra: &Entra, scope: &str) -> (u16, Value) {
    let form = json!({ "client_id": "c", "client_secret": "s", "grant_type": "client_credentials", "scope": scope });
    answered(entra, &call("POST", "login/t/oauth2/v2.0/token", &[], &form))
}

fn signed(entra: &Entra, call: Call) -> (u16, Value) {
    let token = token_for(entra, "https://graph.test/.default").1;
    let authorization = format!("Bearer {}", token["access_token"].as_str().unwrap());
    answered(entra, &Call { authorization, ..call })
}

fn get(entra: &Entra, path: &str, query: &[(&str, &str)]) -> (u16, Value) {
    signed(entra, call("GET", path, query, &Value::Null))
}

#[test]
fn pages_are_as_large_as_allowed() {
    let entra = entra(&json!({}));
    let size = |query: &[(&str, &str)]| {
        let (status, body) = get(&entra, "v1.0/users", query);
        (status, body["value"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(size(&[]), (200, 100));
    assert_eq!(size(&[("$top", "999")]), (200, 999));
    assert_eq!(size(&[("$top", "999"), ("$expand", "manager")]), (200, 100));
    assert_eq!(size(&[("$top", "1000")]).0, 400);
    assert_eq!(size(&[("$top", "0")]).0, 400);
    assert_eq!(size(&[("$skip", "100")]).0, 400);
}

#[test]
fn only_what_was_selected_comes() {
    let entra = entra(&json!({}));
    let first = |query: &[(&str, &str)]| get(&entra, "v1.0/users", query).1["value"][0].clone();
    assert!(first(&[]).get("accountEnabled").is_none());
    assert_eq!(first(&[("$select", "id,department")]), json!({ "id": "u0", "department": null }));
    assert!(first(&[("$select", "id")]).get("manager").is_none());
    let manager = json!({ "@odata.type": "#microsoft.graph.user", "id": "u0" });
    assert_eq!(first(&[("$select", "id"), ("$expand", "manager($select=id)")])["manager"], manager);
    assert_eq!(get(&entra, "v1.0/users", &[("$select", "id,nonsense")]).0, 400);
    assert_eq!(get(&entra, "v1.0/users", &[("$expand", "directReports")]).0, 400);
    assert_eq!(get(&entra, "v1.0/users/u7/manager", &[]).1["id"], "u0");
    assert_eq!(get(&entra, "v1.0/users/nobody", &[]).0, 404);
}

#[test]
fn names_in_filters_need_their_quotes_doubled() {
    let entra = entra(&json!({}));
    let found = |filter: &str| {
        let (status, body) = get(&entra, "v1.0/groups", &[("$filter", filter), ("$select", "id")]);
        (status, body["value"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(found("displayName eq 'O''Brien''s team'"), (200, 1));
    assert_eq!(found("displayName eq 'o''brien''s TEAM'"), (200, 1));
    assert_eq!(found("displayName eq 'Ghosts'"), (200, 0));
    assert_eq!(found("displayName eq 'O'Brien's team'").0, 400);
}

#[test]
fn tokens_are_good_for_one_host_and_one_life() {
    let entra = entra(&json!({ "token_ms": 100 }));
    let token = token_for(&entra, "https://graph.test/.default").1["access_token"].as_str().unwrap().to_owned();
    let ask = |token: &str, host: &str, now: u64| {
        let call = call("GET", "v1.0/users", &[("$top", "1")], &Value::Null);
        answered(&entra, &Call { authorization: format!("Bearer {token}"), host: host.to_owned(), now, ..call })
    };
    assert_eq!(ask(&token, "graph.test", 99).0, 200);
    for (token, host, now) in
        [(token.as_str(), "graph.test", 100), (&token, "other.test", 0), ("forged", "graph.test", 0)]
    {
        let (status, body) = ask(token, host, now);
        assert_eq!((status, &body["error"]["code"]), (401, &json!("InvalidAuthenticationToken")));
    }
    let (status, body) = token_for(&entra, "https://graph.test");
    assert_eq!((status, &body["error"]), (400, &json!("invalid_scope")));
}

#[test]
fn batches_hold_twenty_parts_with_ids_of_their_own() {
    let entra = entra(&json!({}));
    let batch = |ids: Vec<u32>| {
        let part =
            |id: u32| json!({ "id": id.to_string(), "method": "GET", "url": format!("/users/u{id}?$select=id") });
        let body = json!({ "requests": ids.into_iter().map(part).collect::<Vec<Value>>() });
        signed(&entra, call("POST", "v1.0/$batch", &[], &body))
    };
    let (status, body) = batch((0..20).collect());
    assert_eq!((status, body["responses"].as_array().unwrap().len()), (200, 20));
    assert_eq!(body["responses"][0]["id"], "19", "in an order of their own");
    assert_eq!(batch((0..21).collect()).0, 400);
    assert_eq!(batch(vec![1, 1]).0, 400);
    assert_eq!(batch(vec![]).0, 400);
}

#[test]
fn a_group_inside_itself_is_closed_once() {
    let entra = entra(&json!({}));
    let members = |relation: &str| {
        get(&entra, &format!("v1.0/groups/g1/{relation}"), &[("$select", "id")]).1["value"].as_array().unwrap().len()
    };
    assert_eq!((members("members"), members("transitiveMembers")), (2, 1));
}
