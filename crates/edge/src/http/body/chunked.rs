//! The chunked transfer coding (RFC 9112 section 7.1), byte by byte.
//!
//! Stricter than the RFC's advice to recipients: a line ends in CRLF and nothing else, there is no
//! white space around a size, sizes have at most 16 digits, extensions have no white space and no quoted pairs,
//! extensions and trailers are bounded, and trailers have no name that frames or routes a message.

use super::framed::part;
use super::{BodyError, Part, trailer};
use crate::http::field::is_token;

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
    /// After the `;` that begins an extension.
    ExtensionStart,
    ExtensionName,
    /// After the `=` of an extension.
    ExtensionEqual,
    ExtensionValue,
    /// Within a quoted value.
    Quoted,
    QuoteEnd,
    /// After the CR that ends a size line.
    SizeEnd,
    /// Within the data.
    Data,
    /// After the data.
    DataCr,
    DataLf,
    /// At the start of a trailer line, or of the empty line that ends the body.
    LineStart,
    /// Within a trailer's name: so many bytes were read.
    TrailerName(u8),
    TrailerValue,
    TrailerLf,
    LastLf,
    Done,
}

impl State {
    /// The byte that led here is one of a trailer line.
    fn is_in_trailer(self) -> bool {
        matches!(self, State::TrailerName(_) | State::TrailerValue | State::TrailerLf)
    }
}

/// A body in chunks.
#[derive(Debug)]
pub(super) struct Chunked {
    state: State,
    /// Of the chunk: its size so far, or the bytes still to come. Of a trailer: a hash of its name so far.
    left: u64,
    /// Bytes so far of this chunk's extensions, or of all trailers.
    extra: u16,
}

impl Chunked {
    pub(super) fn new() -> Self {
        Chunked { state: State::Size(0), left: 0, extra: 0 }
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
            (Size(1..), b';') => {
                self.extra = 0;
                ExtensionStart
            }
            (Size(digits), _) if digits < SIZE_DIGITS_MAX => {
                self.left = self.left << 4 | u64::from(char::from(byte).to_digit(16)?);
                Size(digits + 1)
            }
            (ExtensionName | ExtensionValue | QuoteEnd, b'\r') => SizeEnd,
            (ExtensionName | ExtensionValue | QuoteEnd, b';') => {
                self.in_extension(ExtensionStart)?
            }
            (ExtensionName, b'=') => self.in_extension(ExtensionEqual)?,
            (ExtensionEqual, b'"') => self.in_extension(Quoted)?,
            (Quoted, b'"') => self.in_extension(QuoteEnd)?,
            (Quoted, b'\t' | b' '..=b'~') if byte != b'\\' => self.in_extension(Quoted)?,
            (ExtensionStart | ExtensionName, _) if is_token(&byte) => {
                self.in_extension(ExtensionName)?
            }
            (ExtensionEqual | ExtensionValue, _) if is_token(&byte) => {
                self.in_extension(ExtensionValue)?
            }
            (SizeEnd, b'\n') if self.left > 0 => Data,
            (SizeEnd, b'\n') => {
                self.extra = 0;
                LineStart
            }
            (DataCr, b'\r') => DataLf,
            (DataLf, b'\n') => Size(0),
            (LineStart, b'\r') => LastLf,
            (LineStart, _) if is_token(&byte) => {
                self.left = trailer::EMPTY;
                self.in_name(byte, 0)?
            }
            (TrailerName(len), _) if is_token(&byte) => self.in_name(byte, len)?,
            (TrailerName(_), b':') if !trailer::is_refused(self.left) => {
                self.in_trailer(TrailerValue)?
            }
            (TrailerValue, b'\r') => TrailerLf,
            (TrailerValue, _) if is_text(byte) => self.in_trailer(TrailerValue)?,
            (TrailerLf, b'\n') => LineStart,
            (LastLf, b'\n') => Done,
            _ => return None,
        };
        Some(next)
    }

    fn in_extension(&mut self, next: State) -> Option<State> {
        self.extra += 1;
        (self.extra <= EXTENSION_BYTES_MAX).then_some(next)
    }

    fn in_trailer(&mut self, next: State) -> Option<State> {
        self.extra += 1;
        (self.extra < TRAILER_BYTES_MAX).then_some(next)
    }

    fn in_name(&mut self, byte: u8, before: u8) -> Option<State> {
        let len = before.saturating_add(1);
        self.left = trailer::hash(self.left, byte);
        let refused = trailer::is_refused_so_far(self.left, len);
        if refused { None } else { self.in_trailer(State::TrailerName(len)) }
    }
}

/// What may stand in a field value: no control characters but the tab.
fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
