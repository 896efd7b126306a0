//! `MEMORY`: one file for the command, one for a key, one for the whole store.

mod ask;
mod stats;
mod usage;

pub use ask::MEMORY;
