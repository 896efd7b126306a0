//! The form of a cached reply in a file. Pure.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `ostlerc1`: what it is, and the version of the form |
//! | 8..12, 12..20 | lengths of head and body |
//! | 20..28 | the number of the last purge before the app was asked |
//! | 28..36 | when it is of no use any more, in ms since the Unix epoch |
//! | 36..40 | CRC-32 of the body |
//! | 40..44 | CRC-32 of what is above, and of the head |
//! | 44 | 1: a soft purge was meant for it. Changed in place, so not covered by the sum |
//! | 45..48 | 0 |
//! | 48.. | the head, then the body |
//!
//! Numbers are little-endian. In the head stand key and reply, each text after its length.
//! Invariant: what was torn, cut or changed anywhere but in byte 44 is [`Corrupt`], but for one in
//! four thousand million.

mod head;
mod read;
mod write;

pub use head::{Corrupt, FIXED_BYTES, HEAD_BYTES_MAX, Head, STALE_AT};
pub use read::{Kept, read};
pub use write::write;

#[cfg(test)]
mod tests;
