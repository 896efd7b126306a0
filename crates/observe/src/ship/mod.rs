//! What is sent to other systems: logs and metrics, each target with a queue of its own on disk.
//!
//! In: records as they come, samples as they are taken. Out: requests in the words of each target. The thread `ship`
//! collects, encodes and queues; the thread `ship-send` sends. Invariant: who gives something never waits; memory and
//! disk are bounded, and what is dropped is counted.
//! Not here: what records are made of (`log`), and which targets there are (`config`).

pub mod encode;
pub mod pack;
pub mod queue;

mod handle;
mod inbox;
mod send;
mod target;

pub use handle::{Handle, Settings, start};
