//! One edge thread: a runtime of its own, with its own listeners, connections and pools.
//!
//! Nothing is shared with the other threads but atomic counts and the plan, so nothing is locked.

mod accept;
mod date;
mod run;
mod schedule;
mod state;

pub use run::{Drained, Order, Phase, run};
pub use state::{Open, Thread};
