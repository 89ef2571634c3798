//! The search narrows the tree.

use crate::browser::with_page;
use crate::people::{Page, office, person};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const NAMES: &str = "#tree .name";

#[test]
fn what_is_typed_narrows_the_tree_and_opens_the_way() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.press("/").await;
        browser.press("ben").await;
        browser.wait_for(By::XPath("//mark[.='Ben']")).await;
        assert_eq!(browser.texts(NAMES).await, ["Root group", "Sales", "EMEA", "Ben Ex"]);
        assert_eq!(browser.texts("#status").await, ["1 person found"]);
        assert_eq!(browser.texts("#tree mark").await, ["Ben", "ben"]);

        browser.press(Key::Escape).await;
        assert_eq!(browser.texts(NAMES).await, ["Root group", "Sales", "Works", "Dee Boss"]);
        assert_eq!(browser.texts("#status").await, [""]);
    });
}

#[test]
fn a_group_is_found_with_everybody_in_it_and_accents_and_case_do_not_count() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.press("/").await;
        browser.press("EMEA").await;
        browser.wait_for(By::XPath("//*[@id='status'][.='1 group found']")).await;
        assert_eq!(browser.texts(NAMES).await, ["Root group", "Sales", "EMEA"]);
        browser.press(Key::Down).await;
        browser.press(Key::End).await;
        browser.press(Key::Right).await;
        assert_eq!(browser.texts(NAMES).await, ["Root group", "Sales", "EMEA", "Ben Ex", "Łucja Źródło"]);

        browser.press("/").await;
        browser.press("zrodlo luc").await;
        browser.wait_for(By::XPath("//mark[.='Łuc']")).await;
        assert_eq!(browser.texts("#tree li.person .name").await, ["Łucja Źródło"]);
        assert_eq!(browser.texts("#tree .name mark").await, ["Łuc", "Źródło"]);
    });
}

#[test]
fn nobody_found_is_said_and_can_be_undone() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        browser.press("/").await;
        browser.press("nobody of this name").await;
        browser.wait_for(By::Css("#empty:not([hidden])")).await;
        browser.click("#clear").await;
        assert_eq!(browser.count(NAMES).await, 4);
    });
}

#[test]
fn a_large_group_is_shown_a_part_at_a_time() {
    let people: Vec<Value> = (0..450).map(|number| person(&format!("Person {number:03}"), "All", "user")).collect();
    let page = Page::of(&json!(people));
    with_page(&page.path(), async |browser| {
        browser.click("#tree li[aria-level='2'] > .row").await;
        assert_eq!(browser.count("#tree li.person").await, 200);
        assert_eq!(browser.texts("#tree li.more").await, ["Show 200 more of 250"]);
        browser.press(Key::End).await;
        browser.press(Key::Enter).await;
        assert_eq!(browser.count("#tree li.person").await, 400);
        let focused = browser.text("document.activeElement.querySelector('.name').textContent").await;
        assert_eq!(focused, "Person 200");
        let places = "[...document.querySelectorAll('#tree li.person')].map((e) => e.ariaPosInSet).join()";
        let expected: Vec<String> = (1..=400).map(|place| place.to_string()).collect();
        assert_eq!(browser.text(places).await, expected.join(","));
    });
}
