//! The chunked transfer coding (RFC 9112 section 7.1), byte by byte.
//!
//! Stricter than the RFC's advice to recipients: a line ends in CRLF and nothing else, there is no
//! white space around a size, sizes have at most 16 digits, extensions and trailers are bounded.

use super::framed::part;
use super::{BodyError, Part};

/// Bytes of extensions allowed in one chunk; nobody uses them but attackers.
const EXTENSION_BYTES_MAX: u16 = 256;
/// Bytes of all trailers allowed.
const TRAILER_BYTES_MAX: u16 = 16 * 1024;
const SIZE_DIGITS_MAX: u8 = 16;

/// Where in the grammar the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Within the size: so many digits were read.
    Size(u8),
    /// Within the extensions: so many bytes were read.
    Extension(u16),
    /// After the CR that ends a size line.
    SizeEnd,
    /// Within the data.
    Data,
    /// After the data.
    DataCr,
    DataLf,
    /// At the start of a trailer line, or of the empty line that ends the body.
    LineStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    LastLf,
    Done,
}

impl State {
    /// The byte that led here is one of a trailer line.
    fn is_in_trailer(self) -> bool {
        matches!(self, State::TrailerName | State::TrailerValue | State::TrailerLf)
    }
}

/// A body in chunks.
#[derive(Debug)]
pub(super) struct Chunked {
    state: State,
    /// Of the chunk: its size so far, or the bytes still to come.
    left: u64,
    /// Bytes of trailers so far.
    trailer: u16,
}

impl Chunked {
    pub(super) fn new() -> Self {
        Chunked { state: State::Size(0), left: 0, trailer: 0 }
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Check the next bytes; returns how many were taken: all, or up to the end of the body.
    pub(super) fn pass(
        &mut self,
        bytes: &[u8],
        mut content: impl FnMut(Part<'_>),
    ) -> Result<usize, BodyError> {
        let mut at = 0;
        while !self.is_done() {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(first) = rest.first() else { break };
            if self.state == State::Data {
                let data = part(rest, self.left);
                content(Part::Content(data));
                at += data.len();
                self.left -= data.len() as u64;
                if self.left == 0 {
                    self.state = State::DataCr;
                }
            } else {
                let before = self.state;
                self.state = self.step(*first).ok_or(BodyError::Chunk)?;
                at += 1;
                if before == State::TrailerLf || self.state.is_in_trailer() {
                    content(Part::Trailer(*first));
                }
            }
        }
        Ok(at)
    }

    /// The state after `byte`; None if the grammar does not allow it.
    fn step(&mut self, byte: u8) -> Option<State> {
        use State::*;
        let next = match (self.state, byte) {
            (Size(1..), b'\r') => SizeEnd,
            (Size(1..), b';') => Extension(0),
            (Size(digits), _) if digits < SIZE_DIGITS_MAX => {
                self.left = self.left << 4 | u64::from(char::from(byte).to_digit(16)?);
                Size(digits + 1)
            }
            (Extension(_), b'\r') => SizeEnd,
            (Extension(len), _) if len < EXTENSION_BYTES_MAX && is_text(byte) => Extension(len + 1),
            (SizeEnd, b'\n') if self.left > 0 => Data,
            (SizeEnd, b'\n') => LineStart,
            (DataCr, b'\r') => DataLf,
            (DataLf, b'\n') => Size(0),
            (LineStart, b'\r') => LastLf,
            (LineStart | TrailerName, _) if is_token(byte) => self.in_trailer(TrailerName)?,
            (TrailerName, b':') => self.in_trailer(TrailerValue)?,
            (TrailerValue, b'\r') => TrailerLf,
            (TrailerValue, _) if is_text(byte) => self.in_trailer(TrailerValue)?,
            (TrailerLf, b'\n') => LineStart,
            (LastLf, b'\n') => Done,
            _ => return None,
        };
        Some(next)
    }

    fn in_trailer(&mut self, next: State) -> Option<State> {
        self.trailer += 1;
        (self.trailer < TRAILER_BYTES_MAX).then_some(next)
    }
}

/// `tchar` of RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What may stand in a field value: no control characters but the tab.
fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
