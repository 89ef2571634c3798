//! `OData` query options, and pages.

use serde_json::{Map, Value, json};
use url::form_urlencoded::byte_serialize;

use super::{Directory, NextLink, bad};
use crate::call::{Answer, Call};

/// The page size when none is asked for, and with `$expand` at most.
const USUAL: usize = 100;

/// The properties that were asked for; nothing: the default set.
pub(super) fn selected(call: &Call, known: &[&str]) -> Result<Option<Vec<String>>, Answer> {
    let Some(list) = call.param("$select") else { return Ok(None) };
    let names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(bad(&format!("Could not find a property named '{name}' on this type."))),
        None => Ok(Some(names)),
    }
}

/// The value of `displayName eq '…'`, in which a quote is doubled.
pub(super) fn name_filter(call: &Call) -> Result<Option<String>, Answer> {
    let Some(clause) = call.param("$filter") else { return Ok(None) };
    let literal = clause.strip_prefix("displayName eq '").and_then(|rest| rest.strip_suffix('\''));
    // Whatever single quote is left after the doubled ones would end the literal.
    match literal.map(|text| text.replace("''", "\0")) {
        Some(text) if !text.contains('\'') => Ok(Some(text.replace('\0', "'"))),
        _ => Err(bad("Invalid filter clause")),
    }
}

impl Directory {
    /// One page of `rows` as `show` writes them, with a link to the next one if there is one.
    pub(super) fn page<T>(&self, call: &Call, rows: &[T], show: impl Fn(&T) -> Value) -> Result<Answer, Answer> {
        if call.param("$skip").is_some() {
            return Err(bad("'$skip' is not supported by the service."));
        }
        let size = self.page_size(call)?;
        let place = match call.param("$skiptoken") {
            None => Place { first: 0, pause: false },
            Some(token) => Place::read(token).ok_or_else(|| bad("The skip token is not valid."))?,
        };
        let Place { first, pause } = place;
        let later = Place { first: first + size, pause: self.quirks.empty_pages };
        if pause || (self.quirks.next_link == NextLink::Endless && first > 0) {
            let next = if pause { Place { pause: false, ..place } } else { later };
            return Ok(self.answer(call, &[], Some(next)));
        }
        let next = match self.quirks.next_link {
            NextLink::First => Some(later),
            NextLink::Repeated => Some(Place { first: size, pause: false }),
            NextLink::Proper | NextLink::Endless => (later.first < rows.len()).then_some(later),
        };
        let first = if self.quirks.next_link == NextLink::First { 0 } else { first };
        let shown: Vec<Value> = rows.iter().skip(first).take(size).map(show).collect();
        Ok(self.answer(call, &shown, next))
    }

    fn answer(&self, call: &Call, rows: &[Value], next: Option<Place>) -> Answer {
        let mut body = Map::from_iter([
            ("@odata.context".to_owned(), json!("https://graph.microsoft.com/v1.0/$metadata#directoryObjects")),
            ("value".to_owned(), json!(rows)),
        ]);
        body.extend(next.map(|next| ("@odata.nextLink".to_owned(), json!(self.link(call, next)))));
        Answer::ok(&Value::Object(body))
    }

    fn page_size(&self, call: &Call) -> Result<usize, Answer> {
        let asked = match call.param("$top") {
            None => USUAL,
            Some(text) => text.parse().ok().filter(|size| (1..=999).contains(size)).ok_or_else(|| {
                bad(&format!("Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive."))
            })?,
        };
        let most = if call.param("$expand").is_some() { USUAL } else { asked };
        Ok(asked.min(most).min(self.quirks.max_page))
    }

    fn link(&self, call: &Call, place: Place) -> String {
        let host = self.quirks.next_link_host.as_ref().unwrap_or(&call.host);
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let kept = call.query.iter().filter(|(name, _)| name != "$skiptoken");
        let mut query: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        query.push(format!("$skiptoken={}", place.token()));
        format!("http://{host}{}?{}", call.path, query.join("&"))
    }
}

/// Where a page begins, and whether an empty one comes before it.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    pause: bool,
}

impl Place {
    fn token(self) -> String {
        format!("RFNwdAIAAQ{}{}", if self.pause { "-" } else { "_" }, self.first)
    }

    fn read(token: &str) -> Option<Self> {
        let rest = token.strip_prefix("RFNwdAIAAQ")?;
        let pause = rest.starts_with('-');
        Some(Self { first: rest.trim_start_matches(['-', '_']).parse().ok()?, pause })
    }
}
