//! The store: what it needs is claimed before anything runs, it starts before the workers and ends after them.
//!
//! An upgrade hands its sockets on at once, and its folder when the new process is ready: until then the workers of
//! both processes use the old one's store, at the same address.

mod claim;
mod commands;
mod door;
mod embedded;
mod heard;
mod live;
mod loading;
mod page;
mod tell;
#[cfg(test)]
mod tests;

pub use claim::{Claimed, password, with_password};
pub use commands::{commands, slow_commands};
pub use embedded::Embedded;
pub use tell::status;
