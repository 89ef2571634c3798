//! Which days differ. Pure.

use crate::spans::spans;
use crate::wanted::{Day, LeftOut, Wanted};
use crate::world::{Person, World};
use jiff::civil::Date;
use std::collections::BTreeMap;
use timecamp_scim_core::timecamp::{Attendance, DayEntry, DayType, UserId};

/// The days that TimeCamp has now.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeMap<UserId, BTreeMap<Date, Attendance>>);

/// What is to be sent.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) users: Vec<UserPlan>,
    /// Days that are right already.
    pub(crate) right: usize,
    pub(crate) left_out: Vec<LeftOut>,
    /// The kinds of day, to be shown by name.
    pub(crate) day_types: BTreeMap<u64, DayType>,
}

/// The days of one user that differ, in their order.
#[derive(Debug)]
pub(crate) struct UserPlan {
    pub(crate) id: UserId,
    pub(crate) person: Person,
    pub(crate) days: Vec<Change>,
}

/// A day that differs.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) date: Date,
    pub(crate) now: Option<Attendance>,
    pub(crate) then: Day,
}

impl Seen {
    /// Takes note of a user's days.
    pub(crate) fn add(&mut self, user: UserId, days: Vec<Attendance>) {
        // A time may follow the date.
        let date = |text: &str| text.split(['T', ' ']).next().unwrap_or_default().parse::<Date>().ok();
        let dated = days.into_iter().filter_map(|day| Some((date(&day.day)?, day)));
        self.0.entry(user).or_default().extend(dated);
    }

    fn day(&self, user: UserId, date: Date) -> Option<&Attendance> {
        self.0.get(&user)?.get(&date)
    }
}

impl Day {
    fn is(&self, Attendance { day: _, day_type, should_be, vacation_time }: &Attendance) -> bool {
        let Self { kind, should_be: minutes, vacation } = self;
        *day_type == Some(*kind) && *should_be == Some(*minutes) && vacation_time.unwrap_or_default() == *vacation
    }
}

impl UserPlan {
    /// The requests that send them: spans of at most a hundred days.
    pub(crate) fn requests(&self) -> Vec<&[Change]> {
        spans(&self.days, |change| change.date)
    }
}

impl Plan {
    /// Days to set.
    pub(crate) fn days(&self) -> usize {
        self.users.iter().map(|user| user.days.len()).sum()
    }
}

impl Change {
    /// The day as TimeCamp takes it.
    pub(crate) fn entry(&self) -> DayEntry {
        let Day { kind, should_be, vacation } = self.then;
        DayEntry { day: self.date.to_string(), day_type_id: kind, should_be, vacation_time: vacation }
    }
}

/// Compares what should be with what is.
pub(crate) fn plan(wanted: Wanted, seen: &Seen, world: World) -> Plan {
    let Wanted { days, left_out } = wanted;
    let World { mut users, day_types, .. } = world;
    let mut plan = Plan { left_out, day_types, ..Plan::default() };
    for (id, days) in days {
        let all = days.len();
        let changes: Vec<Change> = days
            .into_iter()
            .map(|(date, then)| Change { date, now: seen.day(id, date).cloned(), then })
            .filter(|change| !change.now.as_ref().is_some_and(|now| change.then.is(now)))
            .collect();
        plan.right += all - changes.len();
        if let (false, Some(person)) = (changes.is_empty(), users.remove(&id)) {
            plan.users.push(UserPlan { id, person, days: changes });
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Policy;
    use crate::world::tests::{day_types, user};

    const VACATION: Day = Day { kind: 13, should_be: 0, vacation: 480 };

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn attendance(day: &str, day_type: u64, should_be: Option<u64>, vacation_time: Option<u64>) -> Attendance {
        Attendance { day: day.to_owned(), day_type: Some(day_type), should_be, vacation_time }
    }

    fn changed(day: Day, now: Vec<Attendance>) -> usize {
        let mut seen = Seen::default();
        seen.add(UserId(1), now);
        let days = BTreeMap::from([(UserId(1), BTreeMap::from([(date("2026-03-01"), day)]))]);
        let users = vec![user(1, "a@x.test")];
        let world = World::new(users, &BTreeMap::new(), day_types(), &Policy::default());
        let plan = plan(Wanted { days, left_out: Vec::new() }, &seen, world);
        assert_eq!(plan.days() + plan.right, 1);
        plan.days()
    }

    #[test]
    fn a_day_that_is_so_already_is_not_sent() {
        let day = "2026-03-01";
        assert_eq!(changed(VACATION, vec![attendance(day, 13, Some(0), Some(480))]), 0);
        assert_eq!(changed(VACATION, vec![attendance("2026-03-01 00:00:00", 13, Some(0), Some(480))]), 0);
        let sick = Day { vacation: 0, ..VACATION };
        assert_eq!(changed(sick, vec![attendance(day, 13, Some(0), None)]), 0);
    }

    #[test]
    fn any_difference_is_sent() {
        let day = "2026-03-01";
        for now in [
            vec![],
            vec![attendance("2026-03-02", 13, Some(0), Some(480))],
            vec![attendance("soon", 13, Some(0), Some(480))],
            vec![attendance(day, 12, Some(0), Some(480))],
            vec![attendance(day, 13, Some(480), Some(480))],
            vec![attendance(day, 13, None, Some(480))],
            vec![attendance(day, 13, Some(0), Some(0))],
            vec![attendance(day, 13, Some(0), None)],
        ] {
            assert_eq!(changed(VACATION, now.clone()), 1, "{now:?}");
        }
    }
}
