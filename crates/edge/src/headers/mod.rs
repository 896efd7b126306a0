//! `headers`: security headers and others that replies get, and lines that they lose. Pure.
//!
//! In: the lines of a config, once; then the names in a reply's head. Out: lines to append. Invariant: a
//! reply never has a header twice because the app and the edge both send it.
//! Not here: what helmet's options mean, which `config` turns into lines.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod lines;
mod nonce;
mod policy;
mod prepared;

pub use lines::{named, names};
pub use nonce::{Nonce, Nonces};
pub use prepared::{Headers, Kind, Taken};

#[cfg(test)]
mod tests;
