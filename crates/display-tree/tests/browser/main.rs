//! The page in Chromium, as somebody uses it. Chromium and chromedriver have to be there: `install-chromium.sh`.
//!
//! `cargo test -p display-tree --test browser`; the pictures are then in `target/tmp/display-tree`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own helpers are tests too"
)]

mod browser;
mod keyboard;
mod large;
mod looks;
mod page;
mod people;
mod search;

use browser::Browser;
