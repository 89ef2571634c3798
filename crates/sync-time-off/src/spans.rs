//! Days in as few spans as TimeCamp allows.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// The longest span of one request, first and last day counted (TimeCamp's description: the range between the earliest
/// and the latest date, not the number of days).
const LONGEST: i32 = 100;

/// Cuts days, which are in their order, into spans of at most [`LONGEST`] days.
pub(crate) fn spans<T>(days: &[T], date: impl Fn(&T) -> Date) -> Vec<&[T]> {
    let mut spans = Vec::new();
    let mut rest = days;
    while let Some(first) = rest.first() {
        let last = date(first).saturating_add((LONGEST - 1).days());
        let (span, after) = rest.split_at(rest.partition_point(|day| date(day) <= last));
        spans.push(span);
        rest = after;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(days: &[i64]) -> Vec<usize> {
        let start: Date = "2026-01-01".parse().unwrap();
        let days: Vec<Date> = days.iter().map(|day| start.saturating_add(day.days())).collect();
        spans(&days, |day| *day).iter().map(|span| span.len()).collect()
    }

    #[test]
    fn a_span_has_a_hundred_days_and_the_next_begins_where_there_is_a_day() {
        assert_eq!(lengths(&(0..250).collect::<Vec<_>>()), [100, 100, 50]);
        assert_eq!(lengths(&(0..100).collect::<Vec<_>>()), [100]);
        assert_eq!(lengths(&[0, 99]), [2]);
        assert_eq!(lengths(&[0, 100]), [1, 1]);
        assert_eq!(lengths(&[0, 50, 149, 150, 400]), [2, 2, 1]);
        assert!(lengths(&[]).is_empty());
    }

    #[test]
    fn the_end_of_time_is_no_trouble() {
        let days: Vec<Date> = ["9999-12-30", "9999-12-31"].map(|day| day.parse().unwrap()).to_vec();
        assert_eq!(spans(&days, |day| *day).len(), 1);
    }
}
