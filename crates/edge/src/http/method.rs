//! Request methods, as far as the edge treats them differently.

/// A method (RFC 9110 section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD: its reply has no body, whatever its head says.
    Head,
    /// OPTIONS
    Options,
    /// QUERY: safe and idempotent like GET, with a body.
    Query,
    /// CONNECT: asks for a tunnel through a forward proxy, which the edge is not.
    Connect,
    /// TRACE: would show the client the headers that the edge adds.
    Trace,
    /// Anything else; may have effects.
    Other,
}

impl Method {
    /// Which method `token` is. Methods are case-sensitive.
    pub fn of(token: &[u8]) -> Method {
        match token {
            b"GET" => Method::Get,
            b"HEAD" => Method::Head,
            b"OPTIONS" => Method::Options,
            b"QUERY" => Method::Query,
            b"CONNECT" => Method::Connect,
            b"TRACE" => Method::Trace,
            _ => Method::Other,
        }
    }

    /// True if sending the request twice does no harm. PUT and DELETE are idempotent too by the
    /// letter of RFC 9110, but few apps keep to it, so they are not sent twice.
    pub fn is_repeatable(self) -> bool {
        matches!(self, Method::Get | Method::Head | Method::Options | Method::Query)
    }
}
