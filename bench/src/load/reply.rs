//! Replies as they arrive. Pure: bytes in, what is known so far out.

use super::connection::Signs;

/// A reply whose head is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    /// Length of the head itself.
    pub bytes: usize,
    pub framing: Framing,
    /// The server will close after this reply.
    pub close: bool,
    pub signs: Signs,
}

/// How the end of a body is known (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

/// The bytes are no HTTP/1.1 reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

const HEADERS_MAX: usize = 64;

/// The head that `bytes` start with; None while it is incomplete.
pub fn head(bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut reply = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = reply.parse(bytes).map_err(|_| Malformed)? else {
        return Ok(None);
    };
    let status = reply.code.ok_or(Malformed)?;
    let value = |name: &str| {
        let header = reply.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.and_then(|header| std::str::from_utf8(header.value).ok()).map(str::trim)
    };
    let has =
        |name, token: &str| value(name).is_some_and(|value| value.eq_ignore_ascii_case(token));
    let framing = if status < 200 || status == 204 || status == 304 {
        Framing::Length(0)
    } else if has("transfer-encoding", "chunked") {
        Framing::Chunked
    } else if let Some(length) = value("content-length") {
        Framing::Length(length.parse().map_err(|_| Malformed)?)
    } else {
        Framing::UntilClose
    };
    let close = has("connection", "close") || framing == Framing::UntilClose;
    let signs = Signs {
        worker: value("x-worker").and_then(|worker| worker.parse().ok()),
        retry_after: value("retry-after").is_some(),
    };
    Ok(Some(Head { status, bytes: length, framing, close, signs }))
}

/// The length of the body that `bytes` start with; None while it is incomplete.
pub fn body(framing: Framing, bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    match framing {
        Framing::Length(length) => Ok((bytes.len() >= length).then_some(length)),
        Framing::UntilClose => Ok(None),
        Framing::Chunked => chunked(bytes),
    }
}

fn chunked(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut at = 0_usize;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let size = match httparse::parse_chunk_size(rest).map_err(|_| Malformed)? {
            httparse::Status::Partial => return Ok(None),
            httparse::Status::Complete((line, size)) => {
                at += line;
                usize::try_from(size).map_err(|_| Malformed)?
            }
        };
        if size == 0 {
            return trailers(bytes, at);
        }
        at = at.saturating_add(size);
        match bytes.get(at..at.saturating_add(2)) {
            Some(b"\r\n") => at += 2,
            Some(_) => return Err(Malformed),
            None => return Ok(None),
        }
    }
}

/// Lines up to an empty one.
fn trailers(bytes: &[u8], mut at: usize) -> Result<Option<usize>, Malformed> {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(None);
        };
        at += length + 2;
        if length == 0 {
            return Ok(Some(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds ever longer prefixes: the verdict must come with the last byte and not before.
    fn check(reply: &str, status: u16, close: bool) {
        let bytes = reply.as_bytes();
        let whole = |bytes: &[u8]| {
            let head = head(bytes).unwrap()?;
            let length = body(head.framing, bytes.get(head.bytes..).unwrap()).unwrap()?;
            Some((head, length))
        };
        for end in 0..bytes.len() {
            assert_eq!(whole(bytes.get(..end).unwrap()), None, "{reply:?} up to {end}");
        }
        let (head, length) = whole(bytes).expect(reply);
        assert_eq!((head.status, head.close, head.bytes + length), (status, close, bytes.len()));
    }

    #[test]
    fn ends_of_replies() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, false);
        check("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n", 200, true);
        check("HTTP/1.1 204 No Content\r\n\r\n", 204, false);
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
            200,
            false,
        );
        check("HTTP/1.1 502 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n", 502, false);
    }

    #[test]
    fn no_replies() {
        assert_eq!(head(b"SSH-2.0\r\n\r\n"), Err(Malformed));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Err(Malformed));
        assert_eq!(body(Framing::Chunked, b"3\r\nabcd\r\n"), Err(Malformed));
        assert_eq!(body(Framing::Chunked, b"zz\r\n"), Err(Malformed));
        assert_eq!(body(Framing::UntilClose, b"abc"), Ok(None));
    }
}
