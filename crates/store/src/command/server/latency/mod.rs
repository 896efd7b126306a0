//! `LATENCY`: one file for the command, one for what it tells people.

mod ask;
mod report;

pub use ask::LATENCY;
