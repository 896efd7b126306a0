//! Either version.

use super::{v1, v2};
use std::net::SocketAddr;

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the header; what follows is the connection's own.
    pub len: usize,
    /// The client; None if the balancer speaks for itself (a health check) or does not know: then
    /// the connection's own address counts.
    pub source: Option<SocketAddr>,
}

/// Why a header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The connection begins with something else.
    #[error("the connection does not begin with a PROXY protocol header")]
    Missing,
    /// Version 1, section 2.1: at most 107 bytes with their CRLF.
    #[error("the PROXY protocol line does not end in CRLF within 107 bytes")]
    LineEnd,
    /// Version 1, section 2.1.
    #[error("the PROXY protocol line is malformed")]
    Line,
    /// Version 2, section 2.2: the version of the binary header must be 2.
    #[error("the version of the PROXY protocol header is unknown")]
    Version,
    /// Version 2, section 2.2: LOCAL and PROXY are known.
    #[error("the command of the PROXY protocol header is unknown")]
    Command,
    /// Version 2, section 2.2: only streams come in here.
    #[error("the address family or transport of the PROXY protocol header is not supported")]
    Family,
    /// Version 2, section 2.2: shorter than its addresses, or its TLVs do not fit.
    #[error("the PROXY protocol header is shorter than what it holds")]
    Short,
    /// Longer than is read here.
    #[error("the PROXY protocol header is too long")]
    TooLong,
    /// Version 2, section 2.2.3: the checksum is there, and wrong.
    #[error("the checksum of the PROXY protocol header is wrong")]
    Checksum,
}

/// Read the header at the start of `bytes`. None: it is not complete yet.
///
/// # Errors
/// See [`HeaderError`]; told as soon as it is certain.
pub fn read(bytes: &[u8]) -> Result<Option<Header>, HeaderError> {
    let begins = |with: &[u8]| {
        let both = bytes.len().min(with.len());
        bytes.get(..both) == with.get(..both)
    };
    match bytes {
        [] => Ok(None),
        _ if begins(v2::SIGNATURE) => v2::read(bytes),
        _ if begins(v1::SIGNATURE) => v1::read(bytes),
        _ => Err(HeaderError::Missing),
    }
}
