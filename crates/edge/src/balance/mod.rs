//! Which worker gets a request, whether a request may be sent again, and how often. Pure.
//!
//! One edge knows how many requests every worker has, so it takes the one with the least: what
//! "power of two choices" approximates when it is not known.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod budget;
mod choose;
mod retry;

pub use budget::Budget;
pub use choose::{Candidate, Choice, choose};
pub use retry::{Attempt, Verdict};

#[cfg(test)]
mod tests;
