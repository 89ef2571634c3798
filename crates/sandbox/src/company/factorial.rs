//! The company in Factorial: employees, teams, contracts and leaves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::leaves;
use super::people::{Person, Standing};
use jiff::civil::Date;

/// The id of the first team.
const FIRST_TEAM: u64 = 501;

pub(super) fn part(people: &[Person], today: Date) -> Value {
    json!({
        "api_key": "sandbox-factorial-key",
        "employees": people.iter().map(employee).collect::<Vec<_>>(),
        "teams": teams(people),
        "contract_versions": people.iter().map(contract).collect::<Vec<_>>(),
        "leaves": leaves::leaves(people, today),
        "leave_type_map": leaves::day_types_by_leave_type(),
    })
}

/// Factorial's number of whoever has this employee number.
pub(super) fn id(number: u64) -> u64 {
    2_310_000 + number
}

/// The team of somebody: teams have no levels, so sites go into the name.
pub(super) fn team(person: &Person) -> String {
    match person.division.split_once(' ') {
        Some((_, site)) => format!("{} {site}", person.department),
        None => person.department.clone(),
    }
}

fn employee(person: &Person) -> Value {
    let address = if person.email.is_empty() { Value::Null } else { json!(person.email) };
    // Some have no account, and their address at work stands where others have their own.
    let (login, own) = match person.number % 9 {
        4 => (Value::Null, address),
        _ => (address, json!(format!("{}@home.example", person.number))),
    };
    let own = if person.email.is_empty() { Value::Null } else { own };
    json!({
        "id": id(person.number),
        "company_identifier": person.number.to_string(),
        "first_name": person.first_name(),
        "last_name": person.last_name(),
        "full_name": person.name,
        "login_email": login,
        "email": own,
        "manager_id": person.manager.map(id),
        "active": person.standing == Standing::Employed,
        "terminated_on": (person.standing == Standing::Terminated).then_some("2025-12-31"),
    })
}

/// One team for each department, and one across them with a slash in its name.
fn teams(people: &[Person]) -> Vec<Value> {
    let mut members: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
    for person in people {
        members.entry(team(person)).or_default().push(person);
    }
    let ids = |people: &[&Person]| people.iter().map(|person| id(person.number)).collect::<Vec<_>>();
    let row = |team: u64, name: &str, people: &[&Person]| {
        let leads: Vec<&Person> = people.iter().filter(|person| person.leads).copied().collect();
        json!({ "id": team, "name": name, "employee_ids": ids(people), "lead_ids": ids(&leads) })
    };
    let mut teams: Vec<Value> =
        members.iter().zip(FIRST_TEAM..).map(|((name, people), team)| row(team, name, people)).collect();
    let helpers: Vec<&Person> = people.iter().filter(|person| person.number % 10 == 5).collect();
    teams.push(row(FIRST_TEAM + members.len() as u64, "Fire safety/First aid", &helpers));
    teams
}

fn contract(person: &Person) -> Value {
    json!({
        "id": 90_000 + person.number,
        "employee_id": id(person.number),
        "job_title": person.title,
        "starts_on": person.hired,
        "effective_on": person.hired,
    })
}
