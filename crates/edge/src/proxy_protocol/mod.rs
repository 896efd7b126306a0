//! The PROXY protocol, versions 1 and 2: how a balancer that works on TCP tells who the client is.
//! Pure. Written after HAProxy's specification of 2020-03-05.
//!
//! In: the first bytes of a connection. Out: the client, and how many bytes to take away.
//! Invariant: nothing is guessed. A header that is not exactly right is refused.
//! Not here: whether the sender is to be believed (`plan`), and reading it (`forward::proxied`).

mod checksum;
mod header;
mod v1;
mod v2;

pub use header::{Header, HeaderError, read};
pub use v2::HEADER_BYTES_MAX;

#[cfg(test)]
mod tests;
