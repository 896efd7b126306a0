//! Errors of the `h2` crate.

use h2::{Error, Reason};
use std::io;

/// As an error of a connection. A stream that was refused was provably not looked at (RFC 9113
/// section 8.7).
pub(super) fn broken(error: Error) -> io::Error {
    let kind = match error.reason() {
        Some(Reason::REFUSED_STREAM) => io::ErrorKind::ConnectionRefused,
        _ => io::ErrorKind::ConnectionAborted,
    };
    io::Error::new(kind, error)
}
