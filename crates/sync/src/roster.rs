//! The people that TimeCamp should have: the rows of `var/timecamp_users.json`.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use timecamp_scim_core::Refusal;
use timecamp_scim_core::models::{Role, Status, kind_of, optional_text_or_number};
use timecamp_scim_core::names::{GroupPath, address_key};

/// Everybody the source knows, and the addresses that prepare had to drop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// The rows in file order.
    pub rows: Vec<Row>,
    /// Addresses (as they compare) whose accounts are left alone.
    pub unplaced: BTreeSet<String>,
}

/// One person as TimeCamp should have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Primary address as written.
    pub email: String,
    /// The address as it compares.
    pub key: String,
    /// Display name; empty when the file has none.
    pub name: String,
    /// Where they belong, below the root group.
    pub path: GroupPath,
    /// Whether they work there.
    pub status: Status,
    /// Their role.
    pub role: Role,
    /// Second address; empty when there is none.
    pub real_email: String,
    /// Identity in the source; empty when there is none.
    pub external_id: String,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the file's fields")]
struct Record {
    #[serde(default, deserialize_with = "optional_text_or_number")]
    timecamp_external_id: Option<String>,
    #[serde(default)]
    timecamp_user_name: Option<String>,
    #[serde(default)]
    timecamp_email: Option<String>,
    #[serde(default)]
    timecamp_groups_breadcrumb: Option<String>,
    #[serde(default)]
    timecamp_status: Option<String>,
    #[serde(default)]
    timecamp_role: Option<String>,
    #[serde(default)]
    timecamp_real_email: Option<String>,
}

impl Roster {
    /// Reads the file. Anything that is not the list that prepare writes is refused: exit 6.
    pub fn parse(bytes: &[u8], unplaced: &[String]) -> Result<Self, Refusal> {
        let whole: Vec<&serde_json::value::RawValue> = serde_json::from_slice(bytes).map_err(|error| {
            refused(&format!("is not the JSON list that prepare writes ({error}). Run prepare again"))
        })?;
        let rows = whole.into_iter().enumerate().map(|(index, text)| Row::parse(index, text.get()));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { rows, unplaced: unplaced.iter().map(|address| address_key(address)).collect() })
    }

    /// Refuses a roster without any active person: a sync with it would disable the company.
    pub fn check_active(&self) -> Result<(), Refusal> {
        if self.rows.iter().any(|row| row.status == Status::Active) {
            return Ok(());
        }
        Err(refused(
            "has no active user; a sync with it would disable everybody. Nothing was changed. \
             Look at the source, its filters and the log of the fetch",
        ))
    }
}

fn refused(text: &str) -> Refusal {
    Refusal::Input(format!("the file of prepared users {text}"))
}

impl Row {
    fn parse(index: usize, text: &str) -> Result<Self, Refusal> {
        let record: Record = serde_json::from_str(text).map_err(|error| {
            let kind = serde_json::from_str::<Value>(text).map_or("no JSON", |value| kind_of(&value));
            let what = if kind == "an object" { error.to_string() } else { format!("expected an object, got {kind}") };
            refused(&format!("cannot be used: record {} of the list: {what}. Run prepare again", index + 1))
        })?;
        let Record {
            timecamp_external_id,
            timecamp_user_name,
            timecamp_email,
            timecamp_groups_breadcrumb,
            timecamp_status,
            timecamp_role,
            timecamp_real_email,
        } = record;
        let email = timecamp_email.unwrap_or_default().trim().to_owned();
        let broken = |what: &str| refused(&format!("cannot be used: record {} ({email}): {what}", index + 1));
        if email.is_empty() {
            return Err(broken("it has no timecamp_email"));
        }
        let status = match timecamp_status.as_deref().map(|text| text.trim().to_ascii_lowercase()).as_deref() {
            Some("active") => Status::Active,
            Some("inactive") => Status::Inactive,
            Some(other) => return Err(broken(&format!("timecamp_status `{other}` is neither active nor inactive"))),
            None => return Err(broken("it has no timecamp_status")),
        };
        let role = match timecamp_role.as_deref().map(|text| text.trim().to_ascii_lowercase()).as_deref() {
            Some("administrator") => Role::Administrator,
            Some("supervisor") => Role::Supervisor,
            Some("guest") => Role::Guest,
            Some("user" | "") | None => Role::User,
            Some(other) => return Err(broken(&format!("timecamp_role `{other}` is not a role"))),
        };
        let text = |value: Option<String>| value.unwrap_or_default().trim().to_owned();
        Ok(Self {
            key: address_key(&email),
            email,
            name: text(timecamp_user_name),
            path: GroupPath::parse(&timecamp_groups_breadcrumb.unwrap_or_default()),
            status,
            role,
            real_email: text(timecamp_real_email),
            external_id: text(timecamp_external_id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_prepared_user_is_refused_by_its_place_in_the_list() {
        let refused = |text: &str| Roster::parse(text.as_bytes(), &[]).unwrap_err().to_string();
        assert!(refused("{").contains("not the JSON list"));
        assert!(refused("[3]").contains("record 1 of the list: expected an object, got a number"));
        assert!(refused(r#"[{"timecamp_status":"active"}]"#).contains("no timecamp_email"));
        assert!(refused(r#"[{"timecamp_email":"a@x.test"}]"#).contains("no timecamp_status"));
        assert!(refused(r#"[{"timecamp_email":"a@x.test","timecamp_status":"actve"}]"#).contains("`actve`"));
    }

    #[test]
    fn status_in_any_letter_case_and_numbers_as_ids() {
        let text = r#"[{"timecamp_email":"A@x.test","timecamp_status":"ACTIVE","timecamp_external_id":7}]"#;
        let roster = Roster::parse(text.as_bytes(), &[]).unwrap();
        assert_eq!(roster.rows[0].external_id, "7");
        assert_eq!(roster.rows[0].key, "a@x.test");
        assert!(roster.check_active().is_ok());
        assert!(Roster::parse(b"[]", &[]).unwrap().check_active().is_err());
    }
}
