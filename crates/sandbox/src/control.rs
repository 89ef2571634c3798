//! The sandbox's own paths, `/_sandbox/…`: what tests of whole programs steer it by. Not journaled.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::fault::{Fault, On};
use crate::machine::Machine;

pub(crate) fn answer(machine: &Arc<Machine>, call: &Call, route: &str) -> Answer {
    match (call.method.as_str(), route) {
        ("GET", "state") => Answer::ok(&machine.state()),
        ("PUT", "state") => done(machine.load(call.body.clone())),
        ("GET", "view") => Answer::ok(&machine.view()),
        ("GET", "journal") => Answer::ok(&json!(machine.journal.entries())),
        ("DELETE", "journal") => {
            machine.journal.clear();
            Answer::empty()
        }
        ("POST", "faults") => done(faults(&call.body).map(|faults| machine.faults.add(faults))),
        ("DELETE", "faults") => {
            machine.faults.clear();
            Answer::empty()
        }
        ("POST", "release") => {
            machine.release();
            Answer::empty()
        }
        ("POST", "pause") => done(pause(&call.body).map(|(on, after)| {
            machine.gate.arm(on, after);
        })),
        ("GET", "pause") => Answer::ok(
            &machine
                .gate
                .progress()
                .map_or(Value::Null, |(answered, holds)| json!({ "answered": answered, "holds": holds })),
        ),
        ("DELETE", "pause") => {
            machine.gate.open(None);
            Answer::empty()
        }
        _ => Answer::message(404, "the sandbox has state, view, journal, faults, release and pause"),
    }
}

fn done(result: anyhow::Result<()>) -> Answer {
    result.map_or_else(|error| Answer::message(400, &format!("{error:#}")), |()| Answer::empty())
}

/// One fault or a list of them.
fn faults(body: &Value) -> anyhow::Result<Vec<Fault>> {
    let list = body.as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
    Ok(list.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?)
}

/// `{"after": 3, "on": {…}}`
fn pause(body: &Value) -> anyhow::Result<(On, u64)> {
    let after = body.get("after").and_then(Value::as_u64).unwrap_or_default();
    let on = body.get("on").cloned().map(serde_json::from_value).transpose()?;
    Ok((on.unwrap_or_default(), after))
}
