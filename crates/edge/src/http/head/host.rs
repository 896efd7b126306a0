//! The grammar of `Host` (RFC 9110 section 7.2, RFC 3986 section 3.2.2).

/// True if `value` is a host with an optional port. Empty hosts are refused: HTTP allows them only
/// for targets without an authority, which `http` and `https` do not have.
pub(super) fn is_valid(value: &[u8]) -> bool {
    let (host, port) = split(value);
    let digits = |port: &[u8]| port.len() <= 5 && port.iter().all(u8::is_ascii_digit);
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(byte);
    let literal = |inner: &[u8]| {
        std::str::from_utf8(inner).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let good = match host.strip_prefix(b"[").map(|rest| rest.strip_suffix(b"]")) {
        Some(Some(inner)) => literal(inner),
        Some(None) => false,
        None => !host.is_empty() && host.iter().all(name),
    };
    good && port.is_none_or(digits)
}

/// The host without its port.
pub(super) fn name(value: &[u8]) -> &[u8] {
    split(value).0
}

fn split(value: &[u8]) -> (&[u8], Option<&[u8]>) {
    // A colon inside the brackets of an IPv6 literal is none before a port.
    let inside = value.iter().rposition(|byte| *byte == b']').map_or(0, |at| at + 1);
    let tail = value.get(inside..).unwrap_or_default();
    match tail.iter().position(|byte| *byte == b':') {
        Some(at) => (
            value.get(..inside + at).unwrap_or_default(),
            Some(tail.get(at + 1..).unwrap_or_default()),
        ),
        None => (value, None),
    }
}
