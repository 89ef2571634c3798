//! JSON as text: what kind a value is, what a string says, and the layout of the output.

use std::borrow::Cow;

/// What kind of JSON value this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    /// The kind of the valid JSON value `token`, without white space around it.
    pub(crate) fn of(token: &str) -> Self {
        match token.as_bytes().first() {
            Some(b'"') => Self::Text,
            Some(b'{') => Self::Object,
            Some(b'[') => Self::List,
            Some(b't' | b'f') => Self::Bool,
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number,
        }
    }

    /// In words, for messages.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// What the JSON string `token` says; `None` when its escapes make no text (half a surrogate pair).
pub(crate) fn text(token: &str) -> Option<Cow<'_, str>> {
    let inner = token.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(token).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// Appends `text` as a JSON string; only what must be is escaped.
pub(crate) fn push_text(to: &mut Vec<u8>, text: &str) {
    // Writing text to memory cannot fail.
    drop(serde_json::to_writer(to, text));
}

/// `text` as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    // Writing text to memory cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

/// Levels beyond this are not indented further, so that absurdly deep input does not make absurdly large output.
const DEEPEST_INDENT: usize = 64;

/// Appends a line break and the indent of `level`, two spaces each.
pub(crate) fn push_line(to: &mut Vec<u8>, level: usize) {
    const SPACES: &[u8] = &[b' '; DEEPEST_INDENT * 2];
    to.push(b'\n');
    to.extend_from_slice(SPACES.get(..level.min(DEEPEST_INDENT) * 2).unwrap_or(SPACES));
}

/// Appends the valid JSON value `raw` as it looks at `level`: laid out anew, its tokens unchanged.
pub(crate) fn push_indented(to: &mut Vec<u8>, raw: &str, level: usize) {
    let mut level = level;
    let mut rest = raw.as_bytes();
    // The opening bracket before, until it is known whether anything stands in it.
    let mut opened = false;
    while let Some((&byte, after)) = rest.split_first() {
        let closing = matches!(byte, b'}' | b']');
        if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            rest = after;
            continue;
        }
        if opened && !closing {
            push_line(to, level);
        }
        match byte {
            b'{' | b'[' => {
                level += 1;
                to.push(byte);
            }
            b'}' | b']' => {
                level = level.saturating_sub(1);
                if !opened {
                    push_line(to, level);
                }
                to.push(byte);
            }
            b',' => {
                to.push(byte);
                push_line(to, level);
            }
            b':' => to.extend_from_slice(b": "),
            _ => {
                let length = if byte == b'"' { string_length(rest) } else { scalar_length(rest) };
                let (token, others) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                to.extend_from_slice(token);
                rest = others;
                opened = false;
                continue;
            }
        }
        opened = matches!(byte, b'{' | b'[');
        rest = after;
    }
}

/// Bytes of the string at the start of `bytes`, its quotes included.
fn string_length(bytes: &[u8]) -> usize {
    let mut length = 1;
    loop {
        let tail = bytes.get(length..).unwrap_or_default();
        let Some(next) = tail.iter().position(|byte| matches!(byte, b'"' | b'\\')) else { return bytes.len() };
        length += next;
        if bytes.get(length) == Some(&b'"') {
            return length + 1;
        }
        length += 2;
    }
}

/// Bytes of the number or word at the start of `bytes`.
fn scalar_length(bytes: &[u8]) -> usize {
    let end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
    bytes.iter().position(end).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn indented(raw: &str, level: usize) -> String {
        let mut to = Vec::new();
        push_indented(&mut to, raw, level);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn the_layout_is_that_of_pretty_json() {
        let raw = r#" { "a" :[ ],"b":{ } ,"c":[1,{"d":null}],"e":"x , { \" \\" } "#;
        let expected = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": null\n    }\n  ],\n  \"e\": \"x , { \\\" \\\\\"\n}";
        assert_eq!(indented(raw, 0), expected);
        assert_eq!(indented("[1]", 2), "[\n      1\n    ]");
        assert_eq!(indented("7", 3), "7");
    }

    #[test]
    fn numbers_and_escapes_stay_as_they_are_written() {
        for token in ["1.0", "1e5", "12345678901234567890", "-0", "1E+2", "0.10", r#""\u0105\/\ud800""#, "true"] {
            assert_eq!(indented(token, 1), token);
            assert_eq!(indented(&format!("[{token}]"), 0), format!("[\n  {token}\n]"));
        }
    }

    #[test]
    fn very_deep_input_stays_linear() {
        let raw = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(indented(&raw, 0).len() < raw.len() * 150);
    }

    #[test]
    fn strings_say_what_they_mean() {
        assert_eq!(text(r#""Łódź""#).unwrap(), "Łódź");
        assert_eq!(text(r#""\u0141\n\"x""#).unwrap(), "Ł\n\"x");
        assert_eq!(text(r#""\ud83d\ude00""#).unwrap(), "😀");
        assert_eq!(text(r#""\ud800""#), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            r#"[a-z \\"\n{}\[\]:,ł/]{0,8}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"{]{0,4}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_the_layout_was_the_result_is_the_same(value in any_json()) {
            let compact = serde_json::to_string(&value).unwrap();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(&indented(&compact, 0), &pretty);
            prop_assert_eq!(&indented(&pretty, 0), &pretty);
            let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            prop_assert_eq!(read(&indented(&compact, 3)), read(&compact));
        }
    }
}
