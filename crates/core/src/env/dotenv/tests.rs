use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> Loaded {
    parse(text, &BTreeMap::new())
}

fn value(text: &str, name: &str) -> Option<String> {
    parsed(text).values.remove(name)
}

/// The lines of customers' files and what the original reads in them.
#[test]
fn golden_lines_give_the_values_of_the_original() {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../../tests/golden/dotenv.json")).unwrap();
    assert_eq!(cases.len(), 44);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (file, wanted) = (case["file"].as_str().unwrap(), case["A"].as_str().map(str::to_owned));
            let found = value(file, "A");
            (found != wanted).then(|| format!("{file:?}: {found:?} instead of {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_process_comes_before_the_file_in_braces() {
    let process = [("B", "process"), ("EMPTY", ""), ("ODD", "a\"b\\c$d ${B}\n#")];
    let process = process.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let file = "B=file\nEMPTY=file\nNONE=\nA=${B}\nC='${B}'\nD=\"<${B}${EMPTY}>\"\nE=${ODD}\n\
                F=${NONE:-default}\nG=${LATER}${LATER:-}.\nH=$B $ {B} ${B ${x:y}\nLATER=1\nI=\\${B}";
    let Loaded { values, warnings } = parse(file, &process);
    let of = |name: &str| values[name].as_str();
    assert_eq!([of("A"), of("C"), of("D")], ["process", "process", "<processfile>"]);
    assert_eq!(of("E"), "a\"b\\c$d ${B}\n#");
    assert_eq!([of("F"), of("G")], ["default", "."]);
    assert_eq!(of("H"), "$B $ {B} ${B ${x:y}");
    assert_eq!(of("I"), "\\process");
    assert_eq!(of("B"), "file");
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn a_line_that_makes_no_sense_is_named_and_the_rest_counts() {
    let file = "ok=1\nKEY-1=hunter2\n\n# note\njunk line hunter2\nTIMECAMP_API_KEY=\"hunter2\"x\n\
                M=\"one\ntwo\"\n=hunter2\nB='never closed hunter2\nexport C=2\n D D=hunter2\n";
    let Loaded { values, warnings } = parsed(file);
    let names: Vec<&str> = values.keys().map(String::as_str).collect();
    assert_eq!(names, ["C", "M", "ok"]);
    let starts = [
        "line 2 (KEY-1) does not begin",
        "line 5 (junk) has no `=`",
        "line 6 (TIMECAMP_API_KEY) goes on after",
        "line 9 does not begin",
        "line 10 (B) opens a quote",
        "line 12 (D) does not begin",
    ];
    assert_eq!(warnings.len(), starts.len(), "{warnings:#?}");
    for (warning, start) in warnings.iter().zip(starts) {
        assert!(warning.starts_with(start) && warning.ends_with("it was skipped"), "{warning}");
        assert!(!warning.contains("hunter2"), "{warning}");
    }
}

#[test]
fn a_torn_secret_is_not_quoted_in_a_warning() {
    let file = "KEY=\"-----BEGIN\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nkq/hkiG9w==\nAKIA1234567890\nuPPer lower\nx\" y\n";
    let Loaded { values, warnings } = parsed(file);
    assert!(values.is_empty());
    assert_eq!(warnings.len(), 6);
    for warning in warnings {
        assert!(["BEGIN", "MII", "kq/", "AKIA", "uPPer"].iter().all(|part| !warning.contains(part)), "{warning}");
    }
}

#[test]
fn quotes_close_where_python_closes_them() {
    assert_eq!(value(r"A='C:\dir\'", "A").unwrap(), r"C:\dir\");
    assert_eq!(value("A=\"\\d+\\.csv \\$x \\u00e9\"", "A").unwrap(), "\\d+\\.csv \\$x \\u00e9");
    assert_eq!(value("A='C:\\dir\\'\nB='x'", "A").unwrap(), r"C:\dir\");
    assert_eq!(value("A=\"C:\\\\\" # 6\" pipe\nB=\"x\"", "A").unwrap(), "C:\\");
    assert_eq!(value("A=\"a\\\\\" b\"", "A").unwrap(), "a\\\" b");
    assert_eq!(value("A='it''s'", "A"), None);
    assert_eq!(value("A=\"x\"# note", "A").unwrap(), "x");
    assert_eq!(value("'A'=x", "A").unwrap(), "x");
    assert_eq!(value("export=x", "export").unwrap(), "x");
    assert_eq!(value("export\tA=x", "A").unwrap(), "x");
    assert_eq!(value("A='one\r\n  two'\rB=3", "A").unwrap(), "one\n  two");
    assert_eq!(value("A='one\r\n  two'\rB=3", "B").unwrap(), "3");
    assert_eq!(value("A=a\t# note # more", "A").unwrap(), "a");
}

proptest! {
    #[test]
    fn random_text_never_panics(text in "(?s).{0,300}") {
        parsed(&text);
    }

    #[test]
    fn random_lines_never_panic(text in "([AB =\"'\\\\#${}:\\-\n\r\té]|export ){0,60}") {
        parsed(&text);
    }

    #[test]
    fn a_quoted_value_comes_back(value in "[^\r$]{0,60}", after in "( *#[^\n\r]*)?") {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        let Loaded { values, warnings } = parsed(&format!("X=1\nA=\"{escaped}\"{after}\nZ=2"));
        prop_assert_eq!(values.get("A"), Some(&value));
        prop_assert_eq!((values.len(), warnings.len()), (3, 0));
    }

    #[test]
    fn a_single_quoted_value_comes_back(value in "[^\r$]{0,60}") {
        let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
        prop_assert_eq!(parsed(&format!("A='{escaped}'")).values.remove("A"), Some(value));
    }

    #[test]
    fn a_plain_value_comes_back(value in "[^\\s#\"'$]([^\\s$]*[ \t]?[^\\s#$])?") {
        prop_assert_eq!(parsed(&format!("A={value}")).values.remove("A"), Some(value));
    }
}
