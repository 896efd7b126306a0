//! One direction of a message's body, from a buffer that is read into to a socket.

use crate::cache::flow::Taken;
use crate::http::body::{Body, BodyError, Part};
use crate::socket::Buffer;
use bytes::Bytes;

/// Bytes of a request's body that are held so that it can be sent again.
const HELD_BYTES_MAX: usize = 64 * 1024;

/// What is set aside for a copy before its content comes, in bytes.
const COPY_BYTES_FIRST: usize = 64 * 1024;

/// A body on its way. The buffer it comes from holds, in this order: what was sent and is held,
/// what was checked and may be sent, and what was not looked at (which may be the next message).
#[derive(Debug)]
pub struct Flow {
    body: Body,
    sent: usize,
    checked: usize,
    hold: bool,
    /// Only the content is wanted, and not the chunks around it. Boxed, as few are.
    decoded: Option<Box<Decoded>>,
    copy: Option<Box<Copy>>,
}

/// What is known of a body that is decoded.
#[derive(Debug, Default)]
struct Decoded {
    trailers: Vec<u8>,
}

/// The content, copied while it passes.
#[derive(Debug)]
struct Copy {
    content: Vec<u8>,
    bytes_max: usize,
    room: Taken,
    too_large: bool,
}

/// What has become of a copy.
#[derive(Debug, PartialEq, Eq)]
pub enum Copied {
    /// There is none, or not all of it.
    Nothing,
    /// It is the whole content.
    Whole(Bytes),
    /// The content was larger than was wanted, so there is none.
    TooLarge,
}

impl Flow {
    /// A flow of `body`. `hold`: keep what was sent, so that it can be sent again.
    pub fn new(body: Body, hold: bool) -> Self {
        Flow { body, sent: 0, checked: 0, hold, decoded: None, copy: None }
    }

    /// Send the content without the chunks around it.
    pub fn decode(&mut self) {
        self.decoded = Some(Box::default());
    }

    /// Copy the content while it passes, if it has no more than `bytes_max` bytes and there is room for
    /// it; `expected` of them are said to come.
    pub fn copy(&mut self, bytes_max: usize, expected: usize, room: Taken) {
        // A length that is only announced costs little yet.
        let content = Vec::with_capacity(expected.min(bytes_max).min(COPY_BYTES_FIRST));
        self.copy = Some(Box::new(Copy { content, bytes_max, room, too_large: false }));
    }

    /// Take the copy, if it is whole.
    pub fn copied(&mut self) -> Copied {
        let over = |copy: &mut Box<Copy>| copy.too_large || self.body.is_done();
        match self.copy.take_if(over) {
            None => Copied::Nothing,
            Some(copy) if copy.too_large => Copied::TooLarge,
            Some(mut copy) => {
                copy.content.shrink_to_fit();
                Copied::Whole(copy.content.into())
            }
        }
    }

    /// Look at what is new in the buffer.
    ///
    /// # Errors
    /// When it is not a good body.
    pub fn check(&mut self, buffer: &mut Buffer) -> Result<(), BodyError> {
        if self.body.is_done() || buffer.len() == self.checked {
            return Ok(());
        }
        if let Some(decoded) = self.decoded.take() {
            return self.check_decoded(decoded, buffer);
        }
        let raw = buffer.from(self.checked);
        self.checked += match &mut self.copy {
            None => self.body.pass(raw)?,
            Some(copy) => self.body.decode(raw, |part| copy.add(&part))?,
        };
        Ok(())
    }

    fn check_decoded(
        &mut self,
        mut decoded: Box<Decoded>,
        buffer: &mut Buffer,
    ) -> Result<(), BodyError> {
        let raw = buffer.from(self.checked);
        let mut content = Vec::with_capacity(raw.len());
        let copy = &mut self.copy;
        let taken = self.body.decode(raw, |part| {
            copy.iter_mut().for_each(|copy| copy.add(&part));
            match part {
                Part::Content(part) => content.extend_from_slice(part),
                Part::Trailer(byte) => decoded.trailers.push(byte),
            }
        })?;
        self.decoded = Some(decoded);
        let len = content.len();
        content.extend_from_slice(raw.get(taken..).unwrap_or_default());
        buffer.rewrite(self.checked, &content);
        self.checked += len;
        Ok(())
    }

    /// The trailer lines, each with its CRLF, of a body that is decoded.
    pub fn trailers(&self) -> &[u8] {
        self.decoded.as_ref().map_or(&[], |decoded| &decoded.trailers)
    }

    /// What may be sent now.
    pub fn ready<'a>(&self, buffer: &'a Buffer) -> &'a [u8] {
        buffer.between(self.sent, self.checked)
    }

    /// `count` bytes of what was ready were sent.
    pub fn sent(&mut self, count: usize, buffer: &mut Buffer) {
        self.sent += count;
        if !self.hold || self.sent > HELD_BYTES_MAX {
            self.let_go(buffer);
        }
    }

    /// Hold nothing any more: it will not be sent again.
    pub fn let_go(&mut self, buffer: &mut Buffer) {
        buffer.consume(self.sent);
        self.checked -= self.sent;
        self.sent = 0;
        self.hold = false;
    }

    /// Take away what has come of it: nobody wants it.
    pub fn discard(&mut self, buffer: &mut Buffer) {
        self.let_go(buffer);
        // A malformed one is never whole, and what follows it is not looked at.
        let _ = self.check(buffer);
        let count = self.checked;
        self.sent(count, buffer);
    }

    /// True if all that was sent is held, or nothing was sent.
    pub fn can_rewind(&self) -> bool {
        self.hold
    }

    /// Begin again with what is held.
    pub fn rewind(&mut self) {
        self.sent = 0;
    }

    /// The sender of the body has closed.
    ///
    /// # Errors
    /// When the body is not complete.
    pub fn close(&mut self) -> Result<(), BodyError> {
        self.body.close()
    }

    /// True once the whole body was read and found good.
    pub fn is_read(&self) -> bool {
        self.body.is_done()
    }

    /// True once the whole body was sent.
    pub fn is_sent(&self) -> bool {
        self.body.is_done() && self.sent == self.checked
    }
}

impl Copy {
    fn add(&mut self, part: &Part<'_>) {
        let Part::Content(part) = part else { return };
        self.too_large |= self.content.len() + part.len() > self.bytes_max;
        self.too_large |= !self.too_large && !self.room.take(part.len());
        if self.too_large {
            self.content = Vec::new();
        } else {
            self.content.extend_from_slice(part);
        }
    }
}
