//! The parts of an element of `Forwarded` (RFC 7239 section 4).

use crate::http::field::is_token;
use std::net::IpAddr;

/// Append `for=`: the address, in quotes and brackets if it is one of IPv6, or `unknown`.
pub(super) fn node(address: Option<IpAddr>, out: &mut Vec<u8>) {
    let text = match address {
        Some(IpAddr::V4(address)) => format!("for={address}"),
        Some(IpAddr::V6(address)) => format!("for=\"[{address}]\""),
        None => "for=unknown".to_owned(),
    };
    out.extend_from_slice(text.as_bytes());
}

/// Append `;name=value`, the value in quotes if it is no token; nothing without a value.
pub(super) fn pair(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    if value.is_empty() {
        return;
    }
    out.push(b';');
    out.extend_from_slice(name);
    out.push(b'=');
    if value.iter().all(is_token) {
        return out.extend_from_slice(value);
    }
    out.push(b'"');
    for byte in value {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
