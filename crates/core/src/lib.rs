//! What more than one stage of timecamp-scim needs: the environment and its settings, logging, the door every
//! `main` goes through, HTTP, the files between the stages, the models and the TimeCamp client.
//!
//! Stages depend on this crate and never on each other. It is the only user of `reqwest`, and the only place that
//! reads the process environment, the clock and the file system.

pub mod code;
pub mod env;
pub mod handoff;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod models;
pub mod names;
pub mod pace;
pub mod progress;
pub mod secret;
pub mod source;
pub mod stage;
pub mod stop;
pub mod storage;
pub mod timecamp;
pub mod vars;

pub use code::{Code, Refusal};
pub use env::{Env, Kind, Var};
pub use secret::Secret;
