//! The process manager for Node workers: starts them, learns when they serve, replaces them without
//! losing a request, starts them again when they die, scales them, and carries their output.
//!
//! [`start`] runs one thread, "supervise", whose children all workers are; [`Handle`] is how the
//! rest of Ostler talks to it. Every decision is made by the pure state machine in `core/`
//! (`core/LIFECYCLE.md`); `worker/` knows one process, `output/` what it writes, `warden/` the
//! process that clears up after a killed Ostler.
//!
//! Not here: who sends requests to workers (`edge`), the HTTP API (`control`), `ostler.toml`
//! (`config`), the script that workers preload (`agent/agent.cjs`).

mod core;
mod cores;
mod error;
pub mod output;
mod shell;
pub mod warden;
mod watch;
mod worker;

pub use crate::core::WORKERS_MAX;
pub use cores::cores;
pub use error::{CommandError, StartError};
pub use shell::{Handle, Options, start, start_with_warden};
pub use worker::check::CheckError;
