//! The load generator: keep-alive connections in a closed loop, on a thread of its own.
//!
//! Every request ends in exactly one [`Outcome`]; nothing is sent twice, so that a failure that a
//! browser might hide by asking again is counted.

mod connection;
mod generator;
mod plan;
mod reply;
mod tally;

pub use generator::Load;
pub use plan::{Method, Plan};
pub use tally::{Outcome, Snapshot};

#[cfg(test)]
mod tests;
