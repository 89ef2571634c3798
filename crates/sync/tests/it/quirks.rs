//! TimeCamp's oddities change nothing: the same account, however it is written, ends the same.

use crate::help::{ended, in_parallel, quirky, same_view, settled, with};
use crate::scene::{scene, start, undisturbed};
use serde_json::{Value, json};

#[test]
fn every_way_of_writing_an_answer_leads_to_the_same_end() {
    let (want, journal) = undisturbed();
    let writes = journal.iter().filter(|entry| entry.is_write()).count();
    let odd = json!({
        "ids": "text", "users": "map", "group_users": "map", "settings": "list", "setting_values": "number",
        "order": "reverse", "bodies": "empty", "all_unset": "not_found", "new_display_name": "null",
    });
    let cases: Vec<Value> = vec![
        json!({ "ids": "text" }),
        json!({ "ids": "number" }),
        json!({ "ids": "mixed" }),
        json!({ "users": "map" }),
        json!({ "group_users": "map" }),
        json!({ "settings": "list" }),
        json!({ "all_unset": "not_found" }),
        json!({ "all_unset": "usual" }),
        json!({ "setting_values": "number" }),
        json!({ "order": "reverse" }),
        json!({ "emails": "upper" }),
        json!({ "emails": "lower" }),
        json!({ "new_display_name": "null" }),
        json!({ "new_display_name": "empty" }),
        json!({ "bodies": "empty" }),
        json!({ "latency_ms": 5 }),
        odd,
    ];
    let wrong = in_parallel(&cases, |quirks| {
        let (sandbox, run) = start(quirky(scene(), &with(json!({ "visible_after_ms": 30 }), quirks.clone())));
        let outcome =
            ended(run.go(&[]), 0).and_then(|_| same_view(&sandbox.view(), &want)).and_then(|()| settled(&run));
        let count = sandbox.writes().len();
        // A name that TimeCamp did not make of the address has to be written.
        let more = if quirks["new_display_name"].is_null() { 0 } else { 2 };
        let same = if count <= writes + more { Ok(()) } else { Err(format!("{count} writes instead of {writes}")) };
        outcome.and(same).err().map(|why| format!("== {quirks}: {why}"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_address_known_from_another_account_is_added_and_finished() {
    let account = with(scene(), json!({ "known": { "new3@x.test": "Another Name" } }));
    let (sandbox, run) = start(account);
    run.go(&[]).expect(0);
    same_view(&sandbox.view(), &undisturbed().0).unwrap();
    settled(&run).unwrap();
}

#[test]
fn one_request_at_a_time_and_many_lead_to_the_same_end() {
    let (want, _) = undisturbed();
    for concurrency in ["1", "64"] {
        let (sandbox, run) = start(scene());
        run.env("TIMECAMP_CONCURRENCY", concurrency).go(&[]).expect(0);
        same_view(&sandbox.view(), &want).unwrap();
    }
}
