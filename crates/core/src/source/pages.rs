//! Pages that do not end: a page answered twice and links that lead in a circle are errors, never an endless loop.

use crate::http::{Http, HttpError};
use std::collections::BTreeSet;
use url::Url;

/// How many pages without anybody may follow each other: Graph documents that there are such pages, not how many.
const EMPTY_IN_A_ROW: u32 = 100;

/// The pages read so far.
#[derive(Debug, Default)]
pub struct Pages {
    links: BTreeSet<String>,
    seen: BTreeSet<Vec<String>>,
    count: u32,
    empty: u32,
}

/// Pages that do not lead to an end.
#[derive(Debug, thiserror::Error)]
pub enum PagingError {
    /// A page holds exactly what one before it held.
    #[error(
        "page {0} holds the same records as a page before it: the source does not move on. Nothing was written; run again, and tell the vendor if it stays"
    )]
    Twice(u32),
    /// A link leads to a page that was read already.
    #[error(
        "page {0} links to a page that was read before: the source leads in a circle. Nothing was written; run again, and tell the vendor if it stays"
    )]
    Circle(u32),
    /// Page after page without anybody.
    #[error(
        "{EMPTY_IN_A_ROW} pages in a row hold nobody and still link to a next one. Nothing was written; run again, and tell the vendor if it stays"
    )]
    Empty,
    /// A link that is none, or that leads elsewhere.
    #[error(transparent)]
    Link(#[from] HttpError),
}

impl Pages {
    /// Takes note of a page by the identities on it, in their order, and returns its number, from 1.
    pub fn page(&mut self, ids: Vec<String>) -> Result<u32, PagingError> {
        self.count += 1;
        if ids.is_empty() {
            self.empty += 1;
            return if self.empty < EMPTY_IN_A_ROW { Ok(self.count) } else { Err(PagingError::Empty) };
        }
        self.empty = 0;
        if self.seen.insert(ids) { Ok(self.count) } else { Err(PagingError::Twice(self.count)) }
    }

    /// The address of the next page: on the host the pages come from, and not read before.
    pub fn next(&mut self, http: &Http, link: &str) -> Result<Url, PagingError> {
        let url = http.same_host(link)?;
        if self.links.insert(url.to_string()) { Ok(url) } else { Err(PagingError::Circle(self.count)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Auth, HttpSettings, Verify};

    fn http() -> Http {
        Http::new("https://source.test/v1", Auth::None, Verify::Certificate, 1, &HttpSettings::default()).unwrap()
    }

    #[test]
    fn a_page_that_comes_again_is_an_error() {
        let mut pages = Pages::default();
        let ids = |ids: [&str; 2]| ids.map(str::to_owned).to_vec();
        assert_eq!(pages.page(ids(["a", "b"])).unwrap(), 1);
        assert_eq!(pages.page(ids(["b", "c"])).unwrap(), 2, "one person twice is no page twice");
        assert!(matches!(pages.page(ids(["a", "b"])), Err(PagingError::Twice(3))));
    }

    #[test]
    fn empty_pages_are_fine_until_there_is_no_end_to_them() {
        let mut pages = Pages::default();
        assert!((1..EMPTY_IN_A_ROW).all(|_| pages.page(Vec::new()).is_ok()));
        pages.page(vec!["a".to_owned()]).unwrap();
        assert!((1..EMPTY_IN_A_ROW).all(|_| pages.page(Vec::new()).is_ok()));
        assert!(matches!(pages.page(Vec::new()), Err(PagingError::Empty)));
    }

    #[test]
    fn links_lead_on_and_to_no_other_host() {
        let (mut pages, http) = (Pages::default(), http());
        assert_eq!(pages.next(&http, "https://source.test/v1/users?after=1").unwrap().query(), Some("after=1"));
        pages.next(&http, "/v1/users?after=2").unwrap();
        assert!(matches!(pages.next(&http, "https://source.test/v1/users?after=1"), Err(PagingError::Circle(0))));
        for elsewhere in ["https://other.test/v1/users", "http://source.test/v1/users", "https://source.test:8443/v1"] {
            let error = pages.next(&http, elsewhere).unwrap_err();
            assert!(matches!(error, PagingError::Link(HttpError::OtherHost { .. })), "{error}");
        }
    }
}
