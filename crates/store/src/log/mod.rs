//! What makes acknowledged writes survive: record frames, segments, snapshots, recovery.
//!
//! In: the record of each command. Out: files from which the same state comes again. Invariant: what was
//! acknowledged under `always` is there after any crash; what cannot be read is never dropped in silence.
//! Not here: what a record means (`keyspace`, `command`), the form of values (`rdb`).

pub mod disk;
pub mod frame;
pub mod manifest;
pub mod record;
pub mod recover;
pub mod saving;
pub mod segment;
pub mod snapshot;
#[cfg(test)]
pub(crate) mod tests;
pub mod writer;
