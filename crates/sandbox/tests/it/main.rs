//! The sandbox over HTTP, as the product meets it.
//!
//! The modules are marked as tests, so that what lints allow in tests holds for their helpers too.

#[cfg(test)]
mod bamboohr;
#[cfg(test)]
mod client;
#[cfg(test)]
mod company;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod machinery;
#[cfg(test)]
mod pause;
#[cfg(test)]
mod program;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod writes;
