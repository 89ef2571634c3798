//! A user as Graph writes one, and the one step to a source user.

use crate::settings::{Address, PrimaryAddress, Settings};
use serde::Deserialize;
use serde_json::Value;
use timecamp_scim_core::models::{SourceUser, Status};

/// What is asked for; a property that is not selected is absent, which would read as `not disabled`.
pub(crate) const SELECT: &str = "id,displayName,mail,userPrincipalName,department,jobTitle,accountEnabled,givenName,\
    surname,mobilePhone,businessPhones,streetAddress,postalCode,employeeId";
/// The manager's id and nothing more of them.
pub(crate) const EXPAND: &str = "manager($select=id)";

/// A user record that is not as Graph documents it.
#[derive(Debug, thiserror::Error)]
#[error("the user {id} is not as Microsoft Graph documents users")]
pub(crate) struct NotAUser {
    id: String,
    source: serde_json::Error,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    id: Option<String>,
    display_name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
    department: Option<String>,
    job_title: Option<String>,
    account_enabled: Option<bool>,
    manager: Option<Reference>,
}

#[derive(Deserialize)]
struct Reference {
    id: Option<String>,
}

/// A person, and whether Graph tells if the account is enabled.
pub(crate) fn person(mut record: Value, settings: &Settings) -> Result<SourceUser, NotAUser> {
    // Annotations of the answer, such as `@odata.context`; they are no part of the person and depend on how it was read.
    if let Some(fields) = record.as_object_mut() {
        fields.retain(|name, _| !name.contains("@odata."));
    }
    let Record {
        id,
        display_name,
        given_name,
        surname,
        mail,
        user_principal_name,
        department,
        job_title,
        account_enabled,
        manager,
    } = Record::deserialize(&record).map_err(|source| NotAUser { id: crate::graph::id_of(&record), source })?;
    let (mail, principal) = (address(mail), address(user_principal_name));
    let email = match settings.primary {
        PrimaryAddress::MailFirst => mail.clone().or_else(|| principal.clone()),
        PrimaryAddress::UserPrincipalName => principal.clone(),
    };
    let real_email = match settings.additional {
        Some(Address::Mail) => mail,
        Some(Address::UserPrincipalName) => principal,
        None => None,
    };
    Ok(SourceUser {
        name: name(display_name, given_name, surname),
        email: email.unwrap_or_default(),
        real_email,
        department: Some(department.unwrap_or_default()),
        job_title: Some(job_title.unwrap_or_default()),
        status: if account_enabled == Some(false) { Status::Inactive } else { Status::Active },
        supervisor_id: manager.and_then(|Reference { id }| id).unwrap_or_default(),
        raw_data: Some(record),
        ..SourceUser::new(id.unwrap_or_default())
    })
}

/// Whether the record tells if the account is enabled. Graph hides what the app may not see, without an error.
pub(crate) fn tells_status(user: &SourceUser) -> bool {
    user.raw_data.as_ref().and_then(|record| record.get("accountEnabled")).is_some_and(Value::is_boolean)
}

fn address(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty())
}

fn name(display: Option<String>, given: Option<String>, surname: Option<String>) -> String {
    let display = display.unwrap_or_default().trim().to_owned();
    if !display.is_empty() {
        return display;
    }
    let parts = [given, surname].map(|part| part.unwrap_or_default().trim().to_owned());
    parts.join(" ").trim().to_owned()
}
