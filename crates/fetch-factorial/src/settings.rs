//! Which Factorial, who asks, which leaves, and what they are called in TimeCamp.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use timecamp_scim_core::{Env, Kind, Secret, Var};

const API_KEY: Var =
    Var::new("FACTORIAL_API_KEY", Kind::Secret, "", "An API key of the company (Factorial: Settings, API keys).");
const API_URL: Var = Var::new(
    "FACTORIAL_API_URL",
    Kind::Text,
    "https://api.factorialhr.com/api/v1",
    "Base address of the API, version included, such as `https://api.factorialhr.com/api/2026-10-01`.",
);
const LEAVE_TYPE_MAP: Var = Var::new(
    "FACTORIAL_LEAVE_TYPE_MAP",
    Kind::Json,
    "{}",
    "JSON: leave type name in Factorial -> day type name in TimeCamp; the key `Default` is for all others.",
);
const LEAVE_TYPE_MAP_AS_BEFORE: Var = Var::new(
    "LeaveTypeMap",
    Kind::Json,
    "{}",
    "The same as FACTORIAL_LEAVE_TYPE_MAP, by the name that the Python version reads.",
);
const EMAIL_FIELD: Var = Var::new(
    "FACTORIAL_EMAIL_FIELD",
    Kind::Text,
    "login_email",
    "`login_email` or `email` (documented as the personal address); the other one where it is empty.",
);
const LEAVES_FROM: Var = Var::new(
    "FACTORIAL_LEAVES_FROM",
    Kind::Text,
    "90 days back",
    "Leaves that end before this date are left out, e.g. 2026-01-01.",
);
const LEAVES_TO: Var = Var::new(
    "FACTORIAL_LEAVES_TO",
    Kind::Text,
    "365 days ahead",
    "Leaves that begin after this date are left out; open-ended leaves end with it.",
);
const INCLUDE_PENDING: Var = Var::new(
    "FACTORIAL_INCLUDE_PENDING",
    Kind::Flag,
    "false",
    "Leaves that are not yet approved too. Rejected ones never.",
);

/// Every variable this source reads.
pub(crate) const VARS: &[&Var] = &[
    &API_KEY,
    &API_URL,
    &LEAVE_TYPE_MAP,
    &LEAVE_TYPE_MAP_AS_BEFORE,
    &EMAIL_FIELD,
    &LEAVES_FROM,
    &LEAVES_TO,
    &INCLUDE_PENDING,
];

/// What a run needs to know.
#[derive(Debug)]
pub struct Settings {
    /// `FACTORIAL_API_URL`
    pub(crate) base: String,
    /// `FACTORIAL_API_KEY`
    pub(crate) key: Secret,
    /// `FACTORIAL_LEAVE_TYPE_MAP` or `LeaveTypeMap`
    pub(crate) types: LeaveTypes,
    /// `FACTORIAL_EMAIL_FIELD`
    pub(crate) email: EmailField,
    /// `FACTORIAL_LEAVES_FROM` and `FACTORIAL_LEAVES_TO`
    pub(crate) window: Window,
    /// `FACTORIAL_INCLUDE_PENDING`
    pub(crate) pending: Pending,
}

/// Which of the two addresses of an employee comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmailField {
    /// The account's; `email` where there is none.
    Login,
    /// The personal one; `login_email` where there is none.
    Personal,
}

/// What becomes of leaves that nobody has approved or rejected yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pending {
    LeftOut,
    Taken,
}

/// The days that leaves have to touch, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

/// TimeCamp's day types by Factorial's leave types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LeaveTypes(BTreeMap<String, String>);

impl Settings {
    /// Reads them; `None` when something is missing, which the environment then knows.
    pub(crate) fn from_env(env: &mut Env, today: Date) -> Option<Self> {
        let key = env.required_secret(&API_KEY);
        let base = env.web_address(&API_URL).unwrap_or_else(|| API_URL.default.to_owned());
        let types = LeaveTypes::from_env(env);
        let email = env.parsed(&EMAIL_FIELD, "login_email or email", EmailField::parse).unwrap_or(EmailField::Login);
        let window = Window::from_env(env, today);
        let pending = if env.flag(&INCLUDE_PENDING) { Pending::Taken } else { Pending::LeftOut };
        Some(Self { base, key: key?, types, email, window, pending })
    }
}

impl EmailField {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "login_email" => Some(Self::Login),
            "email" => Some(Self::Personal),
            _ => None,
        }
    }
}

impl Window {
    fn from_env(env: &mut Env, today: Date) -> Self {
        let mut day =
            |var, usual| env.parsed(var, "a date such as 2026-01-31", |text| text.parse().ok()).unwrap_or(usual);
        let from: Date = day(&LEAVES_FROM, today.saturating_sub(90.days()));
        let to: Date = day(&LEAVES_TO, today.saturating_add(365.days()));
        if from > to {
            let text = format!("{to} is before FACTORIAL_LEAVES_FROM ({from}): no leave could be read");
            env.complain(&LEAVES_TO, &text);
        }
        Self { from, to }
    }

    /// Whether a leave touches it; one without an end is still going on.
    pub(crate) fn holds(self, start: Date, finish: Option<Date>) -> bool {
        start <= self.to && finish.is_none_or(|finish| finish >= self.from)
    }
}

impl LeaveTypes {
    /// What every leave type is that the map does not name.
    const DEFAULT: &'static str = "Default";

    fn from_env(env: &mut Env) -> Self {
        let accepted = "JSON such as {\"Vacation\": \"Vacation\", \"Default\": \"Other day off\"}";
        let mut read = |var| env.parsed(var, accepted, Self::parse);
        match (read(&LEAVE_TYPE_MAP), read(&LEAVE_TYPE_MAP_AS_BEFORE)) {
            (Some(one), Some(other)) if one != other => {
                env.complain(&LEAVE_TYPE_MAP, "is set, and LeaveTypeMap too, to something else; set only one of them");
                one
            }
            (one, other) => one.or(other).unwrap_or_default(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let map: Map<String, Value> = serde_json::from_str(text).ok()?;
        let pair = |(name, value): (String, Value)| {
            let day_type = value.as_str()?.trim().to_owned();
            (!day_type.is_empty()).then(|| (name.trim().to_owned(), day_type))
        };
        map.into_iter().map(pair).collect::<Option<_>>().map(Self)
    }

    /// The day type for a leave type; `None` when neither it nor a default is mapped.
    pub(crate) fn day_type(&self, leave_type: &str) -> Option<&str> {
        self.0.get(leave_type.trim()).or_else(|| self.0.get(Self::DEFAULT)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> (Option<Settings>, Env) {
        let mut env: Env = [("FACTORIAL_API_KEY", "k")].iter().chain(pairs).copied().collect();
        let today = "2026-11-23".parse().unwrap();
        (Settings::from_env(&mut env, today), env)
    }

    #[test]
    fn the_window_is_around_today_unless_told() {
        let window = |pairs: &[_]| {
            let Window { from, to } = read(pairs).0.unwrap().window;
            format!("{from}..{to}")
        };
        assert_eq!(window(&[]), "2026-08-25..2027-11-23");
        assert_eq!(window(&[("FACTORIAL_LEAVES_FROM", " 2026-01-01 ")]), "2026-01-01..2027-11-23");
        assert_eq!(window(&[("FACTORIAL_LEAVES_TO", "2026-12-31")]), "2026-08-25..2026-12-31");
    }

    #[test]
    fn a_window_without_days_is_a_mistake() {
        let (_, env) = read(&[("FACTORIAL_LEAVES_TO", "2026-01-01")]);
        let text = env.check().unwrap_err().to_string();
        assert!(
            text.contains("FACTORIAL_LEAVES_TO: 2026-01-01 is before FACTORIAL_LEAVES_FROM (2026-08-25)"),
            "{text}"
        );
    }

    #[test]
    fn a_leave_touches_the_window_with_one_day_of_it() {
        let window = read(&[]).0.unwrap().window;
        let holds = |start: &str, finish: &str| window.holds(start.parse().unwrap(), finish.parse().ok());
        assert!(holds("2026-08-01", "2026-08-25") && !holds("2026-08-01", "2026-08-24"));
        assert!(holds("2027-11-23", "2028-01-01") && !holds("2027-11-24", "2028-01-01"));
        assert!(holds("2001-01-01", "") && holds("2001-01-01", "2099-01-01") && !holds("2027-11-24", ""));
    }

    #[test]
    fn leave_types_come_from_either_variable() {
        let types = |pairs: &[_]| read(pairs).0.unwrap().types;
        let map = r#"{"vacation": "Vacation", " Sick " : " Sick Leave "}"#;
        for name in ["LeaveTypeMap", "FACTORIAL_LEAVE_TYPE_MAP"] {
            let types = types(&[(name, map)]);
            assert_eq!(types.day_type(" vacation"), Some("Vacation"), "{name}");
            assert_eq!(types.day_type("Sick"), Some("Sick Leave"), "{name}");
            assert_eq!(types.day_type("Vacation"), None, "{name}");
        }
        assert_eq!(types(&[("LeaveTypeMap", r#"{"Default": "Other"}"#)]).day_type("x"), Some("Other"));
        assert_eq!(types(&[]), LeaveTypes::default());
    }

    #[test]
    fn the_same_map_twice_is_fine_and_two_maps_are_not() {
        let both = |other| {
            let one = r#"{"a": "A", "b": "B"}"#;
            read(&[("FACTORIAL_LEAVE_TYPE_MAP", one), ("LeaveTypeMap", other)]).1.check()
        };
        assert!(both(r#"{ "b":"B","a" : "A" }"#).is_ok());
        assert!(both(r#"{"a": "A"}"#).unwrap_err().to_string().contains("and LeaveTypeMap too, to something else"));
    }

    #[test]
    fn what_is_no_map_of_names_is_refused() {
        for wrong in ["vacation=Vacation", "[]", r#"{"a": 1}"#, r#"{"a": ""}"#, r#"{"a": null}"#] {
            let text = read(&[("LeaveTypeMap", wrong)]).1.check().unwrap_err().to_string();
            assert!(text.contains("LeaveTypeMap: `") && text.contains("JSON such as"), "{wrong}: {text}");
        }
    }
}
