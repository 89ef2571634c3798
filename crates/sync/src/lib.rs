//! `var/timecamp_users.json` → TimeCamp, in three steps that never mix: [`observe`] (reads only) → [`plan`] (a pure
//! function) → [`show`] or [`apply`] (makes no decisions).

pub mod apply;
pub mod args;
pub mod explain;
pub mod identity;
pub mod observe;
pub mod pending;
pub mod plan;
pub mod report;
pub mod roster;
pub mod run;
pub mod settings;
pub mod show;
pub mod stored;
pub mod world;
