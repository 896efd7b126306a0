//! What is told of refusals: who, which rule, and a little of what was wrong; at a bounded rate.
//!
//! Invariants: an edge thread never waits to tell; a flood costs two atomic operations for each
//! refusal and a few lines a second; what a client sends cannot forge a line.
//! Not here: counts (`meters`), and the access log, which tells of every request (`access`).

mod excerpt;
mod notices;
mod rate;

pub use excerpt::{client, excerpt};
pub use notices::Notices;
