//! The variables of a stage, for `--help` and for the settings page.

use crate::env::{Kind, Var};
use crate::vars;
use serde_json::json;
use std::fmt::Write as _;

/// The section of `--help` that lists the variables.
pub(super) fn variables(own: &[&'static Var]) -> String {
    let mut text = String::from("Environment variables (also from .env in this folder or one above):\n");
    for var in own.iter().chain(vars::EVERY_STAGE).chain([&&vars::RUST_LOG]) {
        let default = if var.default.is_empty() { String::new() } else { format!(" [default: {}]", var.default) };
        let _ = write!(text, "\n  {}{default}\n      {}\n", var.name, var.about);
    }
    text
}

/// The same as JSON: the settings page is made from it.
pub(super) fn as_json(stage: &str, own: &[&'static Var]) -> String {
    let list = |vars: &[&Var]| -> Vec<_> {
        vars.iter()
            .map(|Var { name, kind, default, about }| {
                json!({ "name": name, "kind": kind_name(*kind), "default": default, "about": about })
            })
            .collect()
    };
    json!({ "stage": stage, "own": list(own), "every_stage": list(vars::EVERY_STAGE) }).to_string()
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Secret => "secret",
        Kind::Flag => "boolean",
        Kind::Number => "number",
        Kind::List => "list",
        Kind::Duration => "duration",
        Kind::Limit => "limit",
        Kind::Json => "JSON",
    }
}
