//! Version 1: a line of text.

use super::{Header, HeaderError};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// With what a line begins.
pub(super) const SIGNATURE: &[u8] = b"PROXY ";

/// The longest line, with its CRLF.
const LINE_BYTES_MAX: usize = 107;

/// Read a line that begins as one of this version, as far as it goes.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Header>, HeaderError> {
    let within = bytes.get(..LINE_BYTES_MAX).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', within) else {
        let full = within.len() == LINE_BYTES_MAX;
        return if full { Err(HeaderError::LineEnd) } else { Ok(None) };
    };
    let line = within.get(..end).and_then(|line| line.strip_suffix(b"\r"));
    let line = line.ok_or(HeaderError::LineEnd)?;
    let text = std::str::from_utf8(line).map_err(|_| HeaderError::Line)?;
    let source = source(text).ok_or(HeaderError::Line)?;
    Ok(Some(Header { len: end + 1, source }))
}

/// The client that a line names; the outer None is a malformed line.
fn source(line: &str) -> Option<Option<SocketAddr>> {
    let rest = line.strip_prefix("PROXY ")?;
    // What follows UNKNOWN is to be ignored.
    if rest == "UNKNOWN" || rest.starts_with("UNKNOWN ") {
        return Some(None);
    }
    let mut parts = rest.split(' ');
    let mut next = || parts.next();
    let (family, from, to) = (next()?, next()?, next()?);
    let (from_port, _) = (port(next()?)?, port(next()?)?);
    if next().is_some() {
        return None;
    }
    let (from, _) = match family {
        "TCP4" => both::<std::net::Ipv4Addr>(from, to)?,
        "TCP6" => both::<std::net::Ipv6Addr>(from, to)?,
        _ => return None,
    };
    Some(Some(SocketAddr::new(from, from_port)))
}

fn both<T: FromStr + Into<IpAddr>>(from: &str, to: &str) -> Option<(IpAddr, IpAddr)> {
    let parse = |text: &str| text.parse::<T>().ok().map(Into::into);
    Some((parse(from)?, parse(to)?))
}

/// A port: digits only, no leading zero.
fn port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| digits && plain)
}
