//! `allow`, `deny`, `hosts`, `methods`, `https`, `target_bytes` and `redirect`: which requests of a route
//! are let in, and which clients are sent elsewhere. Pure.
//!
//! In: what a request's head and its connection tell. Out: it may pass, is refused, or its client is told
//! another address. Not here: limits of rate (`limit`) and of time (`forward`).
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod network;
mod prepared;
mod redirect;

pub use network::contain;
pub use prepared::{Asked, Guard, Refused, Stop};
pub use redirect::{Redirect, Secure};

#[cfg(test)]
mod tests;
