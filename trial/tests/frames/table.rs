//! What a case is, and the words that cases are written in.

use super::hpack::block;
use super::wire::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PADDED, PRIORITIZED, PRIORITY, frame,
};

/// Error codes (RFC 9113 section 7).
pub const PROTOCOL: u32 = 1;
pub const FLOW: u32 = 3;
pub const STREAM_CLOSED: u32 = 5;
pub const SIZE: u32 = 6;
pub const CANCEL: u32 = 8;
pub const COMPRESSION: u32 = 9;
pub const CALM: u32 = 11;

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// RFC and section.
    pub section: &'static str,
    /// What is sent, and why it is treated so.
    pub what: &'static str,
    pub expected: Expected,
    /// What is sent; before each part but the first, stream 1 has ended.
    pub parts: Vec<Vec<u8>>,
    /// The parts begin with the preface: nothing was sent before them.
    pub bare: bool,
    /// What the RFC has first, where `expected` is another thing, and why that is so.
    pub differs: Option<(Expected, &'static str)>,
}

/// Why some answers are not the RFC's first.
pub const WHOLE: &str =
    "h2 ends the connection where its stream would do (RFC 9113 section 5.4 allows it)";
pub const CODE: &str =
    "h2 says PROTOCOL_ERROR of what it cannot read; the connection ends all the same";
pub const MILD: &str = "h2 ends the stream only";

/// What must come of it. Where a stream is meant, it is stream 1, and the connection must serve
/// another request afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// GOAWAY with this code, then the end of the connection.
    Goaway(u32),
    /// The end of the connection, without a GOAWAY.
    Closed,
    /// RST_STREAM with this code.
    Reset(u32),
    /// RST_STREAM with `PROTOCOL_ERROR`, and the app saw no request.
    Malformed,
    /// The edge's reply with this status; the app saw no request.
    Refused(u16),
    /// The edge's reply with this status, after the request began to reach the app.
    Cut(u16),
    /// The app's reply, whose view of the request has these parts; see `view.rs`.
    App(&'static str),
    /// Nothing: the connection serves another request.
    Lives,
}

/// A case of one part.
pub fn case(
    section: &'static str,
    what: &'static str,
    expected: Expected,
    frames: &[Vec<u8>],
) -> Case {
    Case { section, what, expected, parts: vec![frames.concat()], bare: false, differs: None }
}

impl Case {
    /// Another part, sent when stream 1 has ended.
    pub fn then(mut self, frames: &[Vec<u8>]) -> Case {
        self.parts.push(frames.concat());
        self
    }

    /// The RFC has something else first.
    pub fn not(mut self, expected: Expected, why: &'static str) -> Case {
        self.differs = Some((expected, why));
        self
    }

    /// Send it as the first bytes of the connection.
    pub fn first(mut self) -> Case {
        self.bare = true;
        self
    }
}

/// Fields of a request, as text.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// The pseudo-headers of a plain request.
pub const GET: Fields<'static> =
    &[(":method", "GET"), (":scheme", "http"), (":path", "/x"), (":authority", "a.example")];
pub const POST: Fields<'static> =
    &[(":method", "POST"), (":scheme", "http"), (":path", "/x"), (":authority", "a.example")];

/// HEADERS that hold a block whole.
pub fn headers(stream: u32, flags: u8, block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | flags, stream, block)
}

/// A request without a body on stream 1.
pub fn ask(fields: Fields<'_>) -> Vec<u8> {
    headers(1, END_STREAM, &block(fields))
}

/// A GET on stream 1 with more fields.
pub fn get(fields: Fields<'_>) -> Vec<u8> {
    ask(&[GET, fields].concat())
}

/// A GET on stream 1 with one field of any bytes.
pub fn get_raw(name: &[u8], value: &[u8]) -> Vec<u8> {
    headers(1, END_STREAM, &[block(GET), block(&[(name, value)])].concat())
}

/// A GET on stream 1 in which one pseudo-header has another value.
pub fn get_but(name: &str, value: &str) -> Vec<u8> {
    let changed = |(own, old): &(&'static str, &'static str)| {
        (own.to_string(), if *own == name { value.to_owned() } else { (*old).to_owned() })
    };
    headers(1, END_STREAM, &block(&GET.iter().map(changed).collect::<Vec<_>>()))
}

/// A GET on stream 1 without one of its pseudo-headers.
pub fn get_less(name: &str) -> Vec<u8> {
    ask(&GET.iter().filter(|(own, _)| *own != name).copied().collect::<Vec<_>>())
}

/// The head of a POST on stream 1 with more fields; a body follows.
pub fn post(fields: Fields<'_>) -> Vec<u8> {
    headers(1, 0, &block(&[POST, fields].concat()))
}

/// A part of a body on stream 1.
pub fn data(content: &str) -> Vec<u8> {
    frame(DATA, 0, 1, content.as_bytes())
}

/// The last part of a body on stream 1.
pub fn last(content: &str) -> Vec<u8> {
    frame(DATA, END_STREAM, 1, content.as_bytes())
}

/// Trailers on stream 1.
pub fn trailers(fields: Fields<'_>) -> Vec<u8> {
    ask(fields)
}

/// A piece of a block on stream 1; `flags` may end it.
pub fn continuation(flags: u8, piece: &[u8]) -> Vec<u8> {
    frame(CONTINUATION, flags, 1, piece)
}

/// A GET on stream 1 with this block behind it.
pub fn get_block(more: &[u8]) -> Vec<u8> {
    headers(1, END_STREAM, &[&block(GET), more].concat())
}

/// A padded frame's payload: its padding is said to be `said` bytes and is `real`.
pub fn padded(said: u8, content: &[u8], real: usize) -> Vec<u8> {
    [&[said], content, &vec![0; real]].concat()
}

/// What stands before a block with priority: a stream to depend on, and a weight.
pub fn priority(on: u32) -> Vec<u8> {
    [&on.to_be_bytes()[..], &[15]].concat()
}

/// A PRIORITY frame.
pub fn prioritize(stream: u32, on: u32) -> Vec<u8> {
    frame(PRIORITY, 0, stream, &priority(on))
}

/// HEADERS with padding and priority.
pub fn decorated(flags: u8, said: u8, real: usize, on: u32) -> Vec<u8> {
    let head = if flags & PRIORITIZED == 0 { Vec::new() } else { priority(on) };
    let content = [head, block(GET)].concat();
    let payload = if flags & PADDED == 0 { content } else { padded(said, &content, real) };
    frame(HEADERS, END_HEADERS | END_STREAM | flags, 1, &payload)
}
