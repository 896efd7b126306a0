//! Writing the log: which bytes go to which segment, and what is durable.
//!
//! [`Writer`] does one step at a time and is what the simulation drives; [`thread`](LogThread) runs it for as
//! long as the process lives, and [`Feed`] is the end of the data thread.

mod core;
mod feed;
mod queue;
mod thread;

pub use core::{SEGMENT_BYTES, WriteError, Writer};
pub use feed::Feed;
pub use queue::{Health, Pressure, Progress, QUEUE_BYTES_MAX};
pub use thread::{LogThread, Policy, Wake};
