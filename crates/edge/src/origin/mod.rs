//! Upstreams: servers that Ostler does not run, found by URL, checked, and told to the threads as
//! if they were an app's workers.
//!
//! In: `[upstream.NAME]`, what names stand for now, how checks ended. Out: a `Fleet` for each
//! upstream, news, and what [`Board`] shows. Invariant: a server gets requests only while its name
//! stands for it, and one that cannot be reached gets none.
//! Not here: who of the open ones gets a request (`balance`), carrying it there (`forward`).
//! The states are in `LIFECYCLE.md`.

mod board;
mod core;
mod handle;
mod probe;
mod resolve;
mod thread;

pub use board::Board;
pub use handle::Origins;
pub use resolve::{Resolve, SystemResolver};
