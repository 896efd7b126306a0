//! HTTP/2: frames by the `h2` crate, meaning by the same code as HTTP/1.
//!
//! A request that comes as HTTP/2 is written down as HTTP/1.1 bytes and goes through the same
//! checks, retries and limits as any other; the reply's bytes are read back into frames. So there
//! is one place that decides what a message means, and nothing that HTTP/2 allows and HTTP/1 does
//! not can reach a worker.

mod asked;
mod content;
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

use h2::Reason;
use http::HeaderMap;
use std::io;

/// An error of the `h2` crate as one of a connection. A stream that was refused was provably not
/// looked at (RFC 9113 section 8.7).
fn broken(error: h2::Error) -> io::Error {
    let refused = error.reason() == Some(Reason::REFUSED_STREAM);
    let kind = match refused {
        true => io::ErrorKind::ConnectionRefused,
        false => io::ErrorKind::ConnectionAborted,
    };
    io::Error::new(kind, error)
}

/// Append header lines.
fn lines(map: &HeaderMap, out: &mut Vec<u8>) {
    map.iter()
        .for_each(|(name, value)| request::line(name.as_str().as_bytes(), value.as_bytes(), out));
}

#[cfg(test)]
mod tests;
