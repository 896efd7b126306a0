//! `INFO`: one file for the command, one for the page that it writes, the others for its sections.

mod ask;
mod counts;
mod durability;
mod keyspace;
mod memory;
mod page;
mod server;
mod stats;

pub use ask::INFO;
