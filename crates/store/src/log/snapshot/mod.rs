//! Snapshots: the values of all keys, written while commands go on, without fork and without copies.
//!
//! [`walk`](Walk) goes over the keyspace in slices. Each value is written with the LSN of the last record that
//! changed its key, so values of different moments lie side by side; the log since the snapshot began makes them
//! one state again: an effect is skipped on a key whose value in the snapshot has its LSN or a later one. What
//! this asks of the log is in docs/decisions: durability.

mod entries;
mod file;
mod load;
mod walk;

pub use entries::{BadEntry, Entries, Entry, KeyHead, parse};
pub use file::{SnapshotFile, clean, commit};
pub use load::{Loaded, load};
pub use walk::{Place, Source, Walk, Within};
