//! The company in Entra ID: who has no address has no account there, who left or has yet to come a blocked one.

use serde_json::{Value, json};

use super::people::{Person, Standing, scrambled};

pub(super) fn part(people: &[Person]) -> Value {
    let known = || people.iter().filter(|person| !person.email.is_empty());
    let ids = |of: &dyn Fn(&&Person) -> bool| known().filter(of).map(|person| id(person.number)).collect::<Vec<_>>();
    json!({
        "tenant": "lumen.example",
        "client_id": guid(1, 1),
        "client_secret": "sandbox~entra~client~secret",
        "users": known().map(user).collect::<Vec<_>>(),
        "groups": [
            { "id": guid(2, 1), "displayName": "TimeCamp users", "members": ids(&|person| person.is_staff()) },
            { "id": guid(3, 1), "displayName": "Team leads", "members": ids(&|person| person.leads) },
        ],
    })
}

/// The object id of whoever has this number.
pub(super) fn id(number: u64) -> String {
    guid(number, 0)
}

/// A GUID of the random kind.
fn guid(number: u64, salt: u64) -> String {
    let (high, low) = (scrambled(number, salt + 0xe17a), scrambled(number, salt + 0xe17b));
    let [a, b, c, d] = [high >> 32, (high >> 16) & 0xffff, high & 0xfff, (low >> 48) & 0x3fff | 0x8000];
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{:012x}", low & 0xffff_ffff_ffff)
}

fn user(person: &Person) -> Value {
    // Some have no mailbox, some write their address with capitals.
    let mail = match person.number % 11 {
        4 => Value::Null,
        7 => json!(capitals(&person.email)),
        _ => json!(person.email),
    };
    json!({
        "id": id(person.number),
        "displayName": person.name,
        "givenName": person.first_name(),
        "surname": person.last_name(),
        "mail": mail,
        "userPrincipalName": person.email,
        "department": person.place(),
        "jobTitle": person.title,
        "employeeId": person.number.to_string(),
        "accountEnabled": person.standing == Standing::Employed,
        "manager": person.manager.map(id),
    })
}

/// `Ann.Ex@lumen.example`
fn capitals(address: &str) -> String {
    let mut before = '.';
    let letter = |letter: char| {
        let shown = if before == '.' { letter.to_ascii_uppercase() } else { letter };
        // The domain stays as it is.
        before = if before == '@' || letter == '@' { '@' } else { letter };
        shown
    };
    address.chars().map(letter).collect()
}
