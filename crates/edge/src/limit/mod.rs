//! Rate limits: how many requests a client, or whoever else, may send.
//!
//! In: a request's head and the time. Out: pass, or refuse until when, and what headers tell of it.
//! Invariants: memory is bounded by `keys`; no more pass than the limit says, however many threads
//! ask, as long as the table has room; nothing here waits but the store that machines share.
//! Not here: how many requests an app can carry (`shed`), the size of what is sent (`edge.limits`).

mod gcra;
mod hash;
mod headers;
mod key;
mod limiter;
mod limiters;
mod limits;
pub mod redis;
mod step;
mod table;
mod window;

pub use headers::NAMES;
pub use limiter::Limiter;
pub use limiters::{limiters, write};
pub use limits::{Held, Limits};

#[cfg(test)]
mod tests;
