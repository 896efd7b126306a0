//! A stream of entries as they arrive: JSON lines or server-sent events.

use super::{CallError, call};
use crate::feed::Item;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Larger than the longest log line and the longest event.
const ENTRY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Entries of a log or of the events. Dropping it hangs up.
#[derive(Debug)]
pub struct Follow<T> {
    body: Incoming,
    lines: Lines,
    entries: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Follow<T> {
    pub(super) fn new(body: Incoming) -> Self {
        Follow { body, lines: Lines::default(), entries: PhantomData }
    }

    /// The next entry; None at the end. Cancel-safe.
    pub async fn next(&mut self) -> Result<Option<Item<T>>, CallError> {
        loop {
            while let Some(line) = self.lines.next() {
                if let Some(json) = entry(&line) {
                    let item = serde_json::from_slice(json);
                    return item.map(Some).map_err(|error| {
                        CallError::Protocol(format!("an entry of the stream is strange: {error}"))
                    });
                }
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Err(error)) => return Err(call::broken(error)),
                Some(Ok(frame)) => {
                    if let Some(bytes) = frame.data_ref()
                        && !self.lines.push(bytes)
                    {
                        let text = format!("an entry is longer than {ENTRY_BYTES_MAX} bytes");
                        return Err(CallError::Protocol(text));
                    }
                }
            }
        }
    }
}

/// The JSON of a line: all of it, or what follows `data:`. None for blanks, comments and the
/// other fields of server-sent events.
fn entry(line: &[u8]) -> Option<&[u8]> {
    let json = line.strip_prefix(b"data:").unwrap_or(line).trim_ascii();
    json.starts_with(b"{").then_some(json)
}

/// Bytes cut into lines.
#[derive(Debug, Default)]
struct Lines {
    buffer: Vec<u8>,
    /// Up to here the buffer was handed out.
    taken: usize,
    /// Up to here no newline was found.
    searched: usize,
}

impl Lines {
    /// Add bytes; false if an unfinished line is too long.
    fn push(&mut self, bytes: &[u8]) -> bool {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        self.buffer.extend_from_slice(bytes);
        self.buffer.len() <= ENTRY_BYTES_MAX
    }

    /// The next whole line, without its newline.
    fn next(&mut self) -> Option<Vec<u8>> {
        let rest = self.buffer.get(self.searched..)?;
        let Some(at) = rest.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let end = self.searched + at;
        let line = self.buffer.get(self.taken..end)?.to_vec();
        self.taken = end + 1;
        self.searched = self.taken;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_however_they_are_cut() {
        let text = b"one\n\ntwo three\nrest";
        for size in 1..=text.len() {
            let (mut lines, mut seen) = (Lines::default(), Vec::new());
            for piece in text.chunks(size) {
                assert!(lines.push(piece));
                while let Some(line) = lines.next() {
                    seen.push(String::from_utf8(line).unwrap());
                }
            }
            assert_eq!(seen, ["one", "", "two three"], "in pieces of {size}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut lines = Lines::default();
        assert!(lines.push(&vec![b'x'; ENTRY_BYTES_MAX]));
        assert!(lines.next().is_none() && !lines.push(b"x"));
    }

    #[test]
    fn only_data_is_an_entry() {
        assert_eq!(entry(b"data: {\"a\":1}\r"), Some(b"{\"a\":1}".as_slice()));
        assert_eq!(entry(b"{}"), Some(b"{}".as_slice()));
        for line in [&b""[..], b":", b"event: missed", b"id: 7"] {
            assert_eq!(entry(line), None);
        }
    }
}
