//! Facts about Python's `re`, most of them from the golden cases.

use super::{Pattern, Template};
use proptest::prelude::*;

fn substituted(pattern: &str, replacement: &str, text: &str) -> String {
    let pattern = Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let template = Template::new(replacement, &pattern).unwrap_or_else(|error| panic!("{replacement}: {error}"));
    pattern.replace_all(text, &template).unwrap().into_owned()
}

fn found(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).is_found_in(text).unwrap()
}

fn refused(pattern: &str) -> String {
    Pattern::new(pattern).map(|_| ()).expect_err(pattern).to_string()
}

fn template_refused(pattern: &str, replacement: &str) -> String {
    Template::new(replacement, &Pattern::new(pattern).unwrap()).expect_err(replacement).to_string()
}

#[test]
fn golden_facts_hold() {
    let facts: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../tests/golden/regex.json")).unwrap();
    assert!(facts.len() >= 30);
    for fact in facts {
        let part = |name: &str| fact[name].as_str().unwrap_or_else(|| panic!("{name} in {fact}")).to_owned();
        match fact["found"].as_bool() {
            Some(expected) => assert_eq!(found(&part("pattern"), &part("text")), expected, "{fact}"),
            None => {
                assert_eq!(
                    substituted(&part("pattern"), &part("replacement"), &part("text")),
                    part("result"),
                    "{fact}"
                );
            }
        }
    }
}

#[test]
fn references_in_replacements() {
    assert_eq!(substituted(r"(\w+)-(\w+)", r"\2 \g<1>", "a-b"), "b a");
    assert_eq!(substituted(r"(?P<x>\w)(\w)", r"\2\g<x>\1\g<0>", "ab"), "baaab");
    assert_eq!(substituted("a(b)?", r"[\1]", "a"), "[]");
    assert_eq!(substituted("(a)", r"\g<1>0", "a"), "a0");
}

#[test]
fn dollars_and_escapes_in_replacements() {
    assert_eq!(substituted("(a)", "$1 ${x} $0", "a"), "$1 ${x} $0");
    assert_eq!(substituted("a", r"1\n2\t3\\4\r\a\b\f\v", "a"), "1\n2\t3\\4\r\u{7}\u{8}\u{c}\u{b}");
    assert_eq!(substituted("a", r"\/ \. \101 \07 \0", "a"), "\\/ \\. A \u{7} \0");
}

#[test]
fn replacements_that_python_refuses() {
    assert!(template_refused("(a)", r"\2").contains("no group 2"));
    assert!(template_refused("(a)", r"\g<2>").contains("no group 2"));
    assert!(template_refused("(?P<x>a)", r"\g<y>").contains("no group named `y`"));
    assert!(template_refused("a", r"\q").contains("bad escape \\q"));
    assert!(template_refused("a", "x\\").contains("nothing after it at character 2"));
    assert!(template_refused("a", r"\g1").contains("missing <"));
    assert!(template_refused("a", r"\g<1").contains("missing >"));
    assert!(template_refused("a", r"\777").contains("octal"));
}

#[test]
fn empty_matches_are_replaced_as_in_python() {
    assert_eq!(substituted("x*", "-", "abxd"), "-a-b--d-");
    assert_eq!(substituted(".*", "x", "ab"), "xx");
    assert_eq!(substituted("|a", "-", "ba"), "-b---");
    assert_eq!(substituted(r"\b", "|", "Łó d"), "|Łó| |d|");
    assert_eq!(substituted("", "-", "łś"), "-ł-ś-");
}

#[test]
fn ends_of_the_text() {
    assert!(found("a$", "a\n"));
    assert!(!found("a$", "a\n\n"));
    assert!(!found(r"a\Z", "a\n"));
    assert!(found(r"a\Z", "a"));
    assert!(found("(?m)a$", "a\nb"));
    assert!(found("(?m)^b", "a\nb"));
    assert!(!found("^b", "a\nb"));
    assert_eq!(substituted("$", "!", "a\n"), "a!\n!");
}

#[test]
fn characters_that_mean_something_to_the_engine_only() {
    assert_eq!(substituted(r"\<(\w)\>", r"\1", "<a>"), "a");
    assert!(found("[[a-z]+$", "[abc"));
    assert!(found("^[a&&b]+$", "&&ab"));
    assert!(found("^[a~~+--]+$", "~+,-"));
    assert!(found(r"^[]a]+$", "]a"));
    assert!(found(r"^[^]a]+$", "bc"));
    assert!(found(r"^[\w.-]+$", "a-b.ć"));
    assert!(found("^x{,2}$", "xx") && !found("^x{,2}$", "xxx"));
    assert!(found("^x{a}{}$", "x{a}{}"));
    assert!(found(r"\x41\u0142\U0001F600\101\0", "Ał😀A\0"));
}

#[test]
fn flags() {
    assert!(found("(?i)łódź", "ŁÓDŹ"));
    assert!(found("(?i)a|b", "B"));
    assert!(!found("(?a)^\\w$", "ł") && found("^\\w$", "ł"));
    assert!(found("(?a)\\bd\\b", "łdł") && !found("\\bd\\b", "łdł"));
    assert!(found("(?a:\\W)", "ł") && found("(?a)[^\\W]", "a"));
    assert!(found("(?s)a.b", "a\nb") && !found("a.b", "a\nb"));
    assert!(found("a(?i:b)c", "aBc") && !found("a(?i:b)c", "aBC"));
    assert!(found("(?i)a(?-i:b)", "Ab") && !found("(?i)a(?-i:b)", "AB"));
    assert!(found("(?x) a b # comment\n [ ] c \\  d", "ab c d"));
    assert!(found("a(?#note)+b", "aab"));
    assert!(found("(?i)(a)\\1", "aA"));
}

#[test]
fn groups_and_conditions() {
    assert!(found(r"(?P<q>['`]).*(?P=q)", "'a'"));
    assert!(found(r"^(<)?a(?(1)>|$)", "<a>") && !found(r"^(<)?a(?(1)>|$)", "<a"));
    assert!(found(r"^(?P<o><)?a(?(o)>|$)", "a"));
    assert!(found(r"^(?>a+)b", "aab") && !found(r"^(?>a+)ab", "aab"));
    assert!(found(r"^a++b", "aab") && !found(r"^a++ab", "aab"));
    assert!(!found(r"(?:(a)|b)\1", "bb"));
    assert!(found(r"(a)\1{2}0", "aaa0"));
    assert!(found(r"^(?=a)*b", "b") && !found(r"^(?=a){1,2}b", "b"));
}

#[test]
fn patterns_that_python_refuses() {
    for (pattern, part) in [
        ("(a", "missing )"),
        ("a)", "a ) without its ("),
        ("[a", "missing ]"),
        ("*a", "nothing to repeat at character 1"),
        ("a**", "multiple repeat"),
        ("a|*", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        (r"\q", "bad escape \\q at character 2"),
        (r"\p{L}", "bad escape"),
        (r"[\q]", "bad escape"),
        ("a\\", "nothing after it"),
        (r"\2(a)", "no group 2"),
        (r"(a\1)", "cannot refer to itself"),
        ("(?P=x)", "no group named `x`"),
        ("(?P<x>a)(?P<x>b)", "stands twice"),
        ("(?P<1x>a)", "bad group name"),
        ("(?<x>a)", "unknown kind of group"),
        ("a(?i)b", "stand at its start"),
        ("(?L)a", "bytes pattern"),
        ("(?k)a", "unknown flag k"),
        ("[z-a]", "bad character range"),
        (r"[\w-a]", "bad character range"),
        (r"\x4", "incomplete escape"),
        (r"\777", "octal"),
        (r"(?(2)a)", "no group 2"),
    ] {
        let text = refused(pattern);
        assert!(text.contains(part), "{pattern}: {text}");
    }
}

#[test]
fn patterns_that_are_too_much_are_an_error() {
    assert!(refused(&"(".repeat(100_000)).contains("groups inside each other"));
    assert!(refused("(?:a{1000}){1000}").contains("cannot be carried out"));
    assert!(refused(&format!("{}a{}", "(?:".repeat(90), ")".repeat(90))).contains("cannot be carried out"));
    let pattern = Pattern::new(r"(?=(a|aa)+$)\1+b").unwrap();
    let text = format!("{}!", "a".repeat(60));
    pattern.is_found_in(&text).unwrap_err();
    let template = Template::new("x", &pattern).unwrap();
    pattern.replace_all(&text, &template).unwrap_err();
}

proptest! {
    #[test]
    fn no_pattern_and_no_template_panics(pattern in r"[ab()\[\]{}|*+?.^$\\<>=!:PixsmuL\-,0-9]{0,12}", template in r"[ab\\g<>0-9n$]{0,8}") {
        if let Ok(pattern) = Pattern::new(&pattern)
            && let Ok(template) = Template::new(&template, &pattern)
        {
            drop(pattern.replace_all("ab\nba", &template));
        }
    }

    #[test]
    fn an_escaped_text_matches_itself(text in r"[ -~ął]{1,20}") {
        let escaped: String = text.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("\\{c}") }).collect();
        prop_assert_eq!(substituted(&format!("^{escaped}$"), "x", &text), "x");
        let classes: String = text.chars().map(|c| if c == '^' || c == '\\' { format!("\\{c}") } else { format!("[{c}]") }).collect();
        prop_assert!(found(&classes, &text));
    }
}
