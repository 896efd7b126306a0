//! What workers write: taken at once from the files in memory that they write to, cut into lines, kept for a while,
//! handed to whoever listens, and written to terminal or files by threads of their own.
//!
//! Invariant: nothing here makes a worker wait. Who reads too slowly loses lines, counted.

mod bell;
mod capture;
mod file;
mod follow;
mod form;
mod journal;
mod lines;
mod sink;
mod terminal;

pub use file::{Files, Limits as FileLimits, Rotated};
pub use sink::{Sink, Written};
pub use terminal::Terminal;

pub(crate) use capture::{Capture, open as capture};
pub(crate) use follow::{Output, follow};
pub(crate) use journal::{Journal, LineCounts};
pub(crate) use sink::Queue;
