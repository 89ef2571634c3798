//! The people as CSV.

use crate::people::{Extra, name_without_job_title};
use anyhow::Context as _;
use std::borrow::Cow;
use sync::roster::Roster;
use timecamp_scim_core::models::Status;

/// The columns.
const HEADER: [&str; 7] = ["external_id", "name", "job_title", "department", "status", "supervisor_id", "role"];

/// Everybody in file order, one record each, with a header. `extras` belong to the rows in the same order.
pub fn csv_text(roster: &Roster, extras: &[Extra]) -> anyhow::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER)?;
    let none = Extra::default();
    for (index, row) in roster.rows.iter().enumerate() {
        let extra = extras.get(index).unwrap_or(&none);
        let status = match row.status {
            Status::Active => "active",
            Status::Inactive => "inactive",
        };
        let (name, path, role) = (name_without_job_title(&row.name, extra), row.path.to_string(), row.role.to_string());
        let (id, title, supervisor) = (&row.external_id, &extra.job_title, &extra.supervisor_id);
        table.write_record(
            [id, &name, title, &path, status, supervisor, &role].map(cell).iter().map(|cell| cell.as_bytes()),
        )?;
    }
    let bytes = table.into_inner().context("the table could not be finished")?;
    String::from_utf8(bytes).context("the table is not text")
}

/// `text` so that a spreadsheet does not take it for a formula: people may write their own names in an HR system, and
/// the table is opened by somebody else. A number, and a sign alone, are no formula.
fn cell(text: &str) -> Cow<'_, str> {
    let number = |rest: &str| rest.chars().all(|letter| letter.is_ascii_digit() || " .,".contains(letter));
    let formula = match text.chars().next() {
        Some('=' | '@' | '\t' | '\r') => text.len() > 1,
        Some('+' | '-') => !text.get(1..).is_none_or(number),
        Some(_) | None => false,
    };
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_a_spreadsheet_would_carry_out_is_made_text() {
        for formula in ["=1+1", "@SUM(A1)", "+A1", "-2+3", "-Ann", "\t=1", "\r=1"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for harmless in ["", "Ann", "-", "=", "-7", "+48 123", "-1.5", "a=b", "'=1", "ł"] {
            assert_eq!(cell(harmless), harmless);
        }
    }
}
