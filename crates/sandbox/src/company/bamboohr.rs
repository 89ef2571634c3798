//! The company in `BambooHR`.

use serde_json::{Value, json};

use super::people::{Person, Standing};

pub(super) fn part(people: &[Person]) -> Value {
    json!({ "subdomain": "lumen", "api_key": "sandbox-bamboohr-key", "employees": employees(people) })
}

pub(super) fn employees(people: &[Person]) -> Value {
    people.iter().map(employee).collect()
}

/// The internal id is the number plus 7000.
pub(super) fn employee(person: &Person) -> Value {
    let (status, employment) = match person.standing {
        Standing::Employed => ("Active", "Full-Time"),
        Standing::Terminated => ("Inactive", "Terminated"),
        Standing::Future => ("Inactive", "Full-Time"),
    };
    json!({
        "eeid": (person.number + 7000).to_string(),
        "employeeNumber": person.number.to_string(),
        "name": person.name,
        "email": if person.email.is_empty() { Value::Null } else { json!(person.email) },
        "jobInformationDivision": if person.division.is_empty() { Value::Null } else { json!(person.division) },
        "jobInformationDepartment": person.department,
        "jobInformationJobTitle": person.title,
        "isSupervisor": if person.leads { "Yes" } else { "No" },
        "supervisorId": person.manager.map(|number| number.to_string()).unwrap_or_default(),
        "supervisorEid": person.manager.map(|number| (number + 7000).to_string()).unwrap_or_default(),
        "employmentStatus": employment,
        "hireDate": person.hired,
        "status": status,
    })
}
