//! The company in Okta, where nobody is without an address.

use serde_json::{Value, json};

use super::people::{Person, Standing, scrambled};

pub(super) fn part(people: &[Person]) -> Value {
    let known = || people.iter().filter(|person| !person.email.is_empty());
    let ids = |of: &dyn Fn(&&Person) -> bool| known().filter(of).map(|person| id(person.number)).collect::<Vec<_>>();
    json!({
        "api_token": "00sandboxOktaToken",
        "users": known().map(user).collect::<Vec<_>>(),
        "groups": [
            { "id": own_id("00g", 1), "name": "TimeCamp users", "members": ids(&|person| person.is_staff()) },
            { "id": own_id("00g", 2), "name": "Team leads", "members": ids(&|person| person.leads) },
        ],
    })
}

/// Okta's id of whoever has this number.
pub(super) fn id(number: u64) -> String {
    own_id("00u", number)
}

/// Twenty letters and digits, of which the first three tell what it is.
fn own_id(kind: &str, number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = u128::from(scrambled(number, 0x0c7a)) << 32 | u128::from(scrambled(number, 0x0c7b) >> 32);
    let mut id = kind.to_owned();
    while id.len() < 20 {
        let digit = usize::try_from(rest % 36).unwrap_or_default();
        id.push(DIGITS.get(digit).copied().map_or('0', char::from));
        rest /= 36;
    }
    id
}

fn user(person: &Person) -> Value {
    let status = match person.standing {
        Standing::Employed => "ACTIVE",
        Standing::Terminated => "DEPROVISIONED",
        Standing::Future => "STAGED",
    };
    let mut profile = json!({
        "login": person.email,
        "email": person.email,
        "firstName": person.first_name(),
        "lastName": person.last_name(),
        "department": person.place(),
        "title": person.title,
        "employeeNumber": person.number.to_string(),
    });
    if let Some(profile) = profile.as_object_mut() {
        // Who never was given a display name has none, who reports to nobody no manager: Okta leaves such fields out.
        if person.number % 9 != 4 {
            profile.insert("displayName".to_owned(), json!(person.name));
        }
        if let Some(manager) = person.manager {
            profile.insert("managerId".to_owned(), json!(id(manager)));
        }
    }
    json!({ "id": id(person.number), "status": status, "profile": profile })
}
