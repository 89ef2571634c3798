//! `attendance`.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::account::{Account, Day, read_day};
use super::quirks::{Module, Shape};
use super::shape::{collect, php_map};
use crate::call::{Answer, Call, id_of};

/// The longest span of one request, from the first day to the last.
const MAX_DAYS: i32 = 100;

pub(super) fn day_types(account: &Account) -> Answer {
    if account.quirks.attendance == Module::Off {
        return switched_off();
    }
    let data = match account.quirks.day_types {
        Shape::Map => php_map(account.day_types.clone()),
        Shape::List => {
            let rows = account.day_types.iter().map(|(id, row)| (id.parse().unwrap_or_default(), row.clone()));
            collect(Shape::List, rows)
        }
    };
    Answer::ok(&json!({ "data": data }))
}

fn switched_off() -> Answer {
    let body = json!({ "message": "Forbidden.", "error": "Attendance module is not enabled." });
    Answer::json(403, &body)
}

fn invalid(error: &str) -> Answer {
    Answer::json(400, &json!({ "message": "Invalid payload.", "error": error }))
}

fn unknown_user() -> Answer {
    Answer::json(404, &json!({ "message": "Not found.", "error": "User was not found." }))
}

pub(super) fn write(account: &mut Account, call: &Call, id: &str) -> Answer {
    if account.quirks.attendance == Module::Off {
        return switched_off();
    }
    let id = id.parse().unwrap_or_default();
    if account.visible(id, call.now).is_none() {
        return unknown_user();
    }
    if account.quirks.refuse.user(id) {
        return Answer::message(403, "Not allowed to modify attendance");
    }
    let Some(items) = call.body.as_array() else { return invalid("A list of days is expected.") };
    let days: Option<Vec<(String, Day)>> = items.iter().map(read_day).collect();
    let Some(days) = days.filter(|days| !days.is_empty()) else {
        return invalid("Each item needs a day and a dayTypeId.");
    };
    if let Some((_, day)) = days.iter().find(|(_, day)| !account.day_types.contains_key(&day.kind.to_string())) {
        return invalid(&format!("Unknown day type {}.", day.kind));
    }
    let span = span(&days);
    if span > MAX_DAYS {
        let allowed = format!("exceeds the allowed limit of {MAX_DAYS} days");
        return invalid(&format!("The provided date range {allowed}. Given range: {span} days."));
    }
    account.change(id, |user| user.attendance.extend(days));
    Answer::message(200, "Attendance was updated successfully.")
}

/// Days from the first to the last, both counted.
fn span(days: &[(String, Day)]) -> i32 {
    let dates = || days.iter().filter_map(|(day, _)| day.parse::<Date>().ok());
    match (dates().min(), dates().max()) {
        (Some(first), Some(last)) => first.until(last).map_or(i32::MAX, |span| span.get_days() + 1),
        _ => 0,
    }
}

pub(super) fn read(account: &Account, call: &Call, id: &str) -> Answer {
    if account.quirks.attendance == Module::Off {
        return switched_off();
    }
    let date = |name: &str| call.param(name).and_then(|day| day.parse::<Date>().ok()).map(|day| day.to_string());
    let (Some(start), Some(end)) = (date("start"), date("end")) else {
        return Answer::json(400, &json!({ "message": "Invalid payload.", "error": "start and end are required." }));
    };
    let id = id.parse().unwrap_or_default();
    let Some(user) = account.visible(id, call.now) else { return unknown_user() };
    let days: Map<String, Value> = user
        .attendance
        .iter()
        .filter(|(day, _)| **day >= start && **day <= end)
        .map(|(day, row)| {
            let name = account.day_types.values().find(|found| found.get("id").and_then(id_of) == Some(row.kind));
            let shown = json!({
                "userId": id,
                "day": day,
                "dayTypeId": row.kind,
                "dayType": name.and_then(|kind| kind.get("name")),
                "shouldBe": row.should_be,
                "vacationTime": row.vacation,
            });
            (day.clone(), shown)
        })
        .collect();
    Answer::ok(&json!({ "data": php_map(days) }))
}
