//! HiBob's people search.

use crate::settings::{Settings, USER_ID, USER_TOKEN};
use serde_json::{Value, json};
use timecamp_scim_core::Secret;
use timecamp_scim_core::http::{Auth, Http, HttpError, HttpSettings, Replay, Verify};
use timecamp_scim_core::models::kind_of;
use timecamp_scim_core::progress::Progress;

/// The search of one company.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    http: Http,
    settings: &'a Settings,
}

/// Who may be found.
#[derive(Clone, Copy)]
enum Who {
    /// Those who work there.
    Active,
    /// Those who have left too.
    All,
}

impl<'a> Client<'a> {
    /// The company that the settings name.
    pub(crate) fn new(settings: &'a Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        let auth = Auth::Basic { user: Secret::new(settings.user_id.as_str()), password: settings.token.clone() };
        Ok(Self { http: Http::new(&settings.url, auth, Verify::Certificate, 1, http)?, settings })
    }

    /// Everybody who passes the filter, in one answer: HiBob has no pages.
    pub(crate) async fn everybody(&self) -> anyhow::Result<Vec<Value>> {
        let progress = Progress::new("Reading people from HiBob", None);
        let people = self.search(Who::Active, self.settings.filter.as_ref()).await?;
        progress.add(people.len() as u64);
        Ok(people)
    }

    /// The people with these ids, those who have left among them.
    pub(crate) async fn with_ids(&self, ids: &[String]) -> anyhow::Result<Vec<Value>> {
        let _progress = Progress::new("Reading missing supervisors from HiBob", Some(ids.len() as u64));
        self.search(Who::All, Some(&json!({ "fieldPath": "root.id", "operator": "equals", "values": ids }))).await
    }

    async fn search(&self, who: Who, filter: Option<&Value>) -> anyhow::Result<Vec<Value>> {
        let mut body = json!({
            "fields": self.settings.fields,
            "showInactive": matches!(who, Who::All),
            "humanReadable": "APPEND",
        });
        // An empty list of filters is refused: without a filter the key is left out.
        if let (Some(body), Some(filter)) = (body.as_object_mut(), filter) {
            body.insert("filters".to_owned(), json!([filter]));
        }
        let sent = self.http.post("v1/people/search").replay(Replay::Safe).json(&body)?.send().await;
        let answer = sent.map_err(explained)?;
        let mut body: Value = answer.json()?;
        match body.get_mut("employees").map(Value::take) {
            Some(Value::Array(people)) => {
                if let Some(other) = people.iter().find(|person| !person.is_object()) {
                    anyhow::bail!(
                        "{}: the answer has {} where a person is expected. Nothing was written; is HIBOB_API_URL the \
                         address of HiBob's API?",
                        answer.what(),
                        kind_of(other)
                    );
                }
                Ok(people)
            }
            _ => anyhow::bail!(
                "{}: the answer has no list `employees`; is HIBOB_API_URL the address of HiBob's API?",
                answer.what()
            ),
        }
    }
}

/// What a refusal means, before it.
fn explained(error: HttpError) -> anyhow::Error {
    let meaning = match error.code() {
        Some(401) => format!(
            "HiBob does not accept {} and {}; repeated attempts get this machine's address blocked, so correct them first",
            USER_ID.name, USER_TOKEN.name
        ),
        Some(403) => "the service user may not search people, or HiBob blocks this machine's address after failed \
                      log-ins; give its permission group the rights that the README of fetch-hibob lists"
            .to_owned(),
        Some(400) => {
            "HiBob does not understand the search; look at HIBOB_EXCLUDE_FILTER and HIBOB_CUSTOM_FIELDS".to_owned()
        }
        _ => return error.into(),
    };
    anyhow::Error::from(error).context(meaning)
}
