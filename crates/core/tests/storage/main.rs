//! The storage over a local folder and over two independent S3 services that the tests start themselves on loopback:
//! one in Rust (`crates/s3-server`), one in Python (moto; `tests/servers/install-s3.sh` installs it). Both check
//! signatures and rights.

#![expect(clippy::disallowed_methods, reason = "tests read files, wait and start services as an administrator would")]

mod conformance;
mod credentials;
mod faults;
mod lock;
mod relay;
mod runs;
mod services;
mod stages;
