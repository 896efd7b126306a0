//! The replies that the edge makes itself. The only place that turns a failure into a status.

use crate::forward::Failure;
use crate::http::head::{Accept, Refusal};
use crate::http::{BodyError, Method};
use std::io::Write;

/// Every reason under which replies of the edge are counted.
pub const REASONS: [&str; 16] = [
    "bad_request",
    "too_large",
    "unsupported",
    "client_timeout",
    "no_route",
    "app_failed",
    "app_stopped",
    "no_worker",
    "queue_full",
    "refused",
    "unreachable",
    "exhausted",
    "bad_reply",
    "reply_timeout",
    "tls",
    "connections",
];

/// The reason of a connection that is one too many.
pub const CONNECTIONS: usize = REASONS.len() - 1;

/// The reason of a request that breaks the rules of HTTP.
pub const BAD_REQUEST: usize = 0;

/// The reason of a TLS handshake that came to nothing.
pub const TLS: usize = REASONS.len() - 2;

/// What is said to a client that is one too many. It has sent nothing yet.
pub const TOO_MANY_CONNECTIONS: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// How a failure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The status code.
    pub status: u16,
    /// The reason's place in [`REASONS`].
    pub reason: usize,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u32>,
}

/// The status and the reason of a failure; None when nobody is there to be told.
pub fn verdict(failure: &Failure) -> Option<Verdict> {
    let (status, reason, retry_after) = match failure {
        Failure::Gone => return None,
        Failure::Head(refusal) => {
            let (status, reason) = of_head(*refusal);
            (status, reason, None)
        }
        Failure::HeadTimeout(_) | Failure::BodyTimeout(_) => (408, "client_timeout", None),
        Failure::Body(BodyError::TooLarge) => (413, "too_large", None),
        Failure::Body(BodyError::Chunk | BodyError::Truncated) => (400, "bad_request", None),
        Failure::NotTls => (400, "tls", None),
        Failure::NoRoute => (404, "no_route", None),
        Failure::AppFailed => (503, "app_failed", Some(10)),
        Failure::AppStopped => (503, "app_stopped", Some(10)),
        Failure::NoWorker(_) => (503, "no_worker", Some(1)),
        Failure::QueueFull => (503, "queue_full", Some(1)),
        Failure::Refused => (502, "refused", None),
        Failure::Unreachable => (502, "unreachable", None),
        Failure::Exhausted => (503, "exhausted", Some(1)),
        Failure::Cut | Failure::Malformed(_) => (502, "bad_reply", None),
        Failure::ReplyTimeout(_) | Failure::NotRead(_) => (504, "reply_timeout", None),
    };
    let reason = REASONS.iter().position(|known| *known == reason).unwrap_or_default();
    Some(Verdict { status, reason, retry_after })
}

fn of_head(refusal: Refusal) -> (u16, &'static str) {
    match refusal {
        Refusal::HeadTooLarge | Refusal::TooManyHeaders => (431, "too_large"),
        Refusal::TargetTooLong => (414, "too_large"),
        Refusal::Version => (505, "unsupported"),
        Refusal::Method => (501, "unsupported"),
        Refusal::Expect => (417, "unsupported"),
        Refusal::RequestLine
        | Refusal::LineEnd
        | Refusal::HeaderName
        | Refusal::HeaderValue
        | Refusal::Target
        | Refusal::TargetMismatch
        | Refusal::HostMissing
        | Refusal::HostDuplicate
        | Refusal::Host
        | Refusal::Length
        | Refusal::LengthDuplicate
        | Refusal::LengthAndCoding
        | Refusal::Coding
        | Refusal::CodingInOld
        | Refusal::Alias
        | Refusal::Connection => (400, "bad_request"),
    }
}

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
}

/// Append the whole reply that tells `failure`. Returns the bytes of its body.
pub fn write(verdict: &Verdict, failure: &Failure, asked: &Asked<'_>, out: &mut Vec<u8>) -> usize {
    let Verdict { status, retry_after, .. } = *verdict;
    let title = title(status);
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

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Error",
    }
}

#[cfg(test)]
mod tests;
