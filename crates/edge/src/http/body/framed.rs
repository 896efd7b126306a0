//! A body by its framing.

use super::chunked::Chunked;
use super::{BodyError, Part};
use crate::http::head::Framing;

/// What of a body is still to come.
#[derive(Debug)]
pub struct Body {
    rest: Rest,
    /// Bytes of content that may still come.
    allowance: u64,
}

#[derive(Debug)]
enum Rest {
    Done,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
    /// It was found bad: where it ends is not known.
    Bad(BodyError),
}

impl Body {
    /// A body that is about to begin, of at most `bytes_max` bytes of content.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] if its announced length is above the limit already.
    pub fn new(framing: Framing, bytes_max: u64) -> Result<Body, BodyError> {
        let rest = match framing {
            Framing::None | Framing::Length(0) => Rest::Done,
            Framing::Length(length) if length > bytes_max => return Err(BodyError::TooLarge),
            Framing::Length(length) => Rest::Length(length),
            Framing::Chunked => Rest::Chunked(Chunked::new()),
            Framing::UntilClose => Rest::UntilClose,
        };
        Ok(Body { rest, allowance: bytes_max })
    }

    /// Take note of the next bytes; returns how many of them belong to this body.
    ///
    /// # Errors
    /// Malformed chunks, or more content than allowed; from then on always the same.
    pub fn pass(&mut self, bytes: &[u8]) -> Result<usize, BodyError> {
        self.decode(bytes, |_| ())
    }

    /// As [`Body::pass`]; `content` gets the bytes without their framing, and those of trailer lines
    /// one by one.
    ///
    /// # Errors
    /// As [`Body::pass`].
    pub fn decode(
        &mut self,
        bytes: &[u8],
        content: impl FnMut(Part<'_>),
    ) -> Result<usize, BodyError> {
        let taken = self.take(bytes, content);
        if let Err(error) = taken {
            self.rest = Rest::Bad(error);
        }
        taken
    }

    fn take(
        &mut self,
        bytes: &[u8],
        mut content: impl FnMut(Part<'_>),
    ) -> Result<usize, BodyError> {
        let mut size = 0;
        let taken = match &mut self.rest {
            Rest::Done => 0,
            Rest::Bad(error) => return Err(*error),
            Rest::Length(left) => {
                let part = part(bytes, *left);
                content(Part::Content(part));
                *left -= part.len() as u64;
                if *left == 0 {
                    self.rest = Rest::Done;
                }
                return Ok(part.len());
            }
            Rest::UntilClose => {
                content(Part::Content(bytes));
                return Ok(bytes.len());
            }
            Rest::Chunked(chunked) => chunked.pass(bytes, |part| {
                size += part.len();
                content(part);
            })?,
        };
        // Above the limit it is never done, also when its end has come: nothing may follow it.
        self.allowance = self.allowance.checked_sub(size).ok_or(BodyError::TooLarge)?;
        if matches!(&self.rest, Rest::Chunked(chunked) if chunked.is_done()) {
            self.rest = Rest::Done;
        }
        Ok(taken)
    }

    /// True once the last byte has passed.
    pub fn is_done(&self) -> bool {
        matches!(self.rest, Rest::Done)
    }

    /// The sender has closed.
    ///
    /// # Errors
    /// [`BodyError::Truncated`] unless the body was complete or this is how it ends.
    pub fn close(&mut self) -> Result<(), BodyError> {
        match self.rest {
            Rest::Done | Rest::UntilClose => {
                self.rest = Rest::Done;
                Ok(())
            }
            Rest::Bad(error) => Err(error),
            Rest::Length(_) | Rest::Chunked(_) => Err(BodyError::Truncated),
        }
    }
}

/// As much of `bytes` as `left` allows.
pub(super) fn part(bytes: &[u8], left: u64) -> &[u8] {
    let len = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(..len).unwrap_or_default()
}
