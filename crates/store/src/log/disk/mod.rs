//! The folder in which a store keeps its files, as little of it as the log needs.
//!
//! In the product this is [`FileDisk`]; tests use one that tears writes, forgets what was not synced, mixes up
//! renames and fills up. Names are plain names of files in the one folder.

mod file;
mod folder;

pub use file::{FileDisk, LockError};
pub use folder::{Disk, DiskFile, read_all, replace};
