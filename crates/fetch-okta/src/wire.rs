//! Okta's users in our words, and its `Link` headers.

use crate::settings::{Fields, is_at_work};
use serde_json::Value;
use timecamp_scim_core::models::{SourceUser, Status};
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::source::record;

/// Parts of a user's record that have no business in a file of people: how they log in, and links.
const DROPPED: [&str; 2] = ["credentials", "_links"];
/// Fields that compare in any letter case.
const ADDRESSES: [&str; 2] = ["email", "login"];

/// A user of Okta, with what is needed to find their supervisor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    /// Okta's own id.
    pub(crate) okta_id: String,
    /// `ACTIVE`, `SUSPENDED`, …
    pub(crate) okta_status: String,
    pub(crate) login: String,
    /// By what others name them as their supervisor.
    pub(crate) key: Option<Key>,
    /// Whom they name as theirs.
    pub(crate) supervisor: Option<Key>,
    /// What is written; `supervisor_id` is still empty.
    pub(crate) user: SourceUser,
}

/// A value of the field by which supervisors are found: as it was written, and as it compares.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// As it was written, for messages and requests.
    pub(crate) written: String,
    compared: String,
}

impl Key {
    /// A value of the field `field`.
    pub(crate) fn new(field: &str, written: String) -> Self {
        let name = field.strip_prefix("profile.").unwrap_or(field);
        let compared = if ADDRESSES.contains(&name) { address_key(&written) } else { written.clone() };
        Self { written, compared }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.compared == other.compared
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.compared.cmp(&other.compared)
    }
}

impl Person {
    /// The user of a record as Okta answers it.
    pub(crate) fn of(mut record: Value, fields: &Fields) -> Self {
        let text = |field: &str| text_of(&record, field);
        let login = text("login").unwrap_or_default();
        let okta_status = record::text_at(&record, "status").unwrap_or_default();
        let key = |field: &str| text(field).map(|value| Key::new(&fields.supervisor_match, value));
        let mut user = SourceUser {
            name: name(&record, fields).unwrap_or_default(),
            email: text(&fields.email).unwrap_or_default(),
            department: text(&fields.department),
            job_title: text(&fields.job_title),
            status: if is_at_work(&okta_status) { Status::Active } else { Status::Inactive },
            is_supervisor: Some(
                fields
                    .rule
                    .as_ref()
                    .is_some_and(|rule| value_of(&record, rule.field()).is_some_and(|value| rule.fits(value))),
            ),
            ..SourceUser::new(text(&fields.external_id).unwrap_or_default())
        };
        let (key, supervisor) = (key(&fields.supervisor_match), key(&fields.supervisor_id));
        let okta_id = id_of(&record);
        if let Some(record) = record.as_object_mut() {
            record.retain(|name, _| !DROPPED.contains(&name.as_str()));
        }
        user.raw_data = Some(record);
        Self { okta_id, okta_status, login, key, supervisor, user }
    }
}

/// Okta's own id of a user or group; empty when the record has none.
pub(crate) fn id_of(record: &Value) -> String {
    record::text_at(record, "id").unwrap_or_default()
}

/// The configured name, else first and last name, else the address, else the login.
fn name(record: &Value, fields: &Fields) -> Option<String> {
    let first_and_last = || {
        let parts: Vec<String> = ["firstName", "lastName"].iter().filter_map(|field| text_of(record, field)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    text_of(record, &fields.name)
        .or_else(first_and_last)
        .or_else(|| text_of(record, &fields.email))
        .or_else(|| text_of(record, "login"))
}

/// A field as trimmed text; `None` when it is blank.
fn text_of(record: &Value, field: &str) -> Option<String> {
    value_of(record, field).and_then(record::text)
}

/// A field of the profile (`profile.` before it is allowed); `id` is the record's own.
fn value_of<'a>(record: &'a Value, field: &str) -> Option<&'a Value> {
    if field == "id" {
        return record::at(record, "id");
    }
    let profile = record.get("profile")?;
    record::at(profile, field).or_else(|| record::at(profile, field.strip_prefix("profile.")?))
}

/// The target of the link `rel="next"` among `Link` headers; each may hold several links.
pub(crate) fn next_link<'a>(headers: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    for header in headers {
        for link in header.split('<').skip(1) {
            let Some((target, parameters)) = link.split_once('>') else { continue };
            let is_next = |parameter: &str| {
                let (name, value) = parameter.split_once('=').unwrap_or_default();
                let value = value.trim_matches([' ', ',', '"']);
                name.trim().eq_ignore_ascii_case("rel") && value.eq_ignore_ascii_case("next")
            };
            if parameters.split(';').any(is_next) {
                return Some(target);
            }
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;
    use timecamp_scim_core::source::record::SupervisorRule;

    pub(crate) fn fields() -> Fields {
        Fields {
            external_id: "id".to_owned(),
            email: "email".to_owned(),
            name: "displayName".to_owned(),
            department: "department".to_owned(),
            job_title: "title".to_owned(),
            supervisor_id: "managerId".to_owned(),
            supervisor_match: "id".to_owned(),
            rule: None,
        }
    }

    #[test]
    fn a_record_becomes_a_user() {
        let record = json!({
            "id": "00u1", "status": "ACTIVE", "credentials": { "recovery_question": { "question": "Pet?" } },
            "_links": { "self": { "href": "https://x.test" } },
            "profile": { "login": "a@x.test", "email": " Ann@x.test ", "displayName": " Ann Ex ", "department": "Ops/West",
                "title": null, "managerId": 104 },
        });
        let person = Person::of(record, &fields());
        let user = &person.user;
        assert_eq!((person.okta_id.as_str(), person.login.as_str()), ("00u1", "a@x.test"));
        assert_eq!(
            (user.external_id.as_str(), user.name.as_str(), user.email.as_str()),
            ("00u1", "Ann Ex", "Ann@x.test")
        );
        assert_eq!((user.department.as_deref(), user.job_title.as_deref()), (Some("Ops/West"), None));
        assert_eq!((user.status, user.is_supervisor), (Status::Active, Some(false)));
        assert_eq!(person.supervisor.map(|key| key.written).as_deref(), Some("104"));
        let raw = user.raw_data.as_ref().unwrap();
        // Their order depends on what else is built: test libraries may make JSON objects keep it.
        let mut keys: Vec<&String> = raw.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["id", "profile", "status"]);
    }

    #[test]
    fn names_fall_back_to_what_there_is() {
        let name = |profile: Value| Person::of(json!({ "profile": profile }), &fields()).user.name;
        assert_eq!(name(json!({ "displayName": "  ", "firstName": "Ann", "lastName": " Ex" })), "Ann Ex");
        assert_eq!(name(json!({ "displayName": null, "lastName": "Ex", "email": "a@x.test" })), "Ex");
        assert_eq!(name(json!({ "email": "a@x.test", "login": "ann" })), "a@x.test");
        assert_eq!(name(json!({ "email": null, "login": "ann" })), "ann");
        assert_eq!(name(json!({})), "");
    }

    #[test]
    fn fields_reach_deeper_and_may_name_the_profile() {
        let record = json!({ "id": "00u1", "profile": { "id": "other", "hr": { "number": 7 } } });
        assert_eq!(text_of(&record, "id").as_deref(), Some("00u1"));
        assert_eq!(text_of(&record, "hr.number").as_deref(), Some("7"));
        assert_eq!(text_of(&record, "profile.hr.number").as_deref(), Some("7"));
        assert_eq!(text_of(&record, "status"), None);
    }

    #[test]
    fn the_rule_looks_into_the_profile() {
        let rule = SupervisorRule::parse("hr.lead:true");
        let fields = Fields { rule, ..fields() };
        let leads = |profile: Value| Person::of(json!({ "profile": profile }), &fields).user.is_supervisor;
        assert_eq!(leads(json!({ "hr": { "lead": true } })), Some(true));
        assert_eq!(leads(json!({ "hr": { "lead": false } })), Some(false));
        assert_eq!(leads(json!({})), Some(false));
    }

    #[test]
    fn only_the_link_to_the_next_page_counts() {
        let own = r#"<https://x.test/api/v1/users?limit=2>; rel="self""#;
        let next = r#"<https://x.test/api/v1/users?after=a,b;c&limit=2>; title="x"; rel="next""#;
        let target = "https://x.test/api/v1/users?after=a,b;c&limit=2";
        assert_eq!(next_link([own, next].into_iter()), Some(target));
        let joined = format!("{next}, {own}");
        assert_eq!(next_link([joined.as_str()].into_iter()), Some(target));
        assert_eq!(next_link(["<https://x.test>; rel=next"].into_iter()), Some("https://x.test"));
        assert_eq!(next_link([own].into_iter()), None);
        assert_eq!(next_link(["nonsense"].into_iter()), None);
        assert_eq!(next_link(["<nonsense", next].into_iter()), Some(target), "one that is none hides no other");
    }
}
