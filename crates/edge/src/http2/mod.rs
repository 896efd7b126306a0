//! HTTP/2: frames by the `h2` crate, meaning by the same code as HTTP/1.
//!
//! A request that comes as HTTP/2 is written down as HTTP/1.1 bytes and goes through the same
//! checks, retries and limits as any other; the reply's bytes are read back into frames. So there
//! is one place that decides what a message means, and nothing that HTTP/2 allows and HTTP/1 does
//! not can reach a worker.

mod asked;
mod backlog;
mod conduct;
mod content;
mod error;
mod incoming;
mod link;
mod outgoing;
mod pipe;
mod question;
mod reply;
mod request;
mod serve;
mod stream;

pub use link::Link;
pub use question::Question;
pub use serve::serve;
pub use stream::Stream;

#[cfg(test)]
mod tests;
