//! What each day should be, and which entries say nothing of use. Pure.

use crate::entries::{Entry, Part};
use crate::world::World;
use jiff::civil::Date;
use std::collections::BTreeMap;
use timecamp_scim_core::timecamp::{DayType, UserId};

/// Minutes of a whole day of work.
const WHOLE: u64 = 480;
/// Minutes of half a day.
const HALF: u64 = 240;

/// What a day should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// The kind of day.
    pub(crate) kind: u64,
    /// Minutes that should be worked.
    pub(crate) should_be: u64,
    /// Minutes of vacation.
    pub(crate) vacation: u64,
}

/// What the entries come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) days: BTreeMap<UserId, BTreeMap<Date, Day>>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// An entry that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) entry: Entry,
    pub(crate) why: Why,
}

/// Why an entry is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// Nobody in TimeCamp has its address or external id.
    UnknownUser,
    /// The user is one of those who are never touched.
    Ignored,
    /// Its days are none, as the text says.
    Dates(String),
    /// It names no day type.
    NoDayType,
    /// It names one that TimeCamp does not have.
    UnknownDayType(String),
}

/// Looks everything up. Where two entries speak of one day, the later in the file counts.
pub(crate) fn resolve(entries: &[Entry], world: &World) -> Wanted {
    let mut wanted = Wanted::default();
    for entry in entries {
        match one(entry, world) {
            Ok(Meant { user, dates, day }) => {
                let days = wanted.days.entry(user).or_default();
                days.extend(each_day(dates).map(|date| (date, day)));
            }
            Err(why) => wanted.left_out.push(LeftOut { entry: entry.clone(), why }),
        }
    }
    wanted
}

/// An entry with everything looked up.
struct Meant {
    user: UserId,
    dates: (Date, Date),
    day: Day,
}

fn one(entry: &Entry, world: &World) -> Result<Meant, Why> {
    let user = world.find(entry.email.as_deref(), entry.external_id.as_deref()).ok_or(Why::UnknownUser)?;
    if world.ignored.contains(&user) {
        return Err(Why::Ignored);
    }
    let dates = entry.dates().map_err(Why::Dates)?;
    let name = entry.day_type.as_deref().ok_or(Why::NoDayType)?;
    let day_type = world.day_type(name).ok_or_else(|| Why::UnknownDayType(name.to_owned()))?;
    Ok(Meant { user, dates, day: Day::of(day_type, entry.part) })
}

fn each_day((start, finish): (Date, Date)) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(start), |day| day.tomorrow().ok()).take_while(move |day| *day <= finish)
}

impl Day {
    fn of(DayType { id, name, day_off, usage: _ }: &DayType, part: Part) -> Self {
        let vacation = name.to_lowercase().contains("vacation");
        let (should_be, minutes) = match (part, day_off) {
            (Part::Whole, true) => (0, WHOLE),
            (Part::Whole, false) => (WHOLE, WHOLE),
            (Part::Half, _) => (HALF, HALF),
        };
        Self { kind: *id, should_be, vacation: if vacation { minutes } else { 0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Policy;
    use crate::world::tests::{day_types, user};
    use crate::world::{Settings, World};
    use timecamp_scim_core::timecamp::Usage;

    fn world() -> World {
        let policy = Policy { ignored: [UserId(3)].into(), ..Policy::default() };
        let users = vec![user(1, "a@x.test"), user(2, "b@x.test"), user(3, "c@x.test")];
        World::new(users, &Settings::new(), day_types(), &policy)
    }

    fn entry(email: &str, days: (&str, &str), day_type: &str, part: Part) -> Entry {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let days = (text(days.0), text(days.1));
        Entry { number: 1, email: text(email), external_id: None, days, day_type: text(day_type), part }
    }

    fn minutes(day_type: &str, part: Part) -> (u64, u64) {
        let wanted = resolve(&[entry("a@x.test", ("2026-03-01", "2026-03-01"), day_type, part)], &world());
        let day = wanted.days[&UserId(1)].values().next().copied().unwrap();
        (day.should_be, day.vacation)
    }

    #[test]
    fn minutes_by_kind_of_day() {
        assert_eq!(minutes("Vacation", Part::Whole), (0, 480));
        assert_eq!(minutes("Vacation", Part::Half), (240, 240));
        assert_eq!(minutes("Sick Leave", Part::Whole), (0, 0));
        assert_eq!(minutes("Sick Leave", Part::Half), (240, 0));
        assert_eq!(minutes("Home office", Part::Whole), (480, 0));
        assert_eq!(minutes("Home office", Part::Half), (240, 0));
    }

    #[test]
    fn the_vacation_of_a_name_counts_in_any_letter_case_and_place() {
        let day = |name: &str| {
            Day::of(&DayType { id: 1, name: name.to_owned(), day_off: true, usage: Usage::InUse }, Part::Whole).vacation
        };
        assert_eq!((day("Paid VACATION (old)"), day("Vacations"), day("Vacancy")), (480, 480, 0));
    }

    #[test]
    fn of_two_entries_for_a_day_the_later_counts() {
        let entries = [
            entry("a@x.test", ("2026-02-27", "2026-03-02"), "Vacation", Part::Whole),
            entry("a@x.test", ("2026-03-01", "2026-03-03"), "Sick Leave", Part::Whole),
            entry("b@x.test", ("2026-03-01", "2026-03-01"), "Vacation", Part::Half),
        ];
        let wanted = resolve(&entries, &world());
        let kinds: Vec<String> =
            wanted.days[&UserId(1)].iter().map(|(date, day)| format!("{date} {}", day.kind)).collect();
        assert_eq!(kinds, ["2026-02-27 13", "2026-02-28 13", "2026-03-01 14", "2026-03-02 14", "2026-03-03 14"]);
        assert_eq!(wanted.days[&UserId(2)].len(), 1);
        assert_eq!(wanted.left_out, []);
    }

    #[test]
    fn entries_that_say_nothing_of_use_are_left_out_with_the_reason() {
        let day = ("2026-03-01", "2026-03-01");
        let entries = [
            entry("z@x.test", day, "Vacation", Part::Whole),
            entry("", day, "Vacation", Part::Whole),
            entry("c@x.test", day, "Vacation", Part::Whole),
            entry("a@x.test", ("2026-03-02", "2026-03-01"), "Vacation", Part::Whole),
            entry("a@x.test", day, "", Part::Whole),
            entry("a@x.test", day, "Sabbatical", Part::Whole),
        ];
        let wanted = resolve(&entries, &world());
        assert!(wanted.days.is_empty());
        let whys: Vec<Why> = wanted.left_out.into_iter().map(|left_out| left_out.why).collect();
        let order = Why::Dates("finish_on 2026-03-01 is before start_on 2026-03-02".to_owned());
        let unknown = Why::UnknownDayType("Sabbatical".to_owned());
        assert_eq!(whys, [Why::UnknownUser, Why::UnknownUser, Why::Ignored, order, Why::NoDayType, unknown]);
    }
}
