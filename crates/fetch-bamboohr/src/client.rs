//! The dataset, page by page.

use crate::pages::{Next, Pages};
use crate::settings::Settings;
use crate::wire::{Page, Record, Who, query};
use timecamp_scim_core::Secret;
use timecamp_scim_core::http::{Auth, Http, HttpError, HttpSettings, Replay, Verify};
use timecamp_scim_core::progress::Progress;

/// The dataset of employees below the base address.
const EMPLOYEES: &str = "v1/datasets/employee";
/// The largest page that BambooHR documents.
const PAGE_SIZE: &str = "1000";
/// Employee numbers in one look-up.
const BATCH: usize = 100;

/// Reads employees.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    http: Http,
    settings: &'a Settings,
}

impl<'a> Client<'a> {
    pub(crate) fn new(settings: &'a Settings, http: &HttpSettings) -> Result<Self, HttpError> {
        // The key is the user; the password may be anything and is customarily `x`.
        let auth = Auth::Basic { user: settings.key.clone(), password: Secret::new("x") };
        let http = Http::new(&settings.base, auth, Verify::Certificate, 1, http)?;
        Ok(Self { http, settings })
    }

    /// Everybody who is not terminated and passes the exclude filter.
    pub(crate) async fn everybody(&self) -> anyhow::Result<Vec<Record>> {
        let progress = Progress::new("Reading employees from BambooHR", None);
        self.all_pages(&Who::Everybody, &progress).await
    }

    /// Those with these employee numbers, whatever their standing; numbers that nobody has are no error.
    pub(crate) async fn numbered(&self, numbers: &[String]) -> anyhow::Result<Vec<Record>> {
        let progress = Progress::new("Reading missing supervisors from BambooHR", None);
        let mut found = Vec::new();
        for batch in numbers.chunks(BATCH) {
            found.extend(self.all_pages(&Who::Numbered(batch), &progress).await?);
        }
        Ok(found)
    }

    async fn all_pages(&self, who: &Who<'_>, progress: &Progress) -> anyhow::Result<Vec<Record>> {
        let mut pages = Pages::default();
        loop {
            let page = self.page(who, pages.wanted()).await?;
            let count = page.data.len() as u64;
            let next = pages.take(page)?;
            progress.add(count);
            if let (Who::Everybody, Some(total)) = (who, pages.total()) {
                progress.total(total);
            }
            match next {
                Next::Page(number) => progress.note(format!("page {number}")),
                Next::Done => return Ok(pages.into_records()),
            }
        }
    }

    async fn page(&self, who: &Who<'_>, number: u64) -> anyhow::Result<Page> {
        let request = self.http.post(EMPLOYEES).query("page", &number.to_string()).query("page_size", PAGE_SIZE);
        // A POST that only reads.
        let request = request.json(&query(who, number, self.settings))?.replay(Replay::Safe);
        let page: Page = request.send().await.map_err(advised)?.json().map_err(advised)?;
        let link = page.pagination.as_ref().and_then(|pagination| pagination.next_page.as_deref());
        link.map(|link| self.leads_home(link)).transpose()?;
        Ok(page)
    }

    /// The number is all that is needed of a link to the next page, but one that leads elsewhere is not BambooHR's.
    /// Its documentation shows links to `api.bamboohr.com` in answers of `acme.bamboohr.com`.
    fn leads_home(&self, link: &str) -> Result<(), HttpError> {
        match self.http.same_host(link) {
            Err(HttpError::OtherHost { link_host, host }) if is_bamboohr(&link_host) && is_bamboohr(&host) => Ok(()),
            other => other.map(drop),
        }
    }
}

fn is_bamboohr(host: &str) -> bool {
    host.ends_with(".bamboohr.com")
}

/// The error with what an administrator can do about it before it.
fn advised(error: HttpError) -> anyhow::Error {
    let advice = match (&error, error.code()) {
        (_, Some(400)) => {
            "BambooHR does not accept the query; a field named in BAMBOOHR_EXCLUDE_FILTER or BAMBOOHR_SUPERVISOR_RULE may \
             not exist"
        }
        (_, Some(401)) => {
            "BambooHR does not accept the key; check BAMBOOHR_API_KEY, and that it belongs to the company of \
             BAMBOOHR_SUBDOMAIN"
        }
        (_, Some(403)) => {
            "BambooHR refuses access: either the key's user may not read employees (give it the right, or use another \
             user's key), or BambooHR has locked the key out after wrong attempts; then wait, for every further try \
             prolongs it"
        }
        (_, Some(404)) => "BambooHR does not know this address; check BAMBOOHR_SUBDOMAIN and BAMBOOHR_API_URL",
        (HttpError::NotJson { .. }, _) => {
            "this is not the answer that BambooHR documents; check BAMBOOHR_API_URL and whether a proxy answers in its place"
        }
        _ => return error.into(),
    };
    anyhow::Error::new(error).context(advice)
}
