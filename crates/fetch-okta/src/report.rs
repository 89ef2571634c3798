//! What has to be repaired in Okta before anything can be written: users and fields, by name.

use crate::settings::{Fields, Settings};
use crate::wire::Person;
use std::collections::BTreeSet;
use std::fmt;
use timecamp_scim_core::logging::pii;

/// How many users of a kind are named.
const NAMED: usize = 20;

/// Something that would make a wrong hierarchy, or people without a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Defect<'a> {
    /// Active users without an external id.
    WithoutId(Vec<&'a Person>),
    /// Active users without an address.
    WithoutEmail(Vec<&'a Person>),
    /// Supervisors without an external id: those they lead cannot name them.
    SupervisorsWithoutId(Vec<&'a Person>),
    /// One external id for several users.
    Twice(&'a str, Vec<&'a Person>),
    /// A user whose supervisor is nobody.
    Lost(&'a Person, &'a str),
    /// A user whose supervisor might be any of several.
    Ambiguous(&'a Person, &'a str, Vec<&'a Person>),
    /// People who are each other's supervisors.
    Cycle(Vec<&'a Person>),
    /// More people without a supervisor than may be.
    Roots(Vec<&'a Person>, usize),
}

impl Defect<'_> {
    /// Whether it is about nobody, and so no defect.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::WithoutId(people)
            | Self::WithoutEmail(people)
            | Self::SupervisorsWithoutId(people)
            | Self::Twice(_, people)
            | Self::Cycle(people)
            | Self::Roots(people, _) => people.is_empty(),
            Self::Lost(..) | Self::Ambiguous(..) => false,
        }
    }

    fn line(&self, fields: &Fields) -> String {
        let Fields { external_id, email, supervisor_id, supervisor_match, .. } = fields;
        match self {
            Self::WithoutId(people) => {
                format!("{} active users have no external id; fill in `{external_id}`: {}", people.len(), list(people))
            }
            Self::WithoutEmail(people) => {
                format!("{} active users have no address; fill in `{email}`: {}", people.len(), list(people))
            }
            Self::SupervisorsWithoutId(people) => {
                format!("{} supervisors have no external id; fill in `{external_id}`: {}", people.len(), list(people))
            }
            Self::Twice(id, people) => {
                format!("the external id {id} stands {} times; correct `{external_id}`: {}", people.len(), list(people))
            }
            Self::Lost(person, value) => format!(
                "{} has the supervisor `{}`, but nobody's `{supervisor_match}` is that; correct `{supervisor_id}`",
                called(person),
                pii(value)
            ),
            Self::Ambiguous(person, value, several) => format!(
                "{} has the supervisor `{}`, which is the `{supervisor_match}` of {}; correct one of them",
                called(person),
                pii(value),
                list(several)
            ),
            Self::Cycle(people) => {
                let first = people.first().map(|person| called(person)).unwrap_or_default();
                let path: Vec<String> = people.iter().map(|person| called(person)).chain([first]).collect();
                format!("supervisors form a circle; correct one's `{supervisor_id}`: {}", path.join(" -> "))
            }
            Self::Roots(people, max) => format!(
                "{} people have no supervisor, OKTA_MAX_HIERARCHY_ROOTS allows {max}; fill in `{supervisor_id}`: {}",
                people.len(),
                list(people)
            ),
        }
    }
}

/// Everything that has to be repaired, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) struct Report(Vec<String>);

impl Report {
    /// The report of these defects.
    pub(crate) fn new(defects: &[Defect<'_>], fields: &Fields) -> Self {
        Self(defects.iter().map(|defect| defect.line(fields)).collect())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the users in Okta cannot be used as they are; nothing was written. Repair these fields of their profiles \
             (Okta Admin Console: Directory, People, Profile) and run again:",
        )?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// What to say about people who work there and are not read, because of their statuses; nothing when there is nobody.
pub(crate) fn left_out_at_work(people: &[Person], settings: &Settings) -> Option<String> {
    let statuses: BTreeSet<&str> = people.iter().map(|person| person.okta_status.as_str()).collect();
    let statuses: Vec<&str> = statuses.into_iter().collect();
    (!people.is_empty()).then(|| {
        format!(
            "{} people who work there are left out, because OKTA_USER_STATUSES does not name their status ({}): {}. A sync \
             disables those of them who use TimeCamp. To keep them, set OKTA_USER_STATUSES={}",
            people.len(),
            statuses.join(", "),
            list(&people.iter().collect::<Vec<_>>()),
            all_at_work(settings)
        )
    })
}

/// What to say when those people cannot be asked for.
pub(crate) fn unknown_at_work(settings: &Settings) -> String {
    format!(
        "it is not known who is {}: Okta did not tell. OKTA_USER_STATUSES does not name these statuses, so such people are \
         left out. A sync disables those of them who use TimeCamp. To keep them, set OKTA_USER_STATUSES={}",
        settings.left_out_at_work().join(" or "),
        all_at_work(settings)
    )
}

/// The value of `OKTA_USER_STATUSES` that leaves out nobody who works there.
fn all_at_work(settings: &Settings) -> String {
    let statuses: Vec<String> = settings.statuses.iter().cloned().chain(settings.left_out_at_work()).collect();
    statuses.join(",")
}

fn list(people: &[&Person]) -> String {
    let named: Vec<String> = people.iter().take(NAMED).map(|person| called(person)).collect();
    let more = people.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

/// A user as an administrator finds them in Okta.
fn called(person: &Person) -> String {
    let Person { okta_id, login, user, .. } = person;
    let login = if login.is_empty() { String::new() } else { format!("{}, ", pii(login)) };
    format!("{} ({login}{okta_id})", pii(&user.name))
}
