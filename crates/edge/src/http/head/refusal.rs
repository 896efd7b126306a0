//! Why a head is not passed on.

/// Why a request's head is refused. The connection is closed after each of these, since nobody
/// can say for sure where the next request would begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// RFC 9112 section 3.
    #[error("the request line is malformed")]
    RequestLine,
    /// RFC 9112 section 2.3: only HTTP/1.0 and HTTP/1.1 are spoken here.
    #[error("this HTTP version is not supported")]
    Version,
    /// RFC 9112 section 2.2: lines end in CRLF, and a bare CR or LF is none.
    #[error("a line does not end in CRLF")]
    LineEnd,
    /// RFC 9110 section 5.1, 9112 section 5.1: also a space before the colon or a folded line.
    #[error("a header name is malformed")]
    HeaderName,
    /// RFC 9110 section 5.5: control characters.
    #[error("a header value is malformed")]
    HeaderValue,
    /// More headers than the limit.
    #[error("there are too many headers")]
    TooManyHeaders,
    /// More bytes than the limit.
    #[error("the request's headers are too large")]
    HeadTooLarge,
    /// A longer request target than the limit.
    #[error("the request's address is too long")]
    TargetTooLong,
    /// RFC 9112 section 3.2.
    #[error("the request's address is malformed")]
    Target,
    /// RFC 9112 section 3.2.2.
    #[error("the request's address and its Host header differ")]
    TargetMismatch,
    /// RFC 9112 section 3.2: HTTP/1.1 requires Host.
    #[error("the Host header is missing")]
    HostMissing,
    /// RFC 9112 section 3.2: one Host only.
    #[error("there are several Host headers")]
    HostDuplicate,
    /// RFC 9110 section 7.2.
    #[error("the Host header is malformed")]
    Host,
    /// RFC 9110 section 8.6: digits only, no list, no sign, no leading zero.
    #[error("the Content-Length header is malformed")]
    Length,
    /// RFC 9112 section 6.3: one Content-Length only.
    #[error("there are several Content-Length headers")]
    LengthDuplicate,
    /// RFC 9112 section 6.1: both together are how requests are smuggled.
    #[error("Content-Length and Transfer-Encoding stand together")]
    LengthAndCoding,
    /// RFC 9112 section 6.1: exactly `chunked`, once.
    #[error("this Transfer-Encoding is not supported")]
    Coding,
    /// RFC 9112 section 6.1: HTTP/1.0 has no transfer codings.
    #[error("Transfer-Encoding stands in an HTTP/1.0 request")]
    CodingInOld,
    /// `Content_Length` and the like, which some servers read as `Content-Length`.
    #[error("a header imitates one that frames the message")]
    Alias,
    /// RFC 9110 section 7.6.1: more names in Connection than anybody needs.
    #[error("the Connection header is malformed")]
    Connection,
    /// RFC 9110 section 10.1.1.
    #[error("this Expect header is not supported")]
    Expect,
    /// CONNECT and TRACE.
    #[error("this method is not supported")]
    Method,
}

/// Why a worker's reply head is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not a status line, header lines and an empty line in the grammar of RFC 9112.
    #[error("its head is malformed")]
    Syntax,
    /// More bytes or headers than the limit.
    #[error("its head is too large")]
    TooLarge,
    /// RFC 9112 section 6.3: contradicting or unreadable Content-Length and Transfer-Encoding.
    #[error("the length of its body is ambiguous")]
    Framing,
    /// RFC 9112 section 7.1.
    #[error("its chunks are malformed")]
    Chunks,
    /// RFC 9110 section 15.2.2: a 101 that nobody asked for.
    #[error("it switches protocols unasked")]
    Upgrade,
}
