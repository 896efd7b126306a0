//! `cors`: which pages of other origins may use a route's replies. Pure.
//!
//! In: the options, once; then a request's `Origin` and what a preflight asks for. Out: header lines.
//! Invariant: an origin is repeated to a client only if it is one of the config's.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod origin;
mod prepared;

pub use prepared::{Cors, Page};

#[cfg(test)]
mod tests;
