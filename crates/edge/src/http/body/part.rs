//! What is inside a body's framing.

/// Bytes of a body without its framing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Some of the content.
    Content(&'a [u8]),
    /// The next byte of the trailer lines (`name: value` and CRLF).
    Trailer(u8),
}

impl Part<'_> {
    /// How many bytes of content.
    pub(super) fn len(self) -> u64 {
        match self {
            Part::Content(bytes) => bytes.len() as u64,
            Part::Trailer(_) => 0,
        }
    }
}
