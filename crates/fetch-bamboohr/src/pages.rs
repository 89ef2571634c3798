//! The rule for reading page after page: what comes next, and what cannot be true.

use crate::wire::{Page, Pagination, Record};
use anyhow::{Context as _, bail};
use serde_json::Value;

/// The pages read so far, from the first.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pages: Vec<Vec<Record>>,
    total: Option<u64>,
}

/// What is to be done after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask for the page with this number.
    Page(u64),
    /// That was all.
    Done,
}

impl Pages {
    /// The number of the page to ask for, from 1.
    pub(crate) fn wanted(&self) -> u64 {
        self.pages.len() as u64 + 1
    }

    /// Employees in all, when BambooHR says so.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// All employees, in the order of the pages.
    pub(crate) fn into_records(self) -> Vec<Record> {
        self.pages.into_iter().flatten().collect()
    }

    /// Takes the answer to the request for page [`Pages::wanted`]. An answer that cannot be the rest of a whole list
    /// is an error: a list that is too short would have people disabled, and a page that comes again never ends.
    pub(crate) fn take(&mut self, page: Page) -> anyhow::Result<Next> {
        let wanted = self.wanted();
        let Page { data, pagination } = page;
        let Pagination { current_page, total_pages, total_records, next_page } = pagination.unwrap_or_default();
        let current = number(current_page.as_ref())
            .with_context(|| format!("BambooHR's answer to page {wanted} does not say which page it is"))?;
        if current != wanted {
            bail!("BambooHR was asked for page {wanted} and answered page {current}: the pages would never end");
        }
        if let Some(earlier) = self.pages.iter().position(|earlier| *earlier == data) {
            bail!(
                "BambooHR's page {wanted} holds the same employees as page {}: the pages would never end",
                earlier + 1
            );
        }
        let total = number(total_records.as_ref());
        if wanted > 1 && total != self.total {
            bail!(
                "the number of employees in BambooHR changed while they were read, and some may be missing; run again"
            );
        }
        self.total = total;
        self.pages.push(data);
        // The documented example has a next page on the last one too, so the count decides where there is one.
        let more = number(total_pages.as_ref()).map_or(next_page.is_some(), |pages| current < pages);
        if more {
            return Ok(Next::Page(wanted + 1));
        }
        let read = self.pages.iter().map(Vec::len).sum::<usize>() as u64;
        match total {
            Some(total) if total != read => bail!("BambooHR speaks of {total} employees but gave {read}; run again"),
            Some(_) | None => Ok(Next::Done),
        }
    }
}

fn number(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(people: std::ops::Range<u64>, pagination: &Value) -> Page {
        let data: Vec<Value> = people.map(|number| json!({ "employeeNumber": number })).collect();
        serde_json::from_value(json!({ "data": data, "pagination": pagination })).unwrap()
    }

    fn of(current: u64, pages: u64, records: u64) -> Value {
        json!({ "current_page": current, "total_pages": pages, "total_records": records, "next_page": null })
    }

    fn problem(pages: &mut Pages, page: Page) -> String {
        pages.take(page).unwrap_err().to_string()
    }

    #[test]
    fn pages_follow_each_other_to_the_last() {
        let mut pages = Pages::default();
        assert_eq!(pages.take(page(0..2, &of(1, 3, 5))).unwrap(), Next::Page(2));
        assert_eq!(pages.take(page(2..4, &of(2, 3, 5))).unwrap(), Next::Page(3));
        assert_eq!(pages.take(page(4..5, &of(3, 3, 5))).unwrap(), Next::Done);
        assert_eq!((pages.total(), pages.into_records().len()), (Some(5), 5));
    }

    #[test]
    fn without_counts_the_next_page_decides_and_numbers_may_be_text() {
        let mut pages = Pages::default();
        let first = json!({ "current_page": "1", "next_page": "https://x.test/?page=2" });
        assert_eq!(pages.take(page(0..2, &first)).unwrap(), Next::Page(2));
        assert_eq!(pages.take(page(2..3, &json!({ "current_page": " 2 " }))).unwrap(), Next::Done);
    }

    #[test]
    fn nobody_is_one_empty_page() {
        assert_eq!(Pages::default().take(page(0..0, &of(1, 0, 0))).unwrap(), Next::Done);
    }

    #[test]
    fn a_page_that_does_not_advance_or_comes_again_is_an_error() {
        let mut pages = Pages::default();
        pages.take(page(0..2, &of(1, 3, 6))).unwrap();
        assert!(problem(&mut pages, page(0..2, &of(1, 3, 6))).contains("asked for page 2 and answered page 1"));
        assert!(problem(&mut pages, page(0..2, &of(2, 3, 6))).contains("page 2 holds the same employees as page 1"));
        assert!(problem(&mut pages, page(2..4, &json!({}))).contains("does not say which page"));
        assert!(problem(&mut pages, page(2..4, &of(3, 3, 6))).contains("answered page 3"));
    }

    #[test]
    fn a_list_that_is_not_whole_is_an_error() {
        let mut pages = Pages::default();
        pages.take(page(0..2, &of(1, 2, 4))).unwrap();
        assert!(problem(&mut pages, page(2..3, &of(2, 2, 3))).contains("changed while"));
        assert!(problem(&mut pages, page(2..3, &of(2, 2, 4))).contains("speaks of 4 employees but gave 3"));
    }
}
