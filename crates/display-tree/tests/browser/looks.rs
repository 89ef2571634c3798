//! Light and dark, paper and small windows.

use crate::Browser;
use crate::browser::with_page;
use crate::people::{Page, office};
use sandbox::Start;
use thirtyfour::prelude::*;

/// The relative luminance of a colour, as WCAG 2 defines it, and the contrast of two, in the page.
const CONTRAST: &str = "
    const parts = (colour) => { const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const light = (colour) => { const [r, g, b] = parts(colour).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const contrast = (a, b) => { const [high, low] = [light(a), light(b)].sort((x, y) => y - x); return (high + 0.05) / (low + 0.05); };
    const ground = (element) => { for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor; if (parts(colour)[3] === 255) return colour; } return 'white'; };
    const of = (element) => contrast(getComputedStyle(element).color, ground(element));
    const seen = [...document.querySelectorAll('p, h1, h2, dt, dd, small, .name, .title, .side, .total, .badge, .chip, .diff span, .diff b, .notice span, .tool, kbd, .status')]
      .filter((element) => element.textContent.trim() !== '' && element.checkVisibility());
    return seen.filter((element) => of(element) < 4.5).map((element) => `${element.className || element.tagName} ${of(element).toFixed(2)}: ${element.textContent.slice(0, 30)}`);";

async fn background(browser: &Browser) -> String {
    browser.text("getComputedStyle(document.body).backgroundColor").await
}

#[test]
fn light_and_dark_follow_the_system_until_somebody_chooses() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.emulate("", "light").await;
        let light = background(browser).await;
        browser.emulate("", "dark").await;
        let dark = background(browser).await;
        assert_ne!(light, dark);
        browser.wait_for(By::XPath("//*[@id='theme-name'][.='Light']")).await;

        browser.click("#theme").await;
        assert_eq!(background(browser).await, light);
        assert_eq!(browser.texts("#theme-name").await, ["Dark"]);
        browser.open(&page.path()).await;
        assert_eq!(background(browser).await, light, "the choice is kept");
        browser.emulate("print", "dark").await;
        assert_eq!(background(browser).await, "rgb(255, 255, 255)", "paper is white");
    });
}

#[test]
fn every_text_can_be_read_in_light_and_in_dark() {
    let page = Page::of_account(150, Start::PartlyRight);
    with_page(&page.path(), async |browser| {
        browser.click("#only").await;
        for scheme in ["light", "dark"] {
            browser.emulate("", scheme).await;
            let weak = browser.ask(CONTRAST).await;
            assert_eq!(weak, serde_json::json!([]), "{scheme}");
        }
    });
}

#[test]
fn nothing_sticks_out_of_a_small_window() {
    let page = Page::of_account(150, Start::PartlyRight);
    with_page(&page.path(), async |browser| {
        browser.click("#expand").await;
        for width in [1280, 800, 380] {
            browser.size(width, 900).await;
            let over =
                browser.number("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
            assert!(over < 1.0, "{over} pixels at {width}");
        }
    });
}

#[test]
fn pictures() {
    let page = Page::of_account(150, Start::PartlyRight);
    with_page(&page.path(), async |browser| {
        browser.size(1180, 1000).await;
        for scheme in ["light", "dark"] {
            browser.emulate("", scheme).await;
            browser.picture(&format!("account-{scheme}")).await;
        }
        browser.emulate("", "light").await;
        browser.size(1120, 1040).await;
        browser.click("#tree li[aria-level='2'] > .row").await;
        browser.click("#tree li[aria-level='3'] > .row").await;
        // Away from the rows and buttons, so that none is drawn as pointed at.
        browser.ask("document.activeElement.blur()").await;
        browser.point_nowhere().await;
        browser.picture("display-tree").await;
        browser.click("#only").await;
        browser.size(1180, 1700).await;
        browser.picture("account-changes").await;
        browser.emulate("", "dark").await;
        browser.picture("account-changes-dark").await;
        browser.size(390, 1400).await;
        browser.picture("account-small").await;
        browser.size(800, 1300).await;
        browser.emulate("print", "light").await;
        browser.picture("account-print").await;
    });
    let page = Page::of_account(120, Start::Empty);
    with_page(&page.path(), async |browser| {
        browser.size(1180, 1000).await;
        browser.click("#tree li[aria-level='2'] > .row").await;
        browser.click("#tree li[aria-level='3'] > .row").await;
        browser.picture("first-import").await;
    });
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.size(1180, 900).await;
        browser.click("#expand").await;
        browser.wait_for(By::XPath("//*[@class='name'][.='Hal Ex']")).await;
        browser.press("/").await;
        browser.press(Key::Down).await;
        browser.picture("file").await;
    });
}
