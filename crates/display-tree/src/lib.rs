//! `var/timecamp_users.json` as people want to look at it before a sync: totals and the group tree as text, a table as
//! CSV, one self-contained HTML page. With `--account` the tree is TimeCamp's own, with everything marked that a sync
//! would add, move, disable or remove. It only ever reads.
//!
//! `read` (I/O) → [`view`] (pure: who stands where and what happens to them) → [`text`], [`table`] or [`html`] (pure).

mod args;
pub mod html;
pub mod people;
mod read;
mod stage;
pub mod table;
pub mod text;
pub mod view;

pub use args::DisplayTreeArgs;
pub use stage::DisplayTree;
