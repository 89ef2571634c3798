//! Invented companies of any size, the same ones every time: people in BambooHR and a TimeCamp account to go with them.

mod account;
mod names;

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

use self::names::{DIVISIONS, FIRST, LAST, plain};

/// The domain of the invented addresses.
const DOMAIN: &str = "lumen.example";

/// How many people share one set of divisions before the company opens another site.
const PEOPLE_A_SITE: usize = 600;

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
}

/// What the company's TimeCamp account is like at first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// The owner and the root group.
    Empty,
    /// Everybody where the default settings put them: a sync has nothing to do.
    InSync,
    /// Grown over the years: old names, wrong groups, people who left, people who are missing.
    PartlyRight,
}

#[derive(Clone, Debug)]
struct Person {
    /// The employee number; the internal id is this plus 7000.
    number: u64,
    name: String,
    /// Some people have none.
    email: String,
    division: String,
    department: String,
    title: &'static str,
    manager: Option<u64>,
    leads: bool,
    standing: Standing,
    hired: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Employed,
    /// Still in BambooHR, with this employment status.
    Terminated,
    /// Hired for a day that will not come soon.
    Future,
}

/// The world of [`Company::new`] with an account that is partly right: what a demonstration shows.
pub fn company(people: usize) -> Value {
    Company::new(people).world(Start::PartlyRight)
}

impl Company {
    /// Invents about this many people (as many as asked, and the head of the company).
    pub fn new(people: usize) -> Self {
        let mut rng = Rng::with_seed(2026);
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        let seats = seats(people);
        let people = seats.into_iter().map(|seat| hire(seat, &mut rng, &mut taken)).collect();
        Self { people }
    }

    /// The world: BambooHR with everybody, TimeCamp as `start` says.
    pub fn world(&self, start: Start) -> Value {
        json!({
            "timecamp": self.account(start),
            "bamboohr": {
                "subdomain": "lumen",
                "api_key": "sandbox-bamboohr-key",
                "employees": self.employees(),
            },
        })
    }

    /// The TimeCamp account, with the key `sandbox-timecamp-key` and the root group 1000.
    pub fn account(&self, start: Start) -> Value {
        account::account(&self.people, start)
    }

    /// Everybody as the BambooHR dataset knows them.
    pub fn employees(&self) -> Value {
        self.people.iter().map(Person::employee).collect()
    }

    /// Those who work there as the file between fetch and prepare, `users.json`, holds them.
    pub fn source_users(&self) -> Value {
        let users: Vec<Value> = self.staff().map(Person::source_user).collect();
        json!({ "users": users })
    }

    /// Those who work there as the file between prepare and sync, `timecamp_users.json`, holds them with default
    /// settings, but with an empty `raw_data`.
    pub fn prepared(&self) -> Value {
        let mut rows: Vec<(&str, Value)> =
            self.staff().map(|person| (person.email.as_str(), person.prepared())).collect();
        rows.sort_by(|left, right| left.0.cmp(right.0));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn staff(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.is_staff())
    }
}

/// A place in the company, before somebody is found for it.
struct Seat {
    number: u64,
    division: String,
    department: String,
    title: &'static str,
    manager: Option<u64>,
    leads: bool,
}

/// One head of the company, one lead a department who reports to them (the first of a division leads the others), and
/// everybody else spread over the departments.
fn seats(people: usize) -> Vec<Seat> {
    let sites = people.div_ceil(PEOPLE_A_SITE).max(1);
    let mut seats = vec![Seat {
        number: 1000,
        division: String::new(),
        department: "Management".to_owned(),
        title: "Chief Executive Officer",
        manager: None,
        leads: true,
    }];
    let departments: Vec<_> = (1..=sites)
        .flat_map(|site| DIVISIONS.iter().map(move |division| (site, division)))
        .flat_map(|(site, (division, departments))| departments.iter().map(move |one| (site, *division, one)))
        .collect();
    let mut leads: Vec<u64> = Vec::new();
    let mut heads: BTreeMap<String, u64> = BTreeMap::new();
    for (number, index) in (1001_u64..).zip(0..people) {
        let place = index % departments.len();
        let Some((site, division, (department, titles))) = departments.get(place) else { break };
        let division = if sites == 1 { (*division).to_owned() } else { format!("{division} {site}") };
        let leads_it = index < departments.len();
        let manager = if leads_it {
            leads.push(number);
            let head = *heads.entry(division.clone()).or_insert(number);
            if head == number { 1000 } else { head }
        } else {
            leads.get(place).copied().unwrap_or(1000)
        };
        let job = if leads_it { 0 } else { 1 + index / departments.len() % (titles.len() - 1).max(1) };
        seats.push(Seat {
            number,
            division,
            department: (*department).to_owned(),
            title: titles.get(job).copied().unwrap_or_default(),
            manager: Some(manager),
            leads: leads_it,
        });
    }
    seats
}

fn hire(seat: Seat, rng: &mut Rng, taken: &mut BTreeMap<String, u32>) -> Person {
    let first = rng.choice(FIRST).unwrap_or_default();
    let last = rng.choice(LAST).unwrap_or_default();
    let local = format!("{}.{}", plain(first), plain(last));
    let times = taken.entry(local.clone()).or_default();
    *times += 1;
    let email = if *times == 1 { format!("{local}@{DOMAIN}") } else { format!("{local}{times}@{DOMAIN}") };
    let standing = match seat.number % 50 {
        _ if seat.leads => Standing::Employed,
        17 => Standing::Terminated,
        33 => Standing::Future,
        _ => Standing::Employed,
    };
    let hired = match standing {
        Standing::Future => "2099-01-01".to_owned(),
        Standing::Employed | Standing::Terminated => {
            format!("{}-{:02}-{:02}", rng.u32(2012..=2025), rng.u32(1..=12), rng.u32(1..=28))
        }
    };
    let without_address = !seat.leads && seat.number % 97 == 40;
    Person {
        number: seat.number,
        name: format!("{first} {last}"),
        email: if without_address { String::new() } else { email },
        division: seat.division,
        department: seat.department,
        title: seat.title,
        manager: seat.manager,
        leads: seat.leads,
        standing,
        hired,
    }
}

impl Person {
    /// Whether fetch takes them and prepare can place them.
    fn is_staff(&self) -> bool {
        self.standing == Standing::Employed && !self.email.is_empty()
    }

    fn path(&self) -> String {
        if self.division.is_empty() {
            self.department.clone()
        } else {
            format!("{}/{}", self.division, self.department)
        }
    }

    fn manager_text(&self) -> String {
        self.manager.map(|number| number.to_string()).unwrap_or_default()
    }

    fn employee(&self) -> Value {
        let (status, employment) = match self.standing {
            Standing::Employed => ("Active", "Full-Time"),
            Standing::Terminated => ("Inactive", "Terminated"),
            Standing::Future => ("Inactive", "Full-Time"),
        };
        json!({
            "eeid": (self.number + 7000).to_string(),
            "employeeNumber": self.number.to_string(),
            "name": self.name,
            "email": if self.email.is_empty() { Value::Null } else { json!(self.email) },
            "jobInformationDivision": if self.division.is_empty() { Value::Null } else { json!(self.division) },
            "jobInformationDepartment": self.department,
            "jobInformationJobTitle": self.title,
            "isSupervisor": if self.leads { "Yes" } else { "No" },
            "supervisorId": self.manager_text(),
            "supervisorEid": self.manager.map(|number| (number + 7000).to_string()).unwrap_or_default(),
            "employmentStatus": employment,
            "hireDate": self.hired,
            "status": status,
        })
    }

    fn source_user(&self) -> Value {
        json!({
            "external_id": self.number.to_string(),
            "name": self.name,
            "email": self.email,
            "department": self.path(),
            "job_title": self.title,
            "status": "active",
            "supervisor_id": self.manager_text(),
            "is_supervisor": self.leads,
            "raw_data": self.employee(),
        })
    }

    fn prepared(&self) -> Value {
        json!({
            "timecamp_external_id": self.number.to_string(),
            "timecamp_user_name": self.name,
            "timecamp_email": self.email,
            "timecamp_groups_breadcrumb": self.path(),
            "timecamp_status": "active",
            "timecamp_role": "user",
            "raw_data": {},
        })
    }
}
