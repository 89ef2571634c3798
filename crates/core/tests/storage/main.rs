//! The storage over a local folder and over two independent S3 services that the tests start themselves on loopback:
//! one in Rust (`crates/s3-server`), one in Python (moto; `tests/servers/install-s3.sh` installs it). Both check
//! signatures and rights. The metrics are here too, since the parser they are read with is Python's.

#![expect(
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "tests read files, wait and start services as an administrator would"
)]

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod services;
#[cfg(test)]
mod stages;
