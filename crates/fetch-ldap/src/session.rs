//! The connection: logging on, and reading whole results however the server cuts them up.

mod paging;

use crate::entry::Entry;
use crate::fault::{ConnectFault, Fault, Refusal};
use crate::filters;
use crate::settings::{Account, Line, Paging, Server, Settings};
use crate::tls;
use futures_util::FutureExt as _;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchResult};
use paging::Pages;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use timecamp_scim_core::env::in_part;
use timecamp_scim_core::http::{HttpSettings, Tally};
use timecamp_scim_core::pace;
use timecamp_scim_core::progress::Progress;

/// How long connecting may take, TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// A connection to a directory that somebody is logged on to.
#[derive(Debug)]
pub struct Session {
    ldap: Ldap,
    timeout: Duration,
    paging: Paging,
    tally: Arc<Tally>,
}

/// A search at and below an entry.
#[derive(Debug)]
pub(crate) struct Query<'q> {
    pub(crate) base: &'q str,
    pub(crate) filter: &'q str,
    pub(crate) attributes: &'q [&'q str],
    /// What it is for, in messages: `reading people`.
    pub(crate) doing: &'q str,
}

/// What one request asks for.
struct Request<'r> {
    scope: Scope,
    base: &'r str,
    filter: &'r str,
    attributes: Vec<&'r str>,
    doing: &'r str,
    page: Option<(i32, Vec<u8>)>,
}

impl Session {
    /// Connects, protects the connection and logs on. A refused password is never tried again: accounts get locked.
    pub async fn open(settings: &Settings, http: &HttpSettings) -> anyhow::Result<Self> {
        let ldap = connect(&settings.server, CONNECT.min(http.timeout)).await?;
        let paging = settings.scope.paging;
        let mut session = Self { ldap, timeout: http.timeout, paging, tally: Arc::clone(&http.tally) };
        session.log_on(&settings.account).await?;
        Ok(session)
    }

    async fn log_on(&mut self, account: &Account) -> Result<(), Fault> {
        let doing = format!("logging on as {}", in_part(&account.name));
        self.tally.count_request();
        let bind = self.ldap.with_timeout(self.timeout).simple_bind(&account.name, account.password.expose());
        let answer = guarded(bind, &doing).await?.map_err(|error| broken(&error, &doing, self.timeout))?;
        success(answer, &doing).map(drop)
    }

    /// Everything that matches, in whole. `progress` hears of every page.
    pub(crate) async fn search(&mut self, query: &Query<'_>, progress: Option<&Progress>) -> Result<Vec<Entry>, Fault> {
        let mut pages = Pages::default();
        let mut cookie = Vec::new();
        loop {
            let page = match self.paging {
                Paging::By(size) => Some((size, cookie)),
                Paging::Off => None,
            };
            let (entries, next) = self.ask(&query.request(page)).await?;
            if let Some(progress) = progress {
                progress.add(entries.len() as u64);
                progress.note(format!("page {}", pages.count() + 1));
            }
            match pages.add(entries, next).map_err(|what| odd_pages(query.doing, what))? {
                Some(next) => cookie = next,
                None => break,
            }
        }
        let mut entries = pages.into_entries();
        for entry in &mut entries {
            self.complete(entry, query.doing).await?;
        }
        Ok(entries)
    }

    /// One entry; `None` when it is not there, or not to be seen.
    pub(crate) async fn entry(&mut self, dn: &str, attributes: &[&str], doing: &str) -> Result<Option<Entry>, Fault> {
        let request = Request::of_entry(dn, attributes, doing);
        let mut found = match self.ask(&request).await {
            Ok((entries, _)) => entries.into_iter().next(),
            Err(fault) if fault.is_absence() => None,
            Err(fault) => return Err(fault),
        };
        if let Some(entry) = &mut found {
            self.complete(entry, doing).await?;
        }
        Ok(found)
    }

    /// Whether anything matches.
    pub(crate) async fn has_any(&mut self, query: &Query<'_>) -> Result<bool, Fault> {
        match self.ask(&query.request(Some((1, Vec::new())))).await {
            Ok((entries, _)) => Ok(!entries.is_empty()),
            Err(fault) if fault.is_absence() => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Reads the values that the server held back: it sends long attributes in parts (MS-ADTS 3.1.1.3.1.3.3).
    async fn complete(&mut self, entry: &mut Entry, doing: &str) -> Result<(), Fault> {
        while let Some((attribute, next)) = entry.incomplete().into_iter().next() {
            let wanted = format!("{attribute};range={next}-*");
            let dn = entry.dn.clone();
            let (found, _) = self.ask(&Request::of_entry(&dn, &[&wanted], doing)).await?;
            let part = found.into_iter().next().unwrap_or_default();
            if !entry.continue_with(&attribute, part) {
                let what = format!("the values of {attribute} from number {next} on do not come");
                return Err(Fault::Strange { doing: doing.to_owned(), what, advice: "Run again" });
            }
        }
        Ok(())
    }

    /// Sends a request and takes its whole answer, with the cookie of the next page. The only success is success:
    /// a limit that was reached may come with a part of the result.
    async fn ask(&mut self, request: &Request<'_>) -> Result<(Vec<Entry>, Option<Vec<u8>>), Fault> {
        let Request { scope, base, filter, attributes, doing, page } = request;
        self.tally.count_request();
        self.ldap.with_timeout(self.timeout);
        if let Some((size, cookie)) = page {
            self.ldap.with_controls(vec![paging::control(*size, cookie.clone())]);
        }
        // This kind of search keeps references to other servers out of the entries. They are never followed.
        let search = self.ldap.search(base, *scope, filter, attributes.as_slice());
        let answer = guarded(search, doing).await?;
        let SearchResult(entries, result) = answer.map_err(|error| broken(&error, doing, self.timeout))?;
        let result = success(result, doing)?;
        if !result.refs.is_empty() {
            tracing::debug!("{} references to other servers are ignored while {doing}", result.refs.len());
        }
        let entries: Result<Vec<_>, _> = entries.into_iter().map(|entry| Entry::from_wire(entry.0)).collect();
        let entries = entries.map_err(|error| strange(doing, &error.to_string()))?;
        let cookie = paging::cookie(&result.ctrls).map_err(|what| strange(doing, what))?;
        Ok((entries, cookie))
    }

    /// Says goodbye. That the server no longer listens is no failure by now.
    pub async fn close(mut self) {
        drop(self.ldap.with_timeout(CONNECT).unbind().await);
    }
}

impl<'q> Query<'q> {
    fn request(&self, page: Option<(i32, Vec<u8>)>) -> Request<'q> {
        let &Query { base, filter, attributes, doing } = self;
        Request { scope: Scope::Subtree, base, filter, attributes: attributes.to_vec(), doing, page }
    }
}

impl<'r> Request<'r> {
    fn of_entry(dn: &'r str, attributes: &[&'r str], doing: &'r str) -> Self {
        Self {
            scope: Scope::Base,
            base: dn,
            filter: filters::ANYTHING,
            attributes: attributes.to_vec(),
            doing,
            page: None,
        }
    }
}

async fn connect(server: &Server, timeout: Duration) -> anyhow::Result<Ldap> {
    let settings = LdapConnSettings::new().set_conn_timeout(timeout);
    let settings = match &server.line {
        Line::Plain => settings,
        Line::StartTls(trust) => settings.set_config(tls::config(trust)?).set_starttls(true),
        Line::Ldaps(trust) => settings.set_config(tls::config(trust)?),
    };
    let url = server.url();
    let connected = guarded(LdapConnAsync::with_settings(settings, &url), "connecting").await?;
    let fault = |error| Fault::Connect { server: url.clone(), fault: ConnectFault::from(error) };
    let (connection, ldap) = connected.map_err(fault)?;
    tokio::spawn(async move {
        // Whoever waits for an answer hears that the connection is gone.
        if let Err(error) = connection.drive().await {
            tracing::debug!("the connection to the directory ended: {error}");
        }
    });
    Ok(ldap)
}

/// The LDAP library panics on answers that are not LDAP; here that is an error like any other.
async fn guarded<T>(work: impl Future<Output = T>, doing: &str) -> Result<T, Fault> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_panic| strange(doing, "the answer is not readable as LDAP"))
}

fn success(result: LdapResult, doing: &str) -> Result<LdapResult, Fault> {
    if result.rc == 0 {
        return Ok(result);
    }
    Err(Fault::Refused { doing: doing.to_owned(), refusal: Refusal { code: result.rc, text: result.text } })
}

fn broken(error: &LdapError, doing: &str, timeout: Duration) -> Fault {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rest cannot happen in mid-connection; their own words will do"
    )]
    let cause = match error {
        LdapError::Timeout { .. } => {
            format!("the server did not answer within {} (HTTP_TIMEOUT changes that)", pace::plain(timeout))
        }
        LdapError::EndOfStream
        | LdapError::ResultRecv { .. }
        | LdapError::OpSend { .. }
        | LdapError::IdScrubSend { .. } => "the server closed it before the end".to_owned(),
        other => other.to_string(),
    };
    Fault::Broken { doing: doing.to_owned(), cause }
}

fn strange(doing: &str, what: &str) -> Fault {
    Fault::Strange { doing: doing.to_owned(), what: what.to_owned(), advice: "Is this an LDAP server?" }
}

fn odd_pages(doing: &str, what: &str) -> Fault {
    let advice = "Nothing was written; run again. If it stays so, LDAP_PAGE_SIZE=0 asks for everybody at once, where the \
                  server allows that";
    Fault::Strange { doing: doing.to_owned(), what: what.to_owned(), advice }
}
