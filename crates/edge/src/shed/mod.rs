//! Adaptive load shedding: an app that is given more than it can carry is given what it can, and the
//! rest is refused at once, so that what is answered is answered in time. Pure.
//!
//! A worker is saturated when its event loop does nothing but work, has requests waiting, and goes on
//! like that. Only then is it limited: slow replies alone say nothing, since most wait for a
//! database, for news, or for a client. The limit is Gradient2's (Netflix concurrency-limits), the
//! requests in flight times the ratio of what a reply should take to what it takes, which by
//! Little's law is the replies a second times the time one should take; what it should take was
//! learned while the loop had time to spare, so that overload does not become the usual.
//! What the workers may not have waits in front of them, no more than they can do in [`Wait`], and
//! important requests before others.
//!
//! In: counts of each worker ten times a second, and how busy its loop is. Out: how many requests a
//! worker may have, and how many may wait for the app. Not here: who is counted (`limit`), which
//! worker gets a request (`balance`), the queue itself (`upstream`).
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod ages;
mod queue;
mod worker;

pub use ages::{Ages, Came};
pub use config::Priority;
pub use queue::{Queue, Wait};
pub use worker::{Reading, Saturation};

#[cfg(test)]
mod tests;
