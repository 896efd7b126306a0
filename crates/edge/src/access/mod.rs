//! `[edge.access_log]`: a line for each request, written where no request waits for it.
//!
//! An edge thread copies what it knows of a request into a batch of its own ([`Lane`]): no system
//! call, no lock and, once it runs, no memory is asked for. A full batch, or one a tick old, goes
//! to a writer thread, which alone knows forms and files. When that is too slow, lines are dropped
//! and counted; a request never waits.
//! Invariant: a line is a line. Whatever a client sends, it cannot end one or begin another.
//! Not here: files (they come as a [`Sink`]), why a request was refused (`reply`).

mod entry;
mod lane;
pub mod line;
mod record;
mod trouble;
mod writer;

pub use entry::{Asked, Entry};
pub use lane::{Lane, Way};
pub use writer::{Access, Sink};

pub(crate) use writer::{AccessMeters, Writer};

#[cfg(test)]
mod tests;
