//! The page as a file; what it does in a browser is tested in tests/browser.

use crate::{office, person, shown};
use serde_json::{Value, json};

/// The data in the page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script id=\"data\" type=\"application/json\">").unwrap();
    let (text, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn one_file_that_loads_nothing() {
    let run = shown(office());
    run.go(&["--html", "tree.html"]).expect(0).says("wrote tree.html");
    let page = run.read("tree.html");
    let outside = ["http://", "https://", "src=\"", "@import", "url("];
    for text in outside {
        let found = page.matches(text).count();
        let allowed = page.matches("http://www.w3.org/").count();
        assert_eq!(found, if text == "http://" { allowed } else { 0 }, "{text}");
    }
    assert!(
        page.contains("Content-Security-Policy\" content=\"default-src &#39;none&#39;"),
        "{}",
        page.lines().nth(4).unwrap()
    );
    assert!(!page.contains("unsafe-inline"));
}

#[test]
fn only_the_totals_are_printed_beside_it_unless_more_is_asked_for() {
    let run = shown(office());
    let done = run.go(&["--html", "tree.html"]).expect(0).prints("Active users            5");
    assert!(!done.stdout.contains("Sales"), "{done}");
    run.go(&["--html", "tree.html", "--detailed"]).expect(0).prints("• Ben Ex <Ben@x.test>");
    run.go(&["--html", "tree.html", "--csv"]).expect(0).prints("id-Ben,Ben Ex,");
}

#[test]
fn nothing_of_the_data_is_markup() {
    let name = "</script><script>alert(1)</script><!-- & \u{2028} '\"";
    let run = shown(json!([person("Ann", "A</title><u>/--><q>", json!({ "timecamp_user_name": name }))]));
    run.go(&["--html", "tree.html"]).expect(0);
    let page = run.read("tree.html");
    assert!(
        !page.contains("alert(1)</script>") && !page.contains("<!--") && !page.contains("<u>") && !page.contains("<q>")
    );
    let data = data(&page);
    assert_eq!(data["people"][0]["n"], name);
    assert_eq!(data["groups"][1]["n"], "A<");
}

#[test]
fn the_same_input_gives_the_same_page_but_for_the_time() {
    let run = shown(office());
    let page = |name: &str| {
        run.go(&["--html", name]).expect(0);
        let mut data = data(&run.read(name));
        data["made_at"] = Value::Null;
        data
    };
    assert_eq!(page("a.html"), page("b.html"));
}

#[test]
fn a_flag_names_the_page_so_that_a_dry_run_writes_it_too() {
    let run = shown(office());
    run.go(&["--dry-run", "--html", "tree.html"]).expect(0);
    assert!(run.exists("tree.html"));
}
