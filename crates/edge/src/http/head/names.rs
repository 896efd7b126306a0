//! Header names that mean something to the edge.

/// A header that the edge reads, drops or replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Accept,
    Connection,
    ContentLength,
    Expect,
    Forwarded,
    /// `X-Forwarded-For`
    ForwardedFor,
    /// `X-Forwarded-Host`
    ForwardedHost,
    /// Any other `X-Forwarded-…`, and `X-Real-IP`
    ForwardedOther,
    /// `X-Forwarded-Proto`
    ForwardedProto,
    Host,
    /// `Keep-Alive`
    KeepAlive,
    ProxyConnection,
    /// `X-Request-Id`
    RequestId,
    Te,
    TransferEncoding,
    Upgrade,
    Other,
}

/// Which header `name` is, in any case. `_` counts as `-`, because CGI-like servers read it so:
/// a header that is dropped must not come through under its other spelling.
pub(super) fn known(name: &[u8]) -> Name {
    let candidates: &[(&[u8], Name)] = match name.len() {
        2 => &[(b"te", Name::Te)],
        4 => &[(b"host", Name::Host)],
        6 => &[(b"accept", Name::Accept), (b"expect", Name::Expect)],
        7 => &[(b"upgrade", Name::Upgrade)],
        9 => &[(b"forwarded", Name::Forwarded), (b"x-real-ip", Name::ForwardedOther)],
        10 => &[(b"connection", Name::Connection), (b"keep-alive", Name::KeepAlive)],
        12 => &[(b"x-request-id", Name::RequestId)],
        14 => &[(b"content-length", Name::ContentLength)],
        15 => &[(b"x-forwarded-for", Name::ForwardedFor)],
        16 => &[
            (b"x-forwarded-host", Name::ForwardedHost),
            (b"proxy-connection", Name::ProxyConnection),
        ],
        17 => &[
            (b"transfer-encoding", Name::TransferEncoding),
            (b"x-forwarded-proto", Name::ForwardedProto),
        ],
        _ => &[],
    };
    let found = candidates.iter().find(|(text, _)| same(name, text));
    match found {
        Some((_, name)) => *name,
        None if has_prefix(name, b"x-forwarded-") => Name::ForwardedOther,
        None => Name::Other,
    }
}

/// True for headers that belong to the message as a whole: naming one in `Connection` does not
/// remove it (RFC 9110 section 7.6.1 forbids naming it there).
pub(super) fn is_protected(name: &[u8]) -> bool {
    const PROTECTED: [&[u8]; 16] = [
        b"authorization",
        b"cache-control",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"cookie",
        b"date",
        b"etag",
        b"expect",
        b"forwarded",
        b"host",
        b"location",
        b"origin",
        b"set-cookie",
        b"x-real-ip",
        b"x-request-id",
    ];
    has_prefix(name, b"x-forwarded-") || PROTECTED.iter().any(|text| same(name, text))
}

/// True if `name` is `text` (lower case, with `-`), whatever its case and with `_` for `-`.
fn same(name: &[u8], text: &[u8]) -> bool {
    name.len() == text.len() && name.iter().zip(text).all(|(a, b)| folded(*a) == *b)
}

fn has_prefix(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len()).is_some_and(|start| same(start, prefix))
}

fn folded(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() }
}
