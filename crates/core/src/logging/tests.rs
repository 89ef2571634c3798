use std::sync::{Arc, Mutex};

use super::writer::Sink;
use super::*;

/// What was written, line by line.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Sink for Lines {
    fn put(&self, line: &[u8]) {
        self.0.lock().unwrap().push(String::from_utf8(line.to_vec()).unwrap());
    }
}

/// The lines that `work` logs under `directives`.
fn logged(format: Format, directives: &str, work: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let (filter, _) = filter(directives);
    let layer = Look::new(format, &filter).layer(Masked::new(lines.clone()), Colour::Never);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(vec![layer]).with(filter), work);
    let lines = lines.0.lock().unwrap();
    lines.clone()
}

#[test]
fn a_text_line_has_time_level_message_and_fields_and_no_colour() {
    let lines = logged(Format::Text, "info", || tracing::warn!(users = 3, "three are left out"));
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let (time, rest) = line.split_once(' ').unwrap();
    assert_eq!(rest, " WARN three are left out users=3\n");
    assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{time}");
}

#[test]
fn a_json_line_is_one_flat_object() {
    let lines = logged(Format::Json, "info", || {
        let span = tracing::info_span!("stage", name = "sync");
        span.in_scope(|| tracing::info!(users = 3, email = "a\"b\n", "done"));
        tracing::error!("second");
    });
    let [first, second] = lines.as_slice() else { panic!("{lines:?}") };
    let mut object: serde_json::Map<_, _> = serde_json::from_str(first).unwrap();
    let time = object.remove("timestamp").unwrap();
    assert!(time.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{time}");
    let expected = serde_json::json!({ "level": "INFO", "message": "done", "users": 3, "email": "a\"b\n" });
    assert_eq!(serde_json::Value::Object(object), expected);
    assert_eq!(first.find('\n'), Some(first.len() - 1));
    assert!(second.contains(r#""message":"second""#), "{second}");
}

#[test]
fn a_secret_is_in_no_line_at_any_level_in_either_format() {
    hide("tëst-\"secret\"-17");
    for format in [Format::Text, Format::Json] {
        let lines = logged(format, "trace", || {
            tracing::error!("refused: tëst-\"secret\"-17");
            tracing::trace!(target: "hyper::proto", header = ?"tëst-\"secret\"-17", "sent");
            tracing::debug!(url = %"https://x.test/?k=t%C3%ABst-%22secret%22-17", "reqwest");
        });
        assert_eq!(lines.len(), 3);
        for line in &lines {
            assert!(line.contains("***") && !line.contains("secret"), "{line}");
            if format == Format::Json {
                assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
            }
        }
    }
}

#[test]
fn modules_are_named_only_when_more_than_info_is_logged() {
    let work = || tracing::info!(target: "some::module", "message");
    assert!(!logged(Format::Text, "info", work)[0].contains("some::module"));
    assert!(logged(Format::Text, "debug", work)[0].contains("some::module"));
}

#[test]
fn what_the_filter_does_not_speak_of_is_logged_from_info_on() {
    let work = || {
        tracing::info!(target: "ours", "ours info");
        tracing::debug!(target: "ours", "ours debug");
        tracing::trace!(target: "hyper", "hyper trace");
    };
    for (directives, expected) in [
        ("", vec!["ours info"]),
        ("info", vec!["ours info"]),
        ("inof", vec!["ours info"]),
        ("hyper=trace", vec!["ours info", "hyper trace"]),
        ("debug", vec!["ours info", "ours debug"]),
        ("error", vec![]),
        ("off", vec![]),
        ("a=b=c", vec!["ours info"]),
    ] {
        let lines = logged(Format::Json, directives, work);
        let messages: Vec<String> = lines
            .iter()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(messages, expected, "{directives}");
    }
    assert!(filter("a=b=c").1.is_some());
    assert!(filter("info").1.is_none());
}

#[test]
fn a_second_start_in_one_process_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = tempfile::NamedTempFile::new().unwrap();
    let settings = LogSettings { file: Some(blocked.path().join("sync.log")), ..LogSettings::default() };
    let _first = init(&settings).unwrap();
    let again = LogSettings { file: Some(folder.path().join("sync.log")), ..LogSettings::default() };
    let _second = init(&again).unwrap();
}
