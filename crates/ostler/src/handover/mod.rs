//! Binary upgrade: the old process gives its listening sockets to the new one.
//!
//! The new process connects to `handover.sock` in the project's run folder and receives the sockets,
//! and the lock on the project, by `SCM_RIGHTS` (so they are never inheritable, and no worker that
//! starts meanwhile can hold one). Both then accept from the same queues. When its workers are ready the new one
//! asks for the `store`: the old one's has written all when the answer is `yours`, and clients that come meanwhile wait
//! in the queues of its sockets. When the new one says `ready`, the old one drains and ends; if the new one fails
//! first, the old one takes its store back and just goes on.

mod estate;
mod give;
mod systemd;
mod take;
#[cfg(test)]
mod tests;

pub use estate::{Estate, PassedStore};
pub use give::{Owner, give};
pub use systemd::from_systemd;
pub use take::{Taken, take};

/// The name of the socket in the run folder.
pub const SOCKET: &str = "handover.sock";

/// The kernel's limit of descriptors in one message is 253.
const SOCKETS_MAX: usize = 250;
const HEADER_BYTES_MAX: usize = 8_192;
const WORD_BYTES_MAX: usize = 1_024;
