//! HTTP/2: frames by the `h2` crate, meaning by the same code as HTTP/1.
//!
//! A request that comes as HTTP/2 is written down as HTTP/1.1 bytes and goes through the same
//! checks, retries and limits as any other; the reply's bytes are read back into frames. So there
//! is one place that decides what a message means, and nothing that HTTP/2 allows and HTTP/1 does
//! not can reach a worker.

/// A request on its way to a worker that speaks HTTP/2.
pub mod asked;
mod backlog;
mod conduct;
mod content;
mod error;
mod incoming;
mod link;
mod outgoing;
mod pipe;
mod question;
/// A reply on its way to a client that speaks HTTP/2.
pub mod reply;
/// A request of such a client.
pub mod request;
mod serve;
mod stream;

pub use link::Link;
pub use question::Question;
pub use serve::serve;
pub use stream::Stream;

#[cfg(test)]
mod tests;
