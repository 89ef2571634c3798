//! The company in `HiBob`, which keeps departments and titles as numbers of lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::people::{Person, Standing, scrambled};

pub(super) fn part(people: &[Person]) -> Value {
    let departments: Items = people.iter().map(Person::place).zip(220_001..).collect();
    let titles: Items = people.iter().map(|person| person.title.to_owned()).zip(770_001..).collect();
    let by_number: BTreeMap<u64, &Person> = people.iter().map(|person| (person.number, person)).collect();
    let employee = |person: &Person| {
        let manager = person.manager.and_then(|number| by_number.get(&number).copied());
        employee(person, manager, &departments, &titles)
    };
    json!({
        "service_user_id": "SERVICE-2026",
        "token": "sandbox-hibob-token",
        "employees": people.iter().map(employee).collect::<Vec<_>>(),
    })
}

/// The items of one of HiBob's lists, by name.
type Items = BTreeMap<String, u64>;

/// HiBob's id of whoever has this number: nineteen digits.
pub(super) fn id(number: u64) -> String {
    (3_200_000_000_000_000_000 + scrambled(number, 0xb0b) % 100_000_000_000_000_000).to_string()
}

fn employee(person: &Person, manager: Option<&Person>, departments: &Items, titles: &Items) -> Value {
    let place = person.place();
    let item = |items: &Items, name: &str| items.get(name).map(u64::to_string);
    let (status, lifecycle) = match person.standing {
        Standing::Employed => ("Active", "employed"),
        Standing::Terminated => ("Inactive", "terminated"),
        Standing::Future => ("Active", "hired"),
    };
    let reports_to = manager.map(|manager| {
        json!({
            "id": id(manager.number),
            "email": manager.email,
            "firstName": manager.first_name(),
            "surname": manager.last_name(),
            "displayName": manager.name,
        })
    });
    json!({
        "id": id(person.number),
        "email": if person.email.is_empty() { Value::Null } else { json!(person.email) },
        "fullName": person.name,
        "displayName": person.name,
        "firstName": person.first_name(),
        "surname": person.last_name(),
        "work": {
            "department": item(departments, &place),
            "title": item(titles, person.title),
            "reportsTo": reports_to,
            "isManager": person.leads,
            "startDate": person.hired,
            "employeeIdInCompany": person.number,
        },
        "internal": { "status": status, "lifecycleStatus": lifecycle },
        "humanReadable": { "work": { "department": place, "title": person.title } },
    })
}
