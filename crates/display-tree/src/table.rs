//! The people as CSV.

use crate::people::{Extra, name_without_job_title};
use anyhow::Context as _;
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
        table.write_record([
            row.external_id.as_str(),
            &name_without_job_title(&row.name, extra),
            &extra.job_title,
            &row.path.to_string(),
            status,
            &extra.supervisor_id,
            &row.role.to_string(),
        ])?;
    }
    let bytes = table.into_inner().context("the table could not be finished")?;
    String::from_utf8(bytes).context("the table is not text")
}
