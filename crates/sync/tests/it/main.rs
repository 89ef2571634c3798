//! `sync` black-box: the binary, its files, its exit code, and the requests it made.

#[cfg(test)]
mod account;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod help;
#[cfg(test)]
mod input;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod overlap;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod pending;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod review;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod throttle;
