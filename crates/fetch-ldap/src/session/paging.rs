//! Results in pages (RFC 2696).

use crate::entry::Entry;
use ldap3::asn1::{PL, parse_tag};
use ldap3::controls::{Control, PagedResults, RawControl};
use std::collections::BTreeSet;

/// The control's number.
const OID: &str = "1.2.840.113556.1.4.319";
/// Pages without any entry that may follow each other: servers send such when rights hide everything on a page.
const EMPTY_PAGES: u32 = 1000;

/// Asks for the page that begins at `cookie`. A server that knows no pages ignores it and sends everything.
pub(super) fn control(size: i32, cookie: Vec<u8>) -> RawControl {
    PagedResults { size, cookie }.into()
}

/// Where the next page begins: empty after the last one, `None` from a server that knows no pages.
pub(super) fn cookie(controls: &[Control]) -> Result<Option<Vec<u8>>, &'static str> {
    const ODD: &str = "the end of a page is not readable";
    let Some(Control(_, control)) = controls.iter().find(|Control(_, control)| control.ctype == OID) else {
        return Ok(None);
    };
    let value = control.val.as_deref().ok_or(ODD)?;
    let (_, tag) = parse_tag(value).map_err(|_unparsable| ODD)?;
    let PL::C(parts) = tag.payload else { return Err(ODD) };
    match parts.into_iter().nth(1).map(|part| part.payload) {
        Some(PL::P(cookie)) => Ok(Some(cookie)),
        Some(PL::C(_)) | None => Err(ODD),
    }
}

/// The pages so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    entries: Vec<Entry>,
    seen: BTreeSet<String>,
    count: u32,
    empty: u32,
}

impl Pages {
    /// Takes a page and the [`cookie`] that came with it; returns the cookie to go on with. A page that brings nobody
    /// new, again, would go on for ever. (Cookies tell nothing: Samba sends the same one for every page.)
    pub(super) fn add(&mut self, page: Vec<Entry>, cookie: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, &'static str> {
        self.count += 1;
        if cookie.is_none() && self.count > 1 {
            // Taken for the last one, it would make a part of the people look like all of them.
            return Err("a page came without a word on whether another one follows");
        }
        self.empty = if page.is_empty() { self.empty + 1 } else { 0 };
        if self.empty > EMPTY_PAGES {
            return Err("the server sends empty pages without end");
        }
        let size = page.len();
        let new: Vec<Entry> = page.into_iter().filter(|entry| self.seen.insert(entry.dn.clone())).collect();
        if size > 0 && new.is_empty() {
            return Err("the server sent a page twice");
        }
        self.entries.extend(new);
        Ok(cookie.filter(|cookie| !cookie.is_empty()))
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    fn page(names: &[&str]) -> Vec<Entry> {
        names.iter().map(|name| sample(name, &[])).collect()
    }

    #[test]
    fn a_cookie_comes_back_as_it_was_sent() {
        let sent = control(100, b"abc\0".to_vec());
        assert_eq!(cookie(&[Control(None, sent)]), Ok(Some(b"abc\0".to_vec())));
        assert_eq!(cookie(&[Control(None, control(0, Vec::new()))]), Ok(Some(Vec::new())));
        assert_eq!(cookie(&[]), Ok(None));
        for odd in [None, Some(vec![]), Some(vec![4, 1, 0]), Some(vec![0x30, 3, 2, 1, 0])] {
            let control = RawControl { ctype: OID.to_owned(), crit: false, val: odd };
            assert!(cookie(&[Control(None, control)]).is_err());
        }
    }

    fn more() -> Vec<u8> {
        b"more".to_vec()
    }

    #[test]
    fn a_page_sent_twice_is_an_error_and_not_an_endless_loop() {
        let mut pages = Pages::default();
        assert_eq!(pages.add(page(&["a", "b"]), Some(more())), Ok(Some(more())));
        pages.add(page(&[]), Some(more())).unwrap();
        pages.add(page(&["b", "c"]), Some(more())).unwrap();
        assert!(pages.add(page(&["a", "c"]), Some(more())).unwrap_err().contains("twice"));
        assert_eq!(pages.into_entries().len(), 3);
        let mut empty = Pages::default();
        let last = (0..=EMPTY_PAGES).map(|_| empty.add(Vec::new(), Some(more()))).last().unwrap();
        assert!(last.is_err());
    }

    #[test]
    fn only_an_empty_cookie_ends_what_came_in_pages() {
        let mut pages = Pages::default();
        pages.add(page(&["a"]), Some(more())).unwrap();
        assert_eq!(pages.add(page(&["b"]), Some(Vec::new())), Ok(None));
        let mut cut_short = Pages::default();
        cut_short.add(page(&["a"]), Some(more())).unwrap();
        assert!(cut_short.add(page(&["b"]), None).unwrap_err().contains("whether another one follows"));
        let mut without_pages = Pages::default();
        assert_eq!(without_pages.add(page(&["a", "b"]), None), Ok(None));
    }
}
