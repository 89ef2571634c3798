//! The retry rule: what was seen, and what to do next. No clock, no waiting, no I/O.

use super::Answer;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// Tries after the first one, when the server does not say how long to wait.
const TRIES: u32 = 5;
/// The first wait; each further one may be twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait of our own choosing.
const LONGEST: Duration = Duration::from_mins(1);

/// Whether sending a request twice is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Twice does what once does.
    Safe,
    /// Sent twice it may act twice: after an unknown outcome the caller has to look first.
    Unsafe,
}

/// What came of one attempt.
#[derive(Debug)]
pub enum Seen {
    /// A whole answer, whatever its status.
    Answer(Answer),
    /// No connection: the request was not carried out.
    NotSent(reqwest::Error),
    /// Sent, but no whole answer: it may have been carried out.
    Lost(reqwest::Error),
    /// The request itself could not be made.
    Impossible(reqwest::Error),
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => write!(f, "status {}", answer.status()),
            Self::NotSent(_) => f.write_str("no connection"),
            Self::Lost(_) => f.write_str("no whole answer"),
            Self::Impossible(_) => f.write_str("an impossible request"),
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// It succeeded.
    Accept,
    /// It failed for good.
    GiveUp,
    /// The server asks for a wait that does not fit the budget.
    TooLong(Duration),
    /// Wait as long as the server asks; counts against the time only.
    Asked(Duration),
    /// Wait as long as we choose; counts as a try.
    Backoff(Duration),
}

/// Where a request stands.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Whether it may be sent twice.
    pub replay: Replay,
    /// Tries so far after the first one, without those the server asked for.
    pub tries: u32,
    /// Time since it was first sent.
    pub spent: Duration,
    /// Time it may take in all.
    pub budget: Duration,
}

impl Rule {
    /// What to do after `seen`; `chance` in 0..1 spreads waits so that clients do not return together.
    pub fn next(&self, seen: &Seen, now: Timestamp, chance: f64) -> Next {
        let (again, asked) = match seen {
            Seen::Answer(answer) => match answer.status() {
                200..=299 => return Next::Accept,
                429 => (true, asked_wait(answer, now)),
                502..=504 => (self.replay == Replay::Safe, asked_wait(answer, now)),
                _ => (false, None),
            },
            Seen::NotSent(_) => (true, None),
            Seen::Lost(_) => (self.replay == Replay::Safe, None),
            Seen::Impossible(_) => (false, None),
        };
        let left = self.budget.saturating_sub(self.spent);
        match (again, asked) {
            (false, _) => Next::GiveUp,
            (true, Some(wait)) if wait > left => Next::TooLong(wait),
            (true, Some(wait)) if wait >= FIRST => Next::Asked(wait),
            // "At once", or a moment that is over (clocks differ): the server asks for no wait, so this is a try of ours.
            (true, _) if self.tries >= TRIES || left.is_zero() => Next::GiveUp,
            (true, _) => {
                let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(self.tries)).min(LONGEST);
                // A server that asks for less than a second still gets it.
                let wait = ceiling.mul_f64(chance.clamp(0.0, 1.0)).max(asked.unwrap_or_default());
                if wait > left { Next::GiveUp } else { Next::Backoff(wait) }
            }
        }
    }
}

/// The wait a server asks for: `Retry-After` in seconds or as a date, then the reset epochs, then `retry_after` in
/// a JSON body. Epochs and dates are held against the answer's own `Date`, since clocks differ.
fn asked_wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let server_now = answer.header("date").and_then(http_date).unwrap_or(now);
    let until = |moment: Timestamp| Duration::try_from(moment.duration_since(server_now)).unwrap_or_default();
    let retry_after =
        answer.header("retry-after").and_then(|text| seconds(text).or_else(|| http_date(text).map(until)));
    let reset = || {
        ["x-ratelimit-reset", "x-rate-limit-reset"].into_iter().find_map(|name| {
            let epoch: i64 = answer.header(name)?.trim().parse().ok()?;
            Timestamp::from_second(epoch).ok().map(until)
        })
    };
    let in_body = || {
        let body: serde_json::Value = serde_json::from_slice(answer.bytes()).ok()?;
        let wait = body.get("retry_after")?;
        wait.as_f64().or_else(|| wait.as_str()?.trim().parse().ok()).and_then(finite_seconds)
    };
    retry_after.or_else(reset).or_else(in_body)
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse::<f64>().ok().and_then(finite_seconds)
}

fn finite_seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case<'a> = (&'a [(&'static str, &'a str)], &'a str, u64);

    const NOW: i64 = 1_800_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Seen {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Seen::Answer(Answer::new("GET /x".to_owned(), status, headers, body.as_bytes().to_vec()))
    }

    fn rule(replay: Replay) -> Rule {
        Rule { replay, tries: 0, spent: Duration::ZERO, budget: Duration::from_mins(5) }
    }

    #[test]
    fn what_the_server_asks_for_in_the_documented_order() {
        let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_007));
        let reset = (NOW + 9).to_string();
        let cases: [Case<'_>; 5] = [
            (&[("retry-after", "3"), ("x-ratelimit-reset", &reset)], "", 3),
            (&[("retry-after", &date)], "", 7),
            (&[("x-ratelimit-reset", &reset)], "", 9),
            (&[("x-rate-limit-reset", &reset)], "{\"retry_after\": 60}", 9),
            (&[], "{\"retry_after\": 60}", 60),
        ];
        for (headers, body, wait) in cases {
            let next = rule(Replay::Unsafe).next(&answer(429, headers, body), now(), 0.5);
            assert_eq!(next, Next::Asked(Duration::from_secs(wait)), "{headers:?} {body}");
        }
    }

    #[test]
    fn reset_epochs_are_held_against_the_servers_clock() {
        let server = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_100));
        let reset = (NOW + 104).to_string();
        let seen = answer(429, &[("date", &server), ("x-rate-limit-reset", &reset)], "");
        assert_eq!(rule(Replay::Safe).next(&seen, now(), 0.5), Next::Asked(Duration::from_secs(4)));
    }

    #[test]
    fn without_a_word_from_the_server_waits_double_and_end_after_five_tries() {
        let mut rule = rule(Replay::Safe);
        for (tries, ceiling) in [1, 2, 4, 8, 16].into_iter().enumerate() {
            rule.tries = u32::try_from(tries).unwrap();
            assert_eq!(rule.next(&answer(503, &[], ""), now(), 1.0), Next::Backoff(Duration::from_secs(ceiling)));
            assert_eq!(rule.next(&answer(503, &[], ""), now(), 0.0), Next::Backoff(Duration::ZERO));
        }
        rule.tries = 5;
        assert_eq!(rule.next(&answer(503, &[], ""), now(), 1.0), Next::GiveUp);
    }

    #[test]
    fn asked_for_no_wait_it_is_a_try_like_any_other_and_the_budget_ends_it() {
        for header in [("retry-after", "0"), ("x-rate-limit-reset", "1799999990"), ("x-ratelimit-reset", "30")] {
            let seen = answer(429, &[header], "");
            let mut rule = rule(Replay::Unsafe);
            assert_eq!(rule.next(&seen, now(), 1.0), Next::Backoff(Duration::from_secs(1)), "{header:?}");
            rule.tries = 5;
            assert_eq!(rule.next(&seen, now(), 1.0), Next::GiveUp, "{header:?}");
            rule.tries = 0;
            rule.spent = rule.budget;
            assert_eq!(rule.next(&seen, now(), 0.0), Next::GiveUp, "{header:?}");
        }
    }

    #[test]
    fn less_than_a_second_is_a_try_that_waits_no_less_than_asked_for() {
        let seen = answer(429, &[("retry-after", "0.7")], "");
        let next = |chance| rule(Replay::Unsafe).next(&seen, now(), chance);
        assert_eq!(next(0.0), Next::Backoff(Duration::from_millis(700)));
        assert_eq!(next(1.0), Next::Backoff(Duration::from_secs(1)));
        let out_of_tries = Rule { tries: 5, ..rule(Replay::Unsafe) };
        assert_eq!(out_of_tries.next(&seen, now(), 0.5), Next::GiveUp);
    }

    #[test]
    fn a_wait_that_does_not_fit_the_budget_fails_at_once() {
        let seen = answer(429, &[("retry-after", "3600")], "");
        assert_eq!(rule(Replay::Safe).next(&seen, now(), 0.5), Next::TooLong(Duration::from_hours(1)));
    }

    #[test]
    fn waits_that_the_server_asks_for_do_not_count_as_tries() {
        let mut rule = rule(Replay::Safe);
        rule.tries = 5;
        let seen = answer(429, &[("retry-after", "1")], "");
        assert_eq!(rule.next(&seen, now(), 0.5), Next::Asked(Duration::from_secs(1)));
    }

    #[test]
    fn what_may_have_taken_effect_is_not_sent_again_unless_harmless() {
        for status in [502, 503, 504] {
            assert_eq!(rule(Replay::Unsafe).next(&answer(status, &[], ""), now(), 0.5), Next::GiveUp);
        }
        for status in [400, 401, 403, 404, 500] {
            assert_eq!(rule(Replay::Safe).next(&answer(status, &[], ""), now(), 0.5), Next::GiveUp);
        }
        assert_eq!(rule(Replay::Safe).next(&answer(204, &[], ""), now(), 0.5), Next::Accept);
    }
}
