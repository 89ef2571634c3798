//! BambooHR's employee dataset.

use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{Client, Reply};

/// Basic authentication with the key `bamboo-key` and the password `x`.
const AUTHORIZATION: &str = "Basic YmFtYm9vLWtleTp4";
const PATH: &str = "v1/datasets/employee";

fn office(count: usize, quirks: &Value) -> (Sandbox, Client) {
    let employees: Vec<Value> = (1..=count)
        .map(|n| json!({ "employeeNumber": n.to_string(), "name": format!("Person {n}"), "customField4548": n % 2 == 0 }))
        .collect();
    let world = json!({
        "bamboohr": { "subdomain": "acme", "api_key": "bamboo-key", "employees": employees, "quirks": quirks },
    });
    let sandbox = Sandbox::start(world);
    let client = Client::new(&sandbox.bamboohr_url(), AUTHORIZATION);
    (sandbox, client)
}

fn numbers(reply: &Reply) -> Vec<u64> {
    let rows = reply.json()["data"].clone();
    rows.as_array().unwrap().iter().map(|row| row["employeeNumber"].as_str().unwrap().parse().unwrap()).collect()
}

fn fields() -> Value {
    json!({ "fields": ["employeeNumber", "email"] })
}

#[test]
fn only_the_fields_asked_for_come_and_missing_ones_are_null() {
    let (_sandbox, client) = office(1, &json!({}));
    let body = client.post(PATH, &fields()).json();
    assert_eq!(body["data"], json!([{ "employeeNumber": "1", "email": null }]));
    assert_eq!(
        body["pagination"],
        json!({
            "total_records": 1, "current_page": 1, "total_pages": 1, "next_page": null, "prev_page": null,
        })
    );
}

#[test]
fn pages_are_read_from_the_query() {
    let (_sandbox, client) = office(2500, &json!({}));
    let first = client.post(PATH, &fields());
    assert_eq!(numbers(&first), (1..=500).collect::<Vec<_>>(), "500 unless asked otherwise");
    let last = client.post(&format!("{PATH}?page=3&page_size=5000"), &fields());
    assert_eq!(numbers(&last), (2001..=2500).collect::<Vec<_>>(), "1000 at most");
    assert_eq!(last.json()["pagination"]["next_page"], Value::Null);
    let second = client.post(&format!("{PATH}?page=2&page_size=1000"), &fields()).json()["pagination"].clone();
    assert_eq!(
        (&second["current_page"], &second["total_pages"], &second["total_records"]),
        (&json!(2), &json!(3), &json!(2500))
    );
    assert!(second["next_page"].as_str().unwrap().ends_with("/acme/v1/datasets/employee?page=3&page_size=1000"));
    let beyond = client.post(&format!("{PATH}?page=9&page_size=1000"), &fields());
    assert_eq!(numbers(&beyond).first(), Some(&2001), "beyond the end is the last page again");
}

#[test]
fn pages_can_be_read_from_the_body_or_ignored() {
    let mut body = fields();
    body["page"] = json!(2);
    body["page_size"] = json!(10);
    let (_sandbox, client) = office(15, &json!({ "page_from": "body" }));
    assert_eq!(numbers(&client.post(PATH, &body)), (11..=15).collect::<Vec<_>>());

    let (sandbox, client) = office(600, &json!({ "ignore_page": true, "next_page_host": "api.bamboohr.com" }));
    let reply = client.post(&format!("{PATH}?page=2"), &fields());
    assert_eq!(numbers(&reply).first(), Some(&1));
    assert_eq!(reply.json()["pagination"]["current_page"], 1);
    let next = reply.json()["pagination"]["next_page"].as_str().unwrap().to_owned();
    assert!(next.starts_with("http://api.bamboohr.com/api/gateway.php/acme/"), "{next}");
    assert_eq!(sandbox.journal()[0].service, "bamboohr");
    assert!(sandbox.writes().is_empty(), "reading people is no write");
}

#[test]
fn filters_choose_and_company_fields_are_known() {
    let (_sandbox, client) = office(6, &json!({}));
    let mut body = json!({ "fields": ["employeeNumber", "customField4548"] });
    body["filters"] = json!({ "match": "all", "filters": [
        { "field": "customField4548", "operator": "not_checked" },
        { "field": "employeeNumber", "operator": "does_not_include", "value": ["3"] },
    ] });
    assert_eq!(numbers(&client.post(PATH, &body)), [1, 5]);
}

#[test]
fn errors_are_plain_text_with_a_header() {
    let (sandbox, client) = office(1, &json!({}));
    let refused = client.post(PATH, &json!({ "fields": ["employeeNumber", "shoeSize"] }));
    assert_eq!((refused.status, refused.text.as_str()), (400, "fields: unknown field shoeSize"));
    assert_eq!(refused.header("x-bamboohr-error-message"), Some(refused.text.as_str()));
    assert_eq!(refused.header("content-type"), Some("text/plain"));
    let operator = json!({ "fields": ["name"], "filters": { "filters": [{ "field": "name", "operator": "like", "value": "x" }] } });
    assert_eq!(client.post(PATH, &operator).status, 400);
    assert_eq!(client.post(PATH, &json!({})).status, 400);
    let stranger = Client::new(&sandbox.bamboohr_url(), "Basic d3Jvbmc6eA==");
    assert_eq!(stranger.post(PATH, &fields()).status, 401);
    let elsewhere = Client::new(&format!("{}/api/gateway.php/other", sandbox.url()), AUTHORIZATION);
    assert_eq!(elsewhere.post(PATH, &fields()).status, 404);
}
