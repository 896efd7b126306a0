//! The warden: a process that outlives Ostler by a moment, so that not even SIGKILL to Ostler
//! leaves workers behind.
//!
//! PR_SET_PDEATHSIG ends the workers' main processes; what those started, and the run folder, are
//! the warden's. It is the same program, started again with [`ARGUMENT`]; it reads orders from its
//! stdin and knows by the end of it that Ostler is gone. No runtime and no threads: it sleeps in
//! `read` all its life.

mod client;
mod estate;
mod order;

pub use client::Warden;
pub use estate::run;

/// The program becomes the warden when this is its only argument.
pub const ARGUMENT: &str = "__warden";
