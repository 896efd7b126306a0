//! What waits for one target, on disk, so that neither its outage nor a restart of Ostler loses anything.
//!
//! A target has a folder. In it each process has a folder of its own with a lock, and writes segments there:
//! files of entries. An entry that was sent is marked in its place; a segment in which all are marked is removed.
//! A folder whose lock nobody holds was left by a process that has ended: who finds it sends what is in it.
//! In: batches. Out: the same, oldest first, until each is said to be done. Invariant: the disk taken is bounded;
//! what does not fit pushes out the oldest, counted. A process that is killed loses nothing that was appended, and
//! sends at most one batch twice.
//! Not here: how batches are made (`writer`) and sent (`send`).

pub mod form;

mod adopt;
mod disk;
mod folder;
mod segment;

pub use disk::{Batch, Limits, Lost, Queue};

#[cfg(test)]
mod tests;
