//! The history on disk.
//!
//! Sealed blocks lie in files of their own, written under another name first. What is younger lies in this
//! process's journal, which it holds locked; a journal without a lock was left by a process that is gone, and is
//! adopted. So two processes, as during an upgrade, share one folder. See LIFECYCLE.md.

mod journal;
mod load;
mod names;
mod turn;

pub use turn::Shelf;

#[cfg(test)]
mod tests;
