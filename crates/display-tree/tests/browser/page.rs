//! What stands on the page.

use crate::browser::with_page;
use crate::people::{Page, office, person};
use sandbox::Start;
use serde_json::json;

#[test]
fn numbers_and_the_first_level_stand_there_at_once() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        let numbers = browser.texts("#numbers > div").await;
        let expected = [
            "Active users7",
            "Administrators1",
            "Supervisors1",
            "Regular users4",
            "Guests1",
            "Groups5",
            "Deepest level3",
        ];
        assert_eq!(numbers, expected);
        assert_eq!(browser.texts("#tree .name").await, ["Root group", "Sales", "Works", "Dee Boss"]);
        let totals = browser.texts("#tree .total").await;
        assert_eq!(totals, ["7 people", "3 people", "3 people"]);
    });
}

#[test]
fn a_name_that_is_a_script_is_text() {
    let name = "<script>alert(1)</script>";
    let attack = "\"><img src=x onerror=alert(2)>";
    let page = Page::of(&json!([person(name, attack, "user"), person("</script><!-- Ann", "<!--", "user")]));
    with_page(&page.path(), async |browser| {
        browser.click("#expand").await;
        let names = browser.texts("#tree .name").await;
        for text in [name, attack, "</script><!-- Ann", "<!--"] {
            assert!(names.contains(&text.to_owned()), "{text}: {names:?}");
        }
        // The page's own: its data and its scripts.
        assert_eq!(browser.count("script").await, 4);
        assert_eq!(browser.count("img").await, 0);
        // No dialogue is open: a script can run.
        assert_eq!(browser.ask("return 1 + 1").await, 2);
    });
}

#[test]
fn a_script_that_got_in_would_not_run() {
    let page = Page::of(&office());
    with_page(&page.path(), async |browser| {
        let blocked = browser
            .ask(
                "const script = document.createElement('script'); script.textContent = 'window.ran = 1';
                 const seen = new Promise((done) => document.addEventListener('securitypolicyviolation',
                   (event) => done(event.effectiveDirective)));
                 document.body.append(script);
                 return seen.then((directive) => [directive, window.ran === undefined]);",
            )
            .await;
        assert_eq!(blocked, json!(["script-src-elem", true]));
        // The console has said so, which is as it should be.
        browser.forget_complaints().await;
    });
}

#[test]
fn changes_are_marked_with_words_and_icons_and_can_be_chosen() {
    let page = Page::of_account(150, Start::PartlyRight);
    with_page(&page.path(), async |browser| {
        let chips = browser.texts("#chips .chip").await;
        for word in ["new people", "enabled again", "moved", "changed", "disabled", "new group", "group"] {
            assert!(chips.iter().any(|chip| chip.contains(word)), "{word}: {chips:?}");
        }
        assert_eq!(browser.count("#chips .chip svg use").await, chips.len());
        browser.click("#chips [data-filter=move]").await;
        assert_eq!(
            browser.text("document.querySelector('[data-filter=move]').getAttribute('aria-pressed')").await,
            "true"
        );
        let moved = browser.number("document.querySelector('[data-filter=move] b').textContent * 1").await;
        let rows = "#tree li.person > .row";
        let words = browser.texts(&format!("{rows} .what")).await;
        assert!(words.iter().all(|word| word == "Moved") && !words.is_empty(), "{words:?}");
        #[expect(clippy::cast_precision_loss, reason = "a few people")]
        let shown = words.len() as f64;
        assert!((shown - moved).abs() < 0.5, "{shown} of {moved}");
        assert_eq!(browser.count(&format!("{rows} .what svg use")).await, words.len());
        assert!(browser.texts("#tree .diff").await.iter().all(|text| text.contains(" → ")));
        browser.click("#chips [data-filter=move]").await;

        browser.click("#only").await;
        assert_eq!(browser.count("#tree li.person > .row:not(.marked)").await, 0);
        assert!(browser.count("#tree li.person > .row.marked").await > words.len());
        assert!(browser.count("#tree li.group > .row.marked .what").await > 0);
        let status = browser.texts("#status").await;
        assert!(status[0].ends_with(" groups shown"), "{status:?}");
    });
}

#[test]
fn what_a_guard_holds_back_is_said_above_and_beside_everybody() {
    let page = Page::of_account(120, Start::Empty);
    with_page(&page.path(), async |browser| {
        let notice = &browser.texts("#notices .held").await[0];
        assert!(notice.contains("--allow-new-users"), "{notice}");
        browser.click("#notices details.held summary").await;
        assert!(browser.count("#notices details.held[open] li").await > 100);
        browser.click("#chips [data-filter=held]").await;
        let people = browser.count("#tree li.person").await;
        assert!(people > 100);
        assert_eq!(browser.count("#tree li.person .badge.held").await, people);
        assert_eq!(browser.count("#tree li.person .badge.what.add").await, people);
    });
}

#[test]
fn an_account_in_sync_says_so() {
    let page = Page::of_account(60, Start::InSync);
    with_page(&page.path(), async |browser| {
        assert_eq!(browser.texts("#notices .calm").await, ["Nothing to do: the account is in sync."]);
        assert_eq!(browser.count(".marked").await, 0);
        assert_eq!(browser.count("#only[hidden]").await, 1);
    });
}

#[test]
fn groups_that_are_too_deep_are_marked_and_found() {
    let page = Page::of(&json!([person("Ann Ex", "A/B/C/D/E", "user"), person("Ben Ex", "A", "user")]));
    with_page(&page.path(), async |browser| {
        assert_eq!(browser.texts("#chips .chip").await, ["1group too deep"]);
        browser.click("#chips .chip").await;
        assert_eq!(browser.texts("#tree .badge.deep").await, ["Level 5: TimeCamp allows 4"]);
    });
}
