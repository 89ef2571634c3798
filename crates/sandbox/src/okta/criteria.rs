//! Okta's `filter` and `search`: `profile.login eq "ann@x.test" or profile.login eq "bob@x.test"`.

use serde_json::Value;

use crate::call::text_of;

/// Terms of which one has to be true.
#[derive(Debug)]
pub(super) struct Criteria(Vec<Term>);

/// `path eq "value"`
#[derive(Debug)]
struct Term {
    path: String,
    value: String,
}

impl Criteria {
    /// Reads them; `None` when they make no sense, or ask for what is not `allowed`.
    pub(super) fn read(text: &str, allowed: Option<&[&str]>) -> Option<Self> {
        let mut terms = Vec::new();
        let mut rest = text.trim();
        loop {
            let (path, after) = rest.split_once(' ')?;
            let after = after.trim_start().strip_prefix("eq ")?.trim_start();
            let (value, after) = quoted(after)?;
            if allowed.is_some_and(|allowed| !allowed.contains(&path)) {
                return None;
            }
            terms.push(Term { path: path.to_owned(), value });
            rest = after.trim();
            if rest.is_empty() {
                return Some(Self(terms));
            }
            rest = rest.strip_prefix("or ")?.trim_start();
        }
    }

    /// Values compare in any letter case.
    pub(super) fn pass(&self, record: &Value) -> bool {
        self.0.iter().any(|Term { path, value }| {
            let found = path.split('.').try_fold(record, |record, key| record.get(key));
            found.is_some_and(|found| text_of(found).to_lowercase() == value.to_lowercase())
        })
    }
}

/// What stands between the quotes, and what follows them. `\"` and `\\` are a quote and a backslash.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('"')?.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Criteria;

    #[test]
    fn terms_are_joined_by_or_and_quotes_are_escaped() {
        let record = json!({ "id": "1", "profile": { "name": "The \"A\" team", "number": 7 } });
        let passes = |text: &str| Criteria::read(text, None).unwrap().pass(&record);
        assert!(passes(r#"profile.name eq "the \"a\" team""#));
        assert!(passes(r#"id eq "2" or profile.number eq "7""#));
        assert!(!passes(r#"id eq "2" or profile.number eq "8""#));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in ["", "id", "id eq 1", r#"id eq "1"#, r#"id sw "1""#, r#"id eq "1" xor id eq "2""#] {
            assert!(Criteria::read(text, None).is_none(), "{text}");
        }
        assert!(Criteria::read(r#"profile.title eq "x""#, Some(&["id"])).is_none());
    }
}
