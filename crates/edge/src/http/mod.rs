//! HTTP/1.x as bytes: heads and bodies, checked strictly and passed on without a header map. Pure.
//!
//! In: bytes as they were read. Out: what they mean, and the bytes to send on.
//! Invariant: what is sent on has one meaning only; an ambiguous message is refused, never repaired.
//! Not here: sockets, time, chance (they come in as arguments), and statuses (`reply`).
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

pub mod body;
pub mod conditional;
pub mod field;
pub mod head;
pub mod method;
mod phrase;

pub use body::{Body, BodyError};
pub use head::{Refusal, ReplyHead, RequestHead};
pub use method::Method;
pub use phrase::phrase;
