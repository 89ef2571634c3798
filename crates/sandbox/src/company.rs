//! Invented companies of any size, the same ones every time: people in every HR service and a TimeCamp account to go
//! with them.

mod account;
mod bamboohr;
mod entra;
mod factorial;
mod hibob;
mod leaves;
mod names;
mod okta;
mod people;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Value, json};

use self::people::{Person, invent};

/// The domain of the invented addresses.
const DOMAIN: &str = "lumen.example";

/// The day that leaves are arranged around, unless told.
const TODAY: Date = Date::constant(2026, 11, 23);

/// An invented company.
///
/// ```
/// use sandbox::{Company, Sandbox, Start};
/// let company = Company::new(30);
/// let sandbox = Sandbox::start(company.world(Start::Empty));
/// assert_eq!(sandbox.view()["users"].as_object().map(|users| users.len()), Some(1));
/// ```
#[derive(Clone, Debug)]
pub struct Company {
    people: Vec<Person>,
    source: Source,
    today: Date,
}

/// What the company's TimeCamp account is like at first.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Start {
    /// The owner and the root group.
    Empty,
    /// Everybody where the default settings put them: a sync has nothing to do.
    InSync,
    /// Grown over the years: old names, wrong groups, people who left, people who are missing.
    PartlyRight,
}

/// The HR service that the company's TimeCamp account was filled from. All of them hold the company; what differs is
/// people's external ids and, in Factorial, groups.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum Source {
    /// BambooHR: employee numbers, divisions with departments
    BambooHr,
    /// Entra ID: object ids, divisions with departments
    AzureAd,
    /// Factorial: its own numbers, teams
    Factorial,
    /// Okta: its own ids, divisions with departments
    Okta,
    /// HiBob: its own numbers, divisions with departments
    HiBob,
}

/// The world of [`Company::new`] with an account that is partly right: what a demonstration shows.
pub fn company(people: usize) -> Value {
    Company::new(people).world(Start::PartlyRight)
}

impl Company {
    /// Invents about this many people (as many as asked, and the head of the company), with an account that was filled
    /// from BambooHR.
    pub fn new(people: usize) -> Self {
        Self { people: invent(people), source: Source::BambooHr, today: TODAY }
    }

    /// The same company with an account that was filled from this service.
    #[must_use]
    pub fn filled_from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The same company with leaves around this day, whatever the day.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today, ..self }
    }

    /// The same company with leaves around today, as the clock says (UTC).
    #[must_use]
    pub fn today(self) -> Self {
        self.on(Offset::UTC.to_datetime(Timestamp::now()).date())
    }

    /// The world: every HR service with everybody, TimeCamp as `start` says.
    pub fn world(&self, start: Start) -> Value {
        json!({
            "timecamp": self.account(start),
            "bamboohr": bamboohr::part(&self.people),
            "entra": entra::part(&self.people),
            "factorial": factorial::part(&self.people, self.today),
            "hibob": hibob::part(&self.people),
            "okta": okta::part(&self.people),
        })
    }

    /// The TimeCamp account, with the key `sandbox-timecamp-key` and the root group 1000.
    pub fn account(&self, start: Start) -> Value {
        account::account(&self.people, self.source, start)
    }

    /// Everybody as the BambooHR dataset knows them.
    pub fn employees(&self) -> Value {
        bamboohr::employees(&self.people)
    }

    /// Those who work there as the file between fetch and prepare, `users.json`, holds them.
    pub fn source_users(&self) -> Value {
        let users: Vec<Value> = self.source_records().collect();
        json!({ "users": users })
    }

    /// The records of [`Company::source_users`], one at a time: all of them at once need much memory in a large company.
    pub fn source_records(&self) -> impl Iterator<Item = Value> + '_ {
        self.staff().map(|person| self.source_user(person))
    }

    /// Those who work there as the file between prepare and sync, `timecamp_users.json`, holds them with default
    /// settings, but with an empty `raw_data`.
    pub fn prepared(&self) -> Value {
        let mut rows: Vec<(&str, Value)> =
            self.staff().map(|person| (person.email.as_str(), self.prepared_row(person))).collect();
        rows.sort_by(|left, right| left.0.cmp(right.0));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn staff(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.is_staff())
    }

    fn source_user(&self, person: &Person) -> Value {
        json!({
            "external_id": self.source.id(person.number),
            "name": person.name,
            "email": person.email,
            "department": self.source.path(person),
            "job_title": person.title,
            "status": "active",
            "supervisor_id": person.manager.map(|number| self.source.id(number)).unwrap_or_default(),
            "is_supervisor": person.leads,
            "raw_data": bamboohr::employee(person),
        })
    }

    fn prepared_row(&self, person: &Person) -> Value {
        json!({
            "timecamp_external_id": self.source.id(person.number),
            "timecamp_user_name": person.name,
            "timecamp_email": person.email,
            "timecamp_groups_breadcrumb": self.source.path(person),
            "timecamp_status": "active",
            "timecamp_role": "user",
            "raw_data": {},
        })
    }
}

impl Source {
    /// The end of the name of the program that reads from it: `azuread` for `fetch-azuread`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BambooHr => "bamboohr",
            Self::AzureAd => "azuread",
            Self::Factorial => "factorial",
            Self::Okta => "okta",
            Self::HiBob => "hibob",
        }
    }

    /// The external id of whoever has this employee number.
    fn id(self, number: u64) -> String {
        match self {
            Self::BambooHr => number.to_string(),
            Self::AzureAd => entra::id(number),
            Self::Factorial => factorial::id(number).to_string(),
            Self::Okta => okta::id(number),
            Self::HiBob => hibob::id(number),
        }
    }

    /// Where this person stands below the root group.
    fn path(self, person: &Person) -> String {
        match self {
            Self::Factorial => factorial::team(person),
            Self::BambooHr | Self::AzureAd | Self::Okta | Self::HiBob => person.place(),
        }
    }
}
