//! TimeCamp and the HR services in memory, over real HTTP on loopback.
//!
//! Whoever has no accounts runs the whole product against it, and all tests do. It shares no type with the product:
//! it speaks literal JSON, keeps a journal of every request, and fails on request.
//!
//! ```
//! let sandbox = sandbox::Sandbox::start(sandbox::company(20));
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//! assert!(sandbox.journal().is_empty());
//! ```
//!
//! A **world** is a JSON object with one key for each service. What a service's part holds stands with its module:
//! `timecamp` is an account (`api_key`, `me`, `root`, `groups`, `users`, `day_types`) with `quirks`, `bamboohr` a
//! `subdomain`, an `api_key` and `employees` with `quirks`. Every service's quirks may hold `latency_ms` and
//! `rate_limit` (`{"requests": 60, "seconds": 10, "retry_after": "seconds" | "date" | "epoch" | "body" | "none"}`).

mod bamboohr;
mod call;
mod clock;
mod company;
mod control;
mod entra;
mod factorial;
mod fault;
mod hibob;
mod http;
mod journal;
mod limits;
mod machine;
mod okta;
mod pause;
mod peer;
mod sandbox;
mod service;
mod timecamp;

pub use company::{Company, Source, Start, company};
pub use fault::{Do, Fault, On};
pub use journal::Entry;
pub use sandbox::{Pause, Sandbox};
