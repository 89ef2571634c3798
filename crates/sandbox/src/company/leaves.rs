//! The company's leaves, around a day that is called today.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::factorial::id;
use super::people::{Person, Standing, scrambled};

/// Leave types with the day types of TimeCamp they become. One is not mapped, and one is mapped to a day type that the
/// account does not have: somebody has yet to decide about both.
const TYPES: [(&str, Option<&str>); 5] = [
    ("Vacation", Some("Vacation leave")),
    ("Sick leave", Some("Sick leave")),
    ("Working from home", Some("Remote work")),
    ("Parental leave", Some("Parental leave")),
    ("Jury duty", None),
];

/// What `LeaveTypeMap` holds.
pub(super) fn day_types_by_leave_type() -> Value {
    let mapped =
        TYPES.iter().filter_map(|(name, day_type)| day_type.map(|day_type| ((*name).to_owned(), json!(day_type))));
    Value::Object(mapped.collect())
}

/// A leave of two people in five, and some of every odd kind.
pub(super) fn leaves(people: &[Person], today: Date) -> Vec<Value> {
    let usual = people.iter().filter(|person| person.standing == Standing::Employed && person.number % 5 < 2);
    let usual = usual.map(|person| Leave::usual(person, today));
    let leaves = usual.chain(odd(people, today));
    (610_001_u64..).zip(leaves).map(|(number, leave)| leave.record(number)).collect()
}

struct Leave {
    employee: u64,
    /// Its place in [`TYPES`].
    kind: usize,
    start: Date,
    /// None: open-ended.
    finish: Option<Date>,
    half_day: Option<&'static str>,
    /// None: nobody has decided yet.
    approved: Option<bool>,
    deleted: bool,
}

impl Leave {
    fn usual(person: &Person, today: Date) -> Self {
        let [when, what, long, ..] = scrambled(person.number, 0x1ea7e).to_le_bytes().map(i64::from);
        let start = today.saturating_add((when % 100 - 40).days());
        let (kind, most) = match what % 10 {
            0..5 => (0, 14),
            5..8 => (1, 5),
            _ => (2, 2),
        };
        let finish = start.saturating_add((long % most).days());
        Self { kind, start, finish: Some(finish), ..Self::day(person, today) }
    }

    /// A day of vacation, today.
    fn day(person: &Person, today: Date) -> Self {
        let employee = id(person.number);
        Self {
            employee,
            kind: 0,
            start: today,
            finish: Some(today),
            half_day: None,
            approved: Some(true),
            deleted: false,
        }
    }

    fn record(&self, number: u64) -> Value {
        json!({
            "id": number,
            "employee_id": self.employee,
            "start_on": self.start.to_string(),
            "finish_on": self.finish.map(|day| day.to_string()),
            "half_day": self.half_day,
            "leave_type_id": 40 + self.kind,
            "leave_type_name": TYPES.get(self.kind).map(|(name, _)| *name),
            "approved": self.approved,
            "deleted_at": self.deleted.then(|| format!("{}T09:00:00Z", self.start)),
        })
    }
}

/// What a list of leaves holds in practice.
fn odd(people: &[Person], today: Date) -> Vec<Leave> {
    let staff: Vec<&Person> = people.iter().filter(|person| person.is_staff() && person.number % 5 > 1).collect();
    let day = |index: usize, ahead: i64| {
        staff.get(index).map(|person| Leave::day(person, today.saturating_add(ahead.days())))
    };
    let until = |leave: &Leave, days: i64| Some(leave.start.saturating_add(days.days()));
    let mut leaves: Vec<Leave> = Vec::new();
    leaves.extend(day(1, 3).map(|leave| Leave { half_day: Some("beginning_of_day"), ..leave }));
    leaves.extend(day(2, 10).map(|leave| Leave { half_day: Some("end_of_day"), ..leave }));
    leaves.extend(day(3, 30).map(|leave| Leave { approved: None, ..leave }));
    leaves.extend(day(4, 12).map(|leave| Leave { approved: Some(false), ..leave }));
    leaves.extend(day(5, 5).map(|leave| Leave { deleted: true, ..leave }));
    leaves.extend(day(6, -6).map(|leave| Leave { kind: 1, finish: None, ..leave }));
    leaves.extend(day(7, 14).map(|leave| Leave { kind: 4, ..leave }));
    leaves.extend(day(8, -20).map(|leave| Leave { kind: 3, finish: until(&leave, 120), ..leave }));
    // Ill in the middle of a vacation: the later record counts.
    leaves.extend(day(9, 0).map(|leave| Leave { finish: until(&leave, 9), ..leave }));
    leaves.extend(day(9, 2).map(|leave| Leave { kind: 1, finish: until(&leave, 1), ..leave }));
    // Long over, and of somebody who has left.
    leaves.extend(day(10, -300).map(|leave| Leave { finish: until(&leave, 5), ..leave }));
    let gone = people.iter().find(|person| person.standing == Standing::Terminated);
    leaves.extend(gone.map(|person| Leave::day(person, today.saturating_sub(30.days()))));
    leaves
}
