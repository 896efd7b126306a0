//! Who has to go when there is no room: S3-FIFO, counted in bytes. Pure.
//!
//! In: what is added, what is taken out by name, the number of bytes that there may be. Out: what
//! has to go. Who is asked for counts it in [`Uses`], without a lock; nothing is moved for it.
//! Invariant: the bytes held are never more than the limit; nothing takes more than an eighth of
//! it. Not here: finding something by its name (`memory`, `disk`).

mod ghost;
mod list;
mod s3_fifo;
mod uses;

pub use s3_fifo::{Queues, Ticket};
pub use uses::Uses;

#[cfg(test)]
mod tests;
