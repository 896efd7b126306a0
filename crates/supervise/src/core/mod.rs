//! The fleet state machine: every decision about workers. Pure: time, chance and readings come in
//! as arguments, what is to be done goes out as actions. `LIFECYCLE.md` tells states and rules.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod backoff;
mod command;
mod death;
mod ending;
mod event;
mod fleet;
mod launch;
mod measure;
mod plan;
mod rollout;
mod scale;
mod slot;
mod turn;
mod worker;

#[cfg(test)]
pub(crate) mod tests;

pub use event::{Action, Event, Outcome, Sample, Ticket};
pub use fleet::{Fleet, WORKERS_MAX};
pub use measure::is_held_up;
pub use turn::Draw;
pub use worker::{Phase, Worker};
