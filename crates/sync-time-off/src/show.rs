//! The plan in words.

use crate::entries::Entry;
use crate::plan::{Change, Plan, UserPlan};
use crate::wanted::{Day, LeftOut, Why};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::timecamp::{Attendance, DayType};

/// How many entries are named in one warning.
const NAMED: usize = 10;

/// The whole plan: days by user, entries left out, totals.
pub(crate) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for user in &plan.users {
        write_user(&mut text, user, &plan.day_types);
    }
    if !plan.left_out.is_empty() {
        text.push_str("Left out:\n");
    }
    for LeftOut { entry, why } in &plan.left_out {
        let _ = writeln!(text, "  {}: {}", called(entry, &whole), reason(why));
    }
    text.push_str(&totals(plan));
    text.push('\n');
    text
}

fn write_user(text: &mut String, user: &UserPlan, kinds: &BTreeMap<u64, DayType>) {
    let UserPlan { id, person, days } = user;
    let name = if person.name.is_empty() { String::new() } else { format!(" ({})", person.name) };
    let _ = writeln!(text, "{}{name}, user {id}:", person.email);
    for Change { date, now, then } in days {
        let _ = writeln!(text, "  {date}  {} → {}", before(now.as_ref(), kinds), after(*then, kinds));
    }
}

fn before(now: Option<&Attendance>, kinds: &BTreeMap<u64, DayType>) -> String {
    let Some(Attendance { day: _, day_type, should_be, vacation_time }) = now else { return "nothing".to_owned() };
    let minutes = |value: &Option<u64>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
    let kind = day_type.map_or_else(|| "no day type".to_owned(), |id| kind(id, kinds));
    format!("{kind}, {} min of work, {} min of vacation", minutes(should_be), minutes(vacation_time))
}

fn after(Day { kind: id, should_be, vacation }: Day, kinds: &BTreeMap<u64, DayType>) -> String {
    format!("{}, {should_be} min of work, {vacation} min of vacation", kind(id, kinds))
}

fn kind(id: u64, kinds: &BTreeMap<u64, DayType>) -> String {
    kinds.get(&id).map_or_else(|| format!("day type {id}"), |kind| kind.name.clone())
}

/// One line.
pub(crate) fn totals(plan: &Plan) -> String {
    let requests: usize = plan.users.iter().map(|user| user.requests().len()).sum();
    let (days, users) = (plan.days(), plan.users.len());
    format!("{days} days to set for {users} users in {requests} requests, {}", beside(plan))
}

/// What there is besides the days to set.
pub(crate) fn beside(plan: &Plan) -> String {
    format!("{} days right already, {} entries left out", plan.right, plan.left_out.len())
}

/// One warning for each kind of entries that are left out.
pub(crate) fn warnings(plan: &Plan) -> Vec<String> {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for LeftOut { entry, why } in &plan.left_out {
        let detail = match why {
            Why::Dates(wrong) => format!(": {wrong}"),
            Why::UnknownDayType(name) => format!(": `{name}`"),
            Why::UnknownUser | Why::Ignored | Why::NoDayType => String::new(),
        };
        let called = called(entry, &|text| pii(text).to_string());
        kinds.entry(about(why)).or_default().push(format!("{called}{detail}"));
    }
    let warning = |(about, entries): (&str, Vec<String>)| {
        let more = if entries.len() > NAMED { ", …" } else { "" };
        let named: Vec<String> = entries.iter().take(NAMED).cloned().collect();
        format!("{} entries {about} and are left out: {}{more}", entries.len(), named.join(", "))
    };
    kinds.into_iter().map(warning).collect()
}

fn about(why: &Why) -> &'static str {
    match why {
        Why::UnknownUser => "are of people who are not in TimeCamp, by address or external id,",
        Why::Ignored => "are of users in TIMECAMP_IGNORED_USER_IDS",
        Why::Dates(_) => "have no usable dates",
        Why::NoDayType => "have no day type (tc_leave_type; see the leave type map of the fetch)",
        Why::UnknownDayType(_) => "have a day type that TimeCamp does not know",
    }
}

fn reason(why: &Why) -> String {
    match why {
        Why::UnknownUser => "nobody in TimeCamp has this address or external id".to_owned(),
        Why::Ignored => "the user is in TIMECAMP_IGNORED_USER_IDS".to_owned(),
        Why::Dates(wrong) => wrong.clone(),
        Why::NoDayType => "no day type (tc_leave_type)".to_owned(),
        Why::UnknownDayType(name) => format!("TimeCamp has no day type `{name}`"),
    }
}

fn whole(text: &str) -> String {
    text.to_owned()
}

/// `entry 3 (ann@x.test, 2026-03-01 to 2026-03-02)`
fn called(entry: &Entry, shown: &dyn Fn(&str) -> String) -> String {
    let Entry { number, email, external_id, days, day_type: _, part: _ } = entry;
    let who = match (email, external_id) {
        (Some(email), _) => shown(email),
        (None, Some(id)) => format!("external id {id}"),
        (None, None) => "nobody named".to_owned(),
    };
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".to_owned());
    format!("entry {number} ({who}, {} to {})", day(&days.0), day(&days.1))
}
