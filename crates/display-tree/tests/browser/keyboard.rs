//! The keyboard alone.

use crate::Browser;
use crate::browser::with_page;
use crate::people::{Page, office};
use thirtyfour::prelude::*;

/// The name in the row that has the focus.
async fn focused(browser: &Browser) -> String {
    browser.text("document.activeElement.querySelector('.name')?.textContent ?? document.activeElement.id").await
}

async fn expanded(browser: &Browser) -> String {
    browser.text("document.activeElement.getAttribute('aria-expanded') ?? 'no group'").await
}

#[test]
fn arrows_open_close_and_move() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.press("/").await;
        assert_eq!(focused(browser).await, "search");
        browser.press(Key::Down).await;
        assert_eq!((focused(browser).await, expanded(browser).await), ("Root group".to_owned(), "true".to_owned()));
        browser.press(Key::Down).await;
        assert_eq!((focused(browser).await, expanded(browser).await), ("Sales".to_owned(), "false".to_owned()));
        browser.press(Key::Right).await;
        assert_eq!((focused(browser).await, expanded(browser).await), ("Sales".to_owned(), "true".to_owned()));
        browser.press(Key::Right).await;
        assert_eq!(focused(browser).await, "EMEA");
        browser.press(Key::Down).await;
        assert_eq!((focused(browser).await, expanded(browser).await), ("Ann Ex".to_owned(), "no group".to_owned()));
        browser.press(Key::Up).await;
        browser.press(Key::Left).await;
        assert_eq!(focused(browser).await, "Sales");
        browser.press(Key::Left).await;
        assert_eq!((focused(browser).await, expanded(browser).await), ("Sales".to_owned(), "false".to_owned()));
        browser.press(Key::Left).await;
        assert_eq!(focused(browser).await, "Root group");
        browser.press(Key::End).await;
        assert_eq!(focused(browser).await, "Dee Boss");
        browser.press(Key::Home).await;
        assert_eq!(focused(browser).await, "Root group");
    });
}

#[test]
fn enter_and_space_toggle_a_star_opens_all_and_a_letter_jumps() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.press("/").await;
        browser.press(Key::Down).await;
        browser.press(Key::Enter).await;
        assert_eq!(expanded(browser).await, "false");
        browser.press(Key::Space).await;
        assert_eq!(expanded(browser).await, "true");
        browser.press("w").await;
        assert_eq!(focused(browser).await, "Works");
        browser.press("*").await;
        let names = browser.texts("#tree ul:not([hidden]) > li > .row .name").await;
        assert!(names.contains(&"EMEA".to_owned()) && names.contains(&"Night".to_owned()), "{names:?}");
    });
}

#[test]
fn tab_reaches_every_control_and_the_tree_once() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        let mut seen = Vec::new();
        for _ in 0..7 {
            browser.press(Key::Tab).await;
            seen.push(browser.text("document.activeElement.id || document.activeElement.className").await);
        }
        assert_eq!(seen, ["skip", "print", "theme", "search", "expand", "collapse", "group root"]);
        assert_eq!(browser.count("#tree li[tabindex='0']").await, 1);
    });
}

#[test]
fn the_tree_says_what_it_is() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.click("#expand").await;
        browser.wait_for(By::XPath("//*[@class='name'][.='Hal Ex']")).await;
        let crew = "[...document.querySelectorAll('#tree li')].find((e) => e.ariaLabel.startsWith('Crew'))";
        let facts = browser
            .text(&format!("[{crew}.role, {crew}.ariaLevel, {crew}.ariaSetSize, {crew}.ariaPosInSet, {crew}.ariaExpanded, {crew}.ariaLabel].join('|')"))
            .await;
        assert_eq!(facts, "treeitem|4|1|1|true|Crew, 2 people");
        assert_eq!(browser.count("[role=tree] ul:not([role=group])").await, 0);
        assert_eq!(browser.count("#tree li:not([role=treeitem])").await, 0);
    });
}
