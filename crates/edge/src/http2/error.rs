//! Errors of the `h2` crate.

use h2::{Error, Reason};
use std::io;

/// As an error of a connection. A stream that was refused was provably not looked at (RFC 9113
/// section 8.7).
pub(super) fn broken(error: Error) -> io::Error {
    // A GOAWAY without an error fails the streams above the last one that was looked at.
    let passed_over = error.is_go_away() && error.is_remote();
    let kind = match error.reason() {
        Some(Reason::REFUSED_STREAM) => io::ErrorKind::ConnectionRefused,
        Some(Reason::NO_ERROR) if passed_over => io::ErrorKind::ConnectionRefused,
        _ => io::ErrorKind::ConnectionAborted,
    };
    io::Error::new(kind, error)
}
