//! Whom processes talk to: their open connections, as the kernel tells of them.
//!
//! In: processes, by their ids. Out: a [`Sight`]: who has how many connections to whom. TCP is read from
//! `/proc/PID/net`, unix sockets from the kernel's `sock_diag`, who holds which from `/proc/PID/fd`. Invariants:
//! nothing is sent to anybody; every list that is read has a limit; what may not be read is told, not guessed.
//! Not here: what the peers are called (`known` says what usually listens on a port).

mod held;
mod join;
mod known;
mod look;
mod tcp;
mod unix;

pub use join::{Link, Peer, Sight};
pub use known::{Known, known};
pub use look::look;

#[cfg(test)]
mod tests;
