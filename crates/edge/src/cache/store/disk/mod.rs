//! The disk tier: a file for each reply, found through an index in memory.
//!
//! Edge threads look into the index and give jobs away; they touch no file. One thread writes and
//! removes files (`writer`), some read (`reader`), and one looks through what an earlier run left
//! (`walker`), while requests are served already.
//!
//! A file is written beside its place and then renamed into it; only then, and if it was not purged
//! meanwhile, it can be found. The thread that does so also carries out what purges need, in their
//! order, before they are answered. So after any crash a file is whole, or is known not to be; and
//! what was purged is not there, or its purge is in the journal. Nobody holds a lock while he waits
//! for the disk.
//!
//! In the folder: `ostler-cache` (the form's version, and how often it was opened), `lock`,
//! `purges` (the journal), and `objects/xx/` with the files.

mod book;
mod claim;
mod files;
mod index;
mod journal;
mod names;
mod reader;
mod tier;
mod trouble;
mod walker;
mod writer;

pub(in crate::cache) use claim::Claim;
pub use claim::{CacheError, CacheFolder};
pub use tier::Disk;

#[cfg(test)]
mod tests;
