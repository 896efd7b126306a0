//! Which worker gets a request, whether a request may be sent again, and how often. Pure.
//!
//! One edge knows how many requests every worker has, so it takes the one with the least: what
//! "power of two choices" approximates when it is not known. How fast and how well a worker
//! answers weighs in ([`Board`]), and who only fails is left out ([`eject`], `LIFECYCLE.md`).
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod board;
mod budget;
mod choose;
mod eject;
mod hash;
mod latency;
mod record;
mod retry;
mod view;
mod wish;

pub use board::{Board, Rules};
pub use budget::Budget;
pub use choose::{By, Candidate, Choice, Pick, choose};
pub use record::Record;
pub use retry::{Attempt, Verdict};
pub use view::Standing;
pub use wish::{Asker, SetCookie, Wish};

#[cfg(test)]
mod tests;
