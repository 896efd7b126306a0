//! Where the engine meets the log: records go out, snapshots are taken, and at the start all comes back.
//!
//! In: the engine after each command, the time. Out: which replies may leave, whether writes are refused and why.
//! Invariant: the data thread never waits for the disk.
//! Not here: files and frames (`log`), the form of values (`rdb`), sockets (`serve`).

mod facts;
mod persist;
mod replay;
mod source;
#[cfg(test)]
mod tests;

pub use facts::{Facts, Wish};
pub use persist::{Options, Persist, Started};
pub use replay::Replay;
pub use source::Walked;
