//! Counting together with other machines, through a server that speaks the Redis protocol (RESP2).
//!
//! It is elsewhere, or inside this process. To one elsewhere each edge thread has one connection, on which requests go one after the other without waiting for
//! replies. One script does a whole check in one step, by the server's clock. Invariants: no request
//! waits for longer than `timeout`; while the server cannot be asked nobody waits at all; what it
//! sends is bounded.

mod client;
mod connection;
mod line;
mod own;
mod resp;
mod script;
mod way;

pub use client::{Client, Shared};
pub use own::{Answered, OwnStore};
pub use resp::{Malformed, Value, read};
pub use script::{Answer, Check};

#[cfg(test)]
mod tests;
