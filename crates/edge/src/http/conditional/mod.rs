//! Conditional and range requests (RFC 9110 sections 13 and 14): validators, preconditions, byte
//! ranges. Pure. Files and the cache use it alike.
//!
//! In: a request's header values and what is known of the current representation. Out: what to
//! send. Invariant: no header of a client makes a reply larger than the representation and the few
//! heads of its parts. What is malformed is ignored, so the worst that follows is a whole reply.
//! Not here: choosing the representation (language, encoding), and reading it.

mod date;
mod etag;
mod multipart;
mod precondition;
mod range;
mod select;

pub use date::{HttpDate, read_date};
pub use etag::EntityTag;
pub use multipart::Multipart;
pub use precondition::{Precondition, Role, Validators, precondition};
pub use range::{ByteRange, Ranges, content_range, ranges};
pub use select::{Selection, select};

#[cfg(test)]
mod tests;
