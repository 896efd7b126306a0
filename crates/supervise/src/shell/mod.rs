//! The thread "supervise": carries out what the core decides, and tells it what happened. It waits
//! for events only, never for a worker.

mod act;
mod command;
mod figures;
mod handle;
mod live;
mod measure;
mod message;
mod metrics;
mod notice;
mod process;
mod reaper;
mod running;
mod start;
mod status;

pub use handle::Handle;
pub use start::{Options, start, start_with_warden};
