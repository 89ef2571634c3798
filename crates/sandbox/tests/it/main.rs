//! The sandbox over HTTP, as the product meets it.

mod bamboohr;
mod client;
mod company;
mod invitations;
mod machinery;
mod pause;
mod program;
mod shapes;
mod writes;
