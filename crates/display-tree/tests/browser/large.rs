//! 20,000 people in 2,000 groups.

use crate::browser::with_page;
use crate::people::{Page, many};
use thirtyfour::prelude::*;

/// Milliseconds from the start of loading until the page can be used, by its own measure.
const INTERACTIVE: &str = "performance.getEntriesByName('display-tree:interactive')[0].duration";

#[test]
fn twenty_thousand_people_are_there_within_two_seconds_and_eight_megabytes() {
    let page = Page::of(&many());
    assert!(page.bytes() < 8_000_000, "{} bytes", page.bytes());
    with_page(&page.path(), async |browser| {
        let mut times = vec![browser.number(INTERACTIVE).await];
        // A machine that is busy with something else is not the page's fault: the best of several counts.
        while times.len() < 5 && times.iter().all(|time| *time >= 2000.0) {
            browser.open(&page.path()).await;
            times.push(browser.number(INTERACTIVE).await);
        }
        println!("20,000 people in 2,000 groups: {} bytes, interactive after {times:.0?} ms", page.bytes());
        assert!(times.iter().any(|time| *time < 2000.0), "{times:?}");
        assert_eq!(browser.texts("#numbers > div").await[0], "Active users20,000");
        assert_eq!(browser.texts("#numbers > div").await[5], "Groups2,000");

        browser.press("/").await;
        browser.press("person.12345").await;
        browser.wait_for(By::XPath("//*[@id='status'][.='1 person found']")).await;
        assert_eq!(browser.texts("#tree li.person .side").await, ["person.12345@large-company.example"]);

        browser.press(Key::Escape).await;
        browser.size(1180, 1000).await;
        browser.press("kowalska").await;
        browser.wait_for(By::XPath("//*[@id='status'][contains(., 'people found')]")).await;
        // So many are not all drawn at once.
        assert!(browser.count("#tree li").await < 1000);
        browser.picture("large-search").await;
        browser.press(Key::Escape).await;
        browser.press(Key::Down).await;
        browser.press(Key::Down).await;
        browser.press(Key::Right).await;
        browser.press(Key::Right).await;
        browser.press(Key::Right).await;
        browser.picture("large").await;
        browser.click("#expand").await;
        browser.wait_for(By::XPath("//*[contains(@class, 'side')][.='person.19999@large-company.example']")).await;
        assert_eq!(browser.count("#tree li.person").await, 20_000);
    });
}
