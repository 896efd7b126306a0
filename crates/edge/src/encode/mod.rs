//! Compression of replies: which coding a client gets, and the encoders. Pure.
//!
//! In: what a client accepts, content in pieces. Out: the same content in gzip, brotli or zstd,
//! flushed whenever the caller says so. Invariants: what was pushed and flushed can be decoded
//! by the other side; memory does not grow with the length of a body.
//! Not here: whether a request gets this far (`forward`), keeping encoded content (`cache`).

mod accepted;
mod breach;
mod brotli;
mod budget;
mod coding;
mod demand;
mod encoder;
mod encoders;
mod gzip;
mod level;
mod meters;
mod rule;
mod skip;
mod tags;
mod types;
mod whole;
mod zstd;

pub use accepted::{Accepted, negotiate};
pub use budget::{Budget, Used};
pub use coding::Coding;
pub use demand::Demand;
pub use encoder::{Encoder, Flow};
pub use encoders::Encoders;
pub use level::{Effort, Levels};
pub use meters::EncodeMeters;
pub use rule::{Rule, Verdict};
pub use skip::Skip;
pub use types::Types;
pub use whole::whole;

/// An encoder gave up, for want of memory or by a fault of its own. What it wrote is not to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {} encoder failed", .0.name())]
pub struct EncodeError(pub Coding);

#[cfg(test)]
mod tests;
