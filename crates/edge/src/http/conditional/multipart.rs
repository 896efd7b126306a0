//! Several ranges in one reply: `multipart/byteranges` (RFC 9110 section 14.6).

use super::ByteRange;
use super::range::content_range;
use bytes::{Bytes, BytesMut};
use std::fmt::Write;

/// The frame of such a reply: what stands before, between and after its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multipart {
    /// The content type of the reply.
    pub content_type: String,
    /// For each part what is sent before it, and the part.
    pub parts: Vec<(String, ByteRange)>,
    /// What is sent after the last part.
    pub end: String,
    /// Bytes of the whole body.
    pub length: u64,
}

impl Multipart {
    /// The frame for these parts of a representation of `whole` bytes. `chance` makes the boundary
    /// something that the content does not hold.
    pub fn new(parts: &[ByteRange], whole: u64, content_type: &str, chance: u128) -> Self {
        let boundary = format!("{chance:032x}");
        let mut length = 0;
        let mut framed = Vec::with_capacity(parts.len());
        for (at, part) in parts.iter().enumerate() {
            let mut head = String::new();
            let before = if at == 0 { "" } else { "\r\n" };
            // Writing into a String cannot fail.
            let _ = write!(head, "{before}--{boundary}\r\n");
            if !content_type.is_empty() {
                let _ = write!(head, "Content-Type: {content_type}\r\n");
            }
            let _ = write!(head, "{}\r\n", content_range(Some(*part), whole));
            length += head.len() as u64 + part.length;
            framed.push((head, *part));
        }
        let end = format!("\r\n--{boundary}--\r\n");
        let length = length + end.len() as u64;
        let content_type = format!("multipart/byteranges; boundary={boundary}");
        Multipart { content_type, parts: framed, end, length }
    }

    /// The body of the reply, made of the whole representation.
    pub fn gather(&self, content: &Bytes) -> Bytes {
        let mut body = BytesMut::with_capacity(usize::try_from(self.length).unwrap_or(0));
        for (head, part) in &self.parts {
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(&part.of(content));
        }
        body.extend_from_slice(self.end.as_bytes());
        body.freeze()
    }
}
