//! The reply that tells a failure.

use super::Verdict;
use crate::forward::Failure;
use crate::http::head::Accept;
use crate::http::{Method, phrase};
use std::io::Write;

/// What is said to a client that is one too many. It has sent nothing yet.
pub const TOO_MANY_CONNECTIONS: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// The headers that an error page has of its own, as lines without values.
pub const NAMES: &[u8] = b"Content-Type:\r\nContent-Length:\r\nCache-Control:\r\nX-Request-Id:\r\n\
    Retry-After:\r\nConnection:\r\nAllow:\r\n";

/// What is known of the request that could not be answered.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its method, if its head was good.
    pub method: Method,
    /// The form its client likes.
    pub accept: Accept,
    /// Its id, if it has one.
    pub id: &'a str,
    /// The connection stays open.
    pub keep_alive: bool,
    /// Header lines that the reply gets, each with its CRLF.
    pub lines: &'a [u8],
}

/// Append the whole reply that tells `failure`. Returns the bytes of its body.
pub fn write(verdict: &Verdict, failure: &Failure, asked: &Asked<'_>, out: &mut Vec<u8>) -> usize {
    let Verdict { status, retry_after, .. } = *verdict;
    let title = phrase(status);
    let body = body(status, title, failure, asked);
    let kind = match asked.accept {
        Accept::Text => "text/plain",
        Accept::Json => "application/json",
        Accept::Html => "text/html",
    };
    // Writing into a Vec cannot fail.
    let _ = write!(
        out,
        "HTTP/1.1 {status} {title}\r\nContent-Type: {kind}; charset=utf-8\r\n\
         Content-Length: {}\r\nCache-Control: no-store\r\n",
        body.len()
    );
    if !asked.id.is_empty() {
        let _ = write!(out, "X-Request-Id: {}\r\n", asked.id);
    }
    if let Some(seconds) = retry_after {
        let _ = write!(out, "Retry-After: {seconds}\r\n");
    }
    out.extend_from_slice(asked.lines);
    let end: &[u8] = if asked.keep_alive { b"\r\n" } else { b"Connection: close\r\n\r\n" };
    out.extend_from_slice(end);
    if asked.method == Method::Head {
        return 0;
    }
    out.extend_from_slice(body.as_bytes());
    body.len()
}

/// The failure's text holds nothing a client sent, and ids hold no character that JSON or HTML
/// gives a meaning to, so nothing needs escaping.
fn body(status: u16, title: &str, failure: &Failure, asked: &Asked<'_>) -> String {
    let id = if asked.id.is_empty() { "none" } else { asked.id };
    match asked.accept {
        Accept::Text => format!("{status} {title}: {failure}.\nRequest id: {id}\n"),
        Accept::Json => format!(
            "{{\"status\":{status},\"error\":\"{title}\",\"message\":\"{failure}\",\
             \"request_id\":\"{id}\"}}\n"
        ),
        Accept::Html => format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{status} {title}\
             </title>\n<h1>{status} {title}</h1>\n<p>Sorry, {failure}.</p>\n\
             <p><small>Request id: {id}</small></p>\n</html>\n"
        ),
    }
}
