//! One self-contained page: markup, style and scripts from `page/`, the people and groups as data in the page.
//!
//! Nothing of the data is markup: it stands in the page as JSON without `<`, `>` or `&`, and the scripts put it into
//! text nodes. The page's content security policy lets nothing be loaded and runs these scripts alone.

use crate::view::{Group, LEVELS, Notice, Person, Totals, View};
use anyhow::Context as _;
use askama::Template;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

const STYLE: &str = include_str!("page/page.css");
const SCRIPTS: [&str; 3] = [include_str!("page/model.js"), include_str!("page/tree.js"), include_str!("page/page.js")];

/// What the page says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// What is shown.
    pub basis: Basis,
    /// The file of the prepared users.
    pub input: String,
    /// The source, when the manifest names it.
    pub source: Option<String>,
    /// When the source was read, as far as is known.
    pub read_at: Option<Timestamp>,
    /// When the page is made.
    pub made_at: Timestamp,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The prepared users alone.
    File,
    /// The account at this host, with what a sync would change.
    Account(String),
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    title: &'a str,
    policy: &'a str,
    style: &'a str,
    scripts: &'a [&'a str],
    data: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    title: &'a str,
    account: Option<&'a str>,
    input: &'a str,
    source: Option<&'a str>,
    read_at: Option<Timestamp>,
    made_at: Timestamp,
    version: &'static str,
    levels: usize,
    totals: &'a Totals,
    notices: &'a [Notice],
    groups: &'a [Group],
    people: &'a [Person],
}

/// The page.
pub fn page(view: &View, about: &About) -> anyhow::Result<String> {
    let About { basis, input, source, read_at, made_at } = about;
    let (title, account) = match basis {
        Basis::File => ("Groups and people for TimeCamp", None),
        Basis::Account(host) => ("What a sync would change in TimeCamp", Some(host.as_str())),
    };
    let data = Data {
        title,
        account,
        input,
        source: source.as_deref(),
        read_at: *read_at,
        made_at: *made_at,
        version: env!("CARGO_PKG_VERSION"),
        levels: LEVELS,
        totals: &Totals::of(view),
        notices: &view.notices,
        groups: &view.groups,
        people: &view.people,
    };
    let data = harmless(&serde_json::to_string(&data).context("the page's data cannot be written as JSON")?);
    let page = Page { title, policy: &policy(), style: STYLE, scripts: &SCRIPTS, data: &data };
    page.render().context("the page cannot be put together")
}

/// JSON that no parser of HTML mistakes for markup, wherever it stands: `</script>` and `<!--` cannot occur.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 50);
    for letter in json.chars() {
        match letter {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            _ => text.push(letter),
        }
    }
    text
}

/// Nothing is loaded from anywhere, and no style or script counts but those of the page.
fn policy() -> String {
    let source = |text: &str| format!("'sha256-{}'", STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes())));
    let scripts: Vec<String> = SCRIPTS.iter().map(|script| source(script)).collect();
    format!(
        "default-src 'none'; img-src data:; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        source(STYLE),
        scripts.join(" ")
    )
}
