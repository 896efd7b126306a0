//! What of a refused head is told. Pure.

use crate::access::line::escape_quoted;
use crate::http::head;
use crate::reply::Reason;
use std::net::IpAddr;

/// Bytes that are told of the first line, and of a header line.
const LINE_BYTES_MAX: usize = 100;
/// Lines that are told beside the first.
const LINES_MAX: usize = 3;

/// A little of `bytes`, a head that may be malformed or not complete: its first line without the
/// query, and the lines that `reason` is about. Never another header: those hold passwords. Without
/// any character that could end the line or change how a terminal shows it.
pub fn excerpt(bytes: &[u8], reason: Reason) -> String {
    let mut out = vec![b'"'];
    let mut all = lines(bytes);
    part(without_query(all.next().unwrap_or_default()), &mut out);
    let names = about(reason);
    for line in all.filter(|line| names.iter().any(|name| is_named(line, name))).take(LINES_MAX) {
        out.extend_from_slice(b"\", \"");
        part(line, &mut out);
    }
    out.push(b'"');
    // Nothing but ASCII was put there.
    String::from_utf8(out).unwrap_or_default()
}

/// The client that a head in `bytes` came from, as [`head::client()`] finds it.
pub fn client(bytes: &[u8], peer: IpAddr, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
    let links: Vec<&[u8]> = lines(bytes)
        .skip(1)
        .filter(|line| is_named(line, "x-forwarded-for"))
        .map(|line| line.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default())
        .collect();
    head::client(peer, links.into_iter(), trusts)
}

/// The headers that are to blame.
fn about(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::TargetMismatch
        | Reason::HostDuplicate
        | Reason::Host
        | Reason::NoRoute
        | Reason::HostNotServed => &["host"],
        Reason::Length | Reason::LengthDuplicate => &["content-length"],
        Reason::LengthAndCoding => &["content-length", "transfer-encoding"],
        Reason::Coding | Reason::CodingInOld => &["transfer-encoding"],
        Reason::Alias => &["content_length", "transfer_encoding", "host_", "connection_"],
        Reason::Connection => &["connection"],
        Reason::Expect => &["expect"],
        _ => &[],
    }
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = head.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    // What follows the empty line is the body.
    let mut begun = false;
    lines.take_while(move |line| !std::mem::replace(&mut begun, true) || !line.is_empty())
}

fn is_named(line: &[u8], name: &str) -> bool {
    let is_end = |byte: &u8| matches!(byte, b':' | b' ' | b'\t');
    let end = line.iter().position(is_end).unwrap_or(line.len());
    line.get(..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
}

fn without_query(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| *byte == b'?').map_or(line.len(), |at| at + 1);
    line.get(..end).unwrap_or_default()
}

fn part(line: &[u8], out: &mut Vec<u8>) {
    escape_quoted(line.get(..LINE_BYTES_MAX).unwrap_or(line), out);
    if line.len() > LINE_BYTES_MAX || line.ends_with(b"?") {
        out.extend_from_slice(b"...");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_to_blame_is_told() {
        let check = |head: &str, reason, want: &str| {
            assert_eq!(excerpt(head.as_bytes(), reason), want, "{head:?}");
        };
        let head = "POST /a?token=1 HTTP/1.1\r\nHost: a\r\nCookie: secret\r\nContent-Length: 4\r\n\
                    Transfer-Encoding: chunked\r\n\r\ncontent-length: 9\r\n";
        check(head, Reason::Chunk, "\"POST /a?...\"");
        check(
            head,
            Reason::LengthAndCoding,
            "\"POST /a?...\", \"Content-Length: 4\", \"Transfer-Encoding: chunked\"",
        );
        check(head, Reason::Host, "\"POST /a?...\", \"Host: a\"");
        check("", Reason::RequestLine, "\"\"");
        check("\u{16}\u{3}\"\\\n\x1b[2J", Reason::RequestLine, "\"\\x16\\x03\\x22\\x5C\"");
        let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(500));
        assert!(excerpt(long.as_bytes(), Reason::Target).len() < 110);
        let many = format!("GET / HTTP/1.1\r\n{}", "Host: \u{e9}\r\n".repeat(9));
        assert_eq!(
            excerpt(many.as_bytes(), Reason::HostDuplicate).matches("\\xC3\\xA9").count(),
            3
        );
    }

    #[test]
    fn the_client_is_found_behind_trusted_proxies() {
        let check = |head: &str, want: &str| {
            let trusts = |address: IpAddr| address == IpAddr::from([10, 0, 0, 1]);
            let client = client(head.as_bytes(), [10, 0, 0, 1].into(), trusts);
            assert_eq!(client.to_string(), want, "{head:?}");
        };
        check("GET / HTTP/1.1\r\n\r\n", "10.0.0.1");
        check("GET / HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.9\r\n\r\n", "203.0.113.9");
        check("GET / HTTP/1.1\r\n\r\nX-Forwarded-For: 203.0.113.9\r\n", "10.0.0.1");
    }
}
