//! A request's head as HTTP/1.1 writes it. Pure.
//!
//! Only what HTTP/2 has beyond HTTP/1 is judged here (RFC 9113 section 8); what is written is read
//! again, strictly, by [`crate::http::head::request`].

use crate::http::field::line;
use http::header::{CONTENT_LENGTH, COOKIE, HOST};
use http::request::Parts;
use http::{HeaderMap, Method};
use std::io::Write;

/// How the bytes after the head are to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As they come: their number was announced, or the head is all there is.
    Plain,
    /// In chunks.
    Chunks,
    /// As they come, both ways, once the worker agrees: an extended CONNECT (RFC 8441).
    Tunnel,
}

/// Why a request is malformed by RFC 9113, though its frames are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Section 8.3.1: they must not differ.
    #[error(":authority and Host differ, or two Host do")]
    HostDiffers,
    /// Section 8.2.1: no white space around a value.
    #[error("a header value begins or ends with white space")]
    Padded,
    /// Section 8.2.2: HTTP/1 alone has these.
    #[error("a header of HTTP/1 connections stands in an HTTP/2 request")]
    ConnectionHeader,
    /// RFC 8441: `websocket` is the only protocol known here.
    #[error("this :protocol is not supported")]
    Protocol,
}

/// Append the head of a request to `out`. `whole`: nothing follows it. `protocol`: that of an
/// extended CONNECT. `key`: 16 random bytes in Base64, for a WebSocket.
///
/// # Errors
/// See [`Unfit`].
pub fn write(
    parts: &Parts,
    whole: bool,
    protocol: Option<&str>,
    key: impl FnOnce() -> String,
    out: &mut Vec<u8>,
) -> Result<Form, Unfit> {
    let host = host(parts)?;
    let form = match (protocol, whole, parts.headers.contains_key(CONTENT_LENGTH)) {
        (Some(protocol), ..) if protocol.eq_ignore_ascii_case("websocket") => Form::Tunnel,
        (Some(_), ..) => return Err(Unfit::Protocol),
        (None, false, false) => Form::Chunks,
        (None, ..) => Form::Plain,
    };
    let target = match parts.uri.path_and_query() {
        Some(path) => path.as_str(),
        // CONNECT has an authority only; it is refused where its HTTP/1 form would be.
        None => std::str::from_utf8(host).unwrap_or_default(),
    };
    let method = if form == Form::Tunnel { &Method::GET } else { &parts.method };
    // Writing into a Vec cannot fail.
    let _ = write!(out, "{method} {target} HTTP/1.1\r\nhost: ");
    out.extend_from_slice(host);
    out.extend_from_slice(b"\r\n");
    headers(&parts.headers, out)?;
    match form {
        Form::Plain => {}
        Form::Chunks => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Form::Tunnel => {
            let _ = write!(
                out,
                "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: {}\r\n",
                key()
            );
        }
    }
    out.extend_from_slice(b"\r\n");
    Ok(form)
}

/// The host: `:authority`, or `Host` if there is none (RFC 9113 section 8.3.1).
fn host(parts: &Parts) -> Result<&[u8], Unfit> {
    let authority = parts.uri.authority().map(|authority| authority.as_str().as_bytes());
    let mut hosts = parts.headers.get_all(HOST).iter().map(http::HeaderValue::as_bytes);
    let host = authority.or_else(|| hosts.next()).unwrap_or_default();
    match hosts.all(|other| other.eq_ignore_ascii_case(host)) {
        true => Ok(host),
        false => Err(Unfit::HostDiffers),
    }
}

fn headers(headers: &HeaderMap, out: &mut Vec<u8>) -> Result<(), Unfit> {
    for (name, value) in headers {
        let (name, value) = (name.as_str(), value.as_bytes());
        if value.trim_ascii() != value {
            return Err(Unfit::Padded);
        }
        match name {
            "connection" | "proxy-connection" | "keep-alive" | "transfer-encoding" | "upgrade" => {
                return Err(Unfit::ConnectionHeader);
            }
            // The host stands first; cookies are put together below.
            "host" | "cookie" | "sec-websocket-key" => {}
            _ => line(name.as_bytes(), value, out),
        }
    }
    // HTTP/2 may split cookies for the sake of compression; HTTP/1 servers expect one line
    // (RFC 9113 section 8.2.3).
    let crumbs: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(|crumb| crumb.as_bytes()).collect();
    if !crumbs.is_empty() {
        line(b"cookie", &crumbs.join(&b"; "[..]), out);
    }
    Ok(())
}

/// Append header lines.
pub(super) fn lines(map: &HeaderMap, out: &mut Vec<u8>) {
    map.iter().for_each(|(name, value)| line(name.as_str().as_bytes(), value.as_bytes(), out));
}
