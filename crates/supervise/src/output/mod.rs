//! What workers write: drained from their pipes at once, cut into lines, kept for a while, handed to
//! whoever listens, and written to terminal or files by threads of their own.
//!
//! Invariant: nothing here makes a worker wait. Who reads too slowly loses lines, counted.

mod file;
mod form;
mod journal;
mod lines;
mod pipe;
mod sink;
mod terminal;

pub use file::{Files, Limits as FileLimits, Rotated};
pub use sink::{Sink, Written};
pub use terminal::Terminal;

pub(crate) use journal::{Journal, LineCounts};
pub(crate) use pipe::{Output, follow};
pub(crate) use sink::Queue;
