//! From a target's queue to the target: a task for each, all on one thread, so that one that is away holds up
//! no other.
//!
//! In: batches of a queue. Out: requests and messages. Invariant: a batch leaves its queue only when the target has
//! it, or has refused it for good, which is counted. `verdict` and `backoff` are pure.

pub mod backoff;
pub mod verdict;

mod door;
mod file;
mod fluent;
mod http;
mod socket;
mod task;

pub use task::{Phase, run};

#[cfg(test)]
mod tests;
