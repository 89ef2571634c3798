//! Which leaves are written, and as what.

use crate::settings::{LeaveTypes, Pending, Settings, Window};
use crate::wire::{Of, Record, WireError, order_of};
use jiff::civil::Date;
use std::collections::BTreeMap;
use timecamp_scim_core::models::{Leave, SourceUser};

/// The leaves that are written, and what there is to say about the others.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// By Factorial's number: where two overlap, the one that was made later comes later.
    pub(crate) leaves: Vec<Leave>,
    left_out: LeftOut,
    /// Leaves of types that the map does not name.
    unmapped: BTreeMap<String, usize>,
    /// Leaves, by id, whose days cannot be read; they are written all the same.
    undated: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct LeftOut {
    deleted: usize,
    rejected: usize,
    pending: usize,
    elsewhere: usize,
}

/// What is known of a leave before it is decided about.
struct Told {
    id: String,
    employee: String,
    leave_type: String,
    start: Option<String>,
    finish: Option<String>,
    half_day: Option<String>,
}

/// Sorts out the leaves.
pub(crate) fn choose(records: &[Record], users: &[SourceUser], settings: &Settings) -> Result<Chosen, WireError> {
    let emails: BTreeMap<&str, &str> =
        users.iter().rev().map(|user| (user.external_id.as_str(), user.email.as_str())).collect();
    let mut sorted: Vec<Of<'_>> = records.iter().map(|record| Of("the leave", record)).collect();
    sorted.sort_by_cached_key(|leave| order_of(&leave.id()));
    let mut chosen = Chosen::default();
    for leave in sorted {
        if !chosen.left_out.takes(leave, settings.pending)? {
            continue;
        }
        let told = Told::read(leave)?;
        let email = emails.get(told.employee.as_str()).filter(|email| !email.is_empty());
        chosen.take(told, email.map(|email| (*email).to_owned()), settings);
    }
    Ok(chosen)
}

impl LeftOut {
    fn takes(&mut self, leave: Of<'_>, pending: Pending) -> Result<bool, WireError> {
        let count = match (leave.text("deleted_at")?, leave.flag("approved")?, pending) {
            (Some(_), _, _) => &mut self.deleted,
            (None, Some(false), _) => &mut self.rejected,
            (None, None, Pending::LeftOut) => &mut self.pending,
            (None, None, Pending::Taken) | (None, Some(true), _) => return Ok(true),
        };
        *count += 1;
        Ok(false)
    }
}

impl Told {
    fn read(leave: Of<'_>) -> Result<Self, WireError> {
        Ok(Self {
            id: leave.id(),
            employee: leave.text("employee_id")?.unwrap_or_default(),
            leave_type: leave.text("leave_type_name")?.unwrap_or_default(),
            start: leave.text("start_on")?,
            finish: leave.text("finish_on")?,
            half_day: leave.text("half_day")?,
        })
    }
}

impl Chosen {
    fn take(&mut self, told: Told, email: Option<String>, settings: &Settings) {
        let Told { id, employee, leave_type, start, finish, half_day } = told;
        let Settings { window, types, .. } = settings;
        match touches(*window, start.as_deref(), finish.as_deref()) {
            Some(false) => {
                self.left_out.elsewhere += 1;
                return;
            }
            Some(true) => {}
            None => self.undated.push(id),
        }
        let day_type = self.day_type(types, leave_type);
        self.leaves.push(Leave {
            email,
            external_id: Some(employee).filter(|id| !id.is_empty()),
            start_on: start,
            // Without an end it lasts as far as anybody looks.
            finish_on: finish.or_else(|| Some(window.to.to_string())),
            tc_leave_type: day_type,
            half_day,
        });
    }

    fn day_type(&mut self, types: &LeaveTypes, leave_type: String) -> Option<String> {
        let day_type = types.day_type(&leave_type).map(str::to_owned);
        if day_type.is_none() {
            *self.unmapped.entry(leave_type).or_default() += 1;
        }
        day_type
    }

    /// Says it in the log.
    pub(crate) fn say(&self) {
        let Self { leaves: _, left_out: LeftOut { deleted, rejected, pending, elsewhere }, unmapped, undated } = self;
        let reasons =
            [(deleted, "deleted"), (rejected, "rejected"), (pending, "not yet approved"), (elsewhere, "on other days")];
        let counts: Vec<String> = reasons
            .iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, reason)| format!("{count} {reason}"))
            .collect();
        if !counts.is_empty() {
            tracing::info!("leaves left out: {}", counts.join(", "));
        }
        for (name, count) in unmapped {
            let named = if name.is_empty() { "without a name".to_owned() } else { format!("`{name}`") };
            tracing::warn!(
                "the leave type {named} ({count} leaves) has no day type of TimeCamp: sync-time-off will leave it out. Add \
                 it, or `Default`, to FACTORIAL_LEAVE_TYPE_MAP"
            );
        }
        if !undated.is_empty() {
            let (count, list) = (undated.len(), undated.join(", "));
            tracing::warn!("{count} leaves have days that are no dates; they are written as they came: id {list}");
        }
    }
}

/// Whether a leave touches the window; `None` when its days cannot be read.
fn touches(window: Window, start: Option<&str>, finish: Option<&str>) -> Option<bool> {
    let day = |text: &str| text.parse::<Date>().ok();
    let start = day(start?)?;
    let finish = match finish {
        Some(text) => Some(day(text)?),
        None => None,
    };
    Some(window.holds(start, finish))
}
