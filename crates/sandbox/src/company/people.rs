//! The invented people, before any system knows them.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::DOMAIN;
use super::names::{DIVISIONS, FIRST, LAST, plain};

/// How many people share one set of divisions before the company opens another site.
const PEOPLE_A_SITE: usize = 600;

/// Somebody of the company.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The employee number, unique and the same in every system.
    pub(super) number: u64,
    pub(super) name: String,
    /// Some people have none.
    pub(super) email: String,
    /// Empty for the head of the company.
    pub(super) division: String,
    pub(super) department: String,
    pub(super) title: &'static str,
    /// The number of whom they report to.
    pub(super) manager: Option<u64>,
    pub(super) leads: bool,
    pub(super) standing: Standing,
    /// The first day, such as `2020-05-01`.
    pub(super) hired: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Standing {
    Employed,
    /// Left, and still on file.
    Terminated,
    /// Hired for a day that will not come soon.
    Future,
}

/// About as many people as asked for, and the head of the company.
pub(super) fn invent(people: usize) -> Vec<Person> {
    let mut rng = Rng::with_seed(2026);
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    seats(people).into_iter().map(|seat| hire(seat, &mut rng, &mut taken)).collect()
}

/// A number that has nothing to do with the one it is made from, always the same one: for ids that look like a
/// system's own. (The finisher of `SplitMix64`.)
pub(super) fn scrambled(number: u64, salt: u64) -> u64 {
    let mut mixed = number.wrapping_add(salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Person {
    /// Whether a fetch takes them and prepare can place them.
    pub(super) fn is_staff(&self) -> bool {
        self.standing == Standing::Employed && !self.email.is_empty()
    }

    pub(super) fn first_name(&self) -> &str {
        self.name.split_once(' ').map_or(&self.name, |(first, _)| first)
    }

    pub(super) fn last_name(&self) -> &str {
        self.name.split_once(' ').map_or("", |(_, last)| last)
    }

    /// The division and in it the department: `Engineering/Platform`.
    pub(super) fn place(&self) -> String {
        if self.division.is_empty() {
            self.department.clone()
        } else {
            format!("{}/{}", self.division, self.department)
        }
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
