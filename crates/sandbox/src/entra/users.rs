//! `/users`, `/users/{id}` and `/users/{id}/manager`.

use serde_json::{Map, Value, json};

use super::query::selected;
use super::{Directory, bad, not_found, refusal};
use crate::call::{Answer, Call};

/// The properties of a user that can be selected here.
pub(super) const PROPERTIES: [&str; 18] = [
    "accountEnabled",
    "businessPhones",
    "companyName",
    "department",
    "displayName",
    "employeeId",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "postalCode",
    "preferredLanguage",
    "streetAddress",
    "surname",
    "userPrincipalName",
    "userType",
];

/// The properties that come when none are selected.
const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

impl Directory {
    pub(super) fn read_users(&self, call: &Call, route: &[&str]) -> Result<Answer, Answer> {
        let select = selected(call, &PROPERTIES)?;
        let expand = match call.param("$expand") {
            None => Expand::Nothing,
            Some("manager" | "manager($select=id)") => Expand::Manager,
            Some(other) => return Err(bad(&format!("Parsing OData Select and Expand failed: {other}"))),
        };
        match route {
            ["users"] => self.page(call, &self.users, |user| self.show(user, select.as_deref(), expand)),
            ["users", id] => {
                let user = self.user(id).ok_or_else(|| not_found(id))?;
                let mut shown = self.show(user, select.as_deref(), expand);
                if let Some(entity) = shown.as_object_mut() {
                    let context = json!("https://graph.microsoft.com/v1.0/$metadata#users/$entity");
                    entity.insert("@odata.context".to_owned(), context);
                }
                Ok(Answer::ok(&shown))
            }
            ["users", id, "manager"] => {
                let user = self.user(id).ok_or_else(|| not_found(id))?;
                let manager = user.get("manager").and_then(Value::as_str).ok_or_else(|| not_found("manager"))?;
                Ok(Answer::ok(&json!({ "@odata.type": "#microsoft.graph.user", "id": manager })))
            }
            _ => Err(refusal(404, "ResourceNotFound", "Resource not found for the segment.")),
        }
    }

    fn show(&self, user: &Map<String, Value>, select: Option<&[String]>, expand: Expand) -> Value {
        let mut shown = properties(user, select);
        if let (Expand::Manager, Some(manager)) = (expand, user.get("manager").and_then(Value::as_str)) {
            // A contact of the organisation can be a manager too.
            let kind = if self.user(manager).is_some() { "user" } else { "orgContact" };
            let reference = json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": manager });
            shown.insert("manager".to_owned(), reference);
        }
        Value::Object(shown)
    }
}

#[derive(Clone, Copy)]
enum Expand {
    Nothing,
    Manager,
}

/// What was selected: null when the user has no such value, nothing at all when it was not selected.
pub(super) fn properties(user: &Map<String, Value>, select: Option<&[String]>) -> Map<String, Value> {
    let empty = |name: &str| if name == "businessPhones" { json!([]) } else { Value::Null };
    let value = |name: &str| (name.to_owned(), user.get(name).cloned().unwrap_or_else(|| empty(name)));
    match select {
        Some(names) => names.iter().map(|name| value(name)).collect(),
        None => USUAL.iter().map(|name| value(name)).collect(),
    }
}
