//! One body on its way through an encoder.

use super::{Coding, EncodeError, Encoders, brotli, gzip, zstd};
use std::rc::Rc;

/// What flows: it decides how much memory a stream may hold.
///
/// Held by a stream at most, beside what the thread's streams share: gzip 8 kB; zstd 0.4 MB, of
/// events 70 kB; brotli 0.7 MB, of events 0.2 MB, and less than 1 kB while events are small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// A body that comes as fast as it can be made.
    Body,
    /// Small pieces, for hours: `text/event-stream`.
    Events,
}

/// An encoder of one body. Everything that was pushed comes out at the next flush.
#[derive(Debug)]
pub struct Encoder {
    stream: Stream,
    encoders: Rc<Encoders>,
    /// Something was pushed since the last flush.
    pending: bool,
}

#[derive(Debug)]
enum Stream {
    Gzip(gzip::Stream),
    Brotli(brotli::Stream),
    Zstd(zstd::Stream),
}

impl Encoder {
    /// An encoder that nothing was pushed into. `level` is in the coding's own terms.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new(
        encoders: &Rc<Encoders>,
        coding: Coding,
        level: i32,
        flow: Flow,
    ) -> Result<Self, EncodeError> {
        let stream = match coding {
            Coding::Gzip => Stream::Gzip(gzip::Stream::new(encoders.number(), level)),
            Coding::Brotli => Stream::Brotli(brotli::Stream::new(level, flow)),
            Coding::Zstd => {
                Stream::Zstd(zstd::Stream::new(&mut encoders.zstd.borrow_mut(), level, flow)?)
            }
        };
        Ok(Encoder { stream, encoders: encoders.clone(), pending: false })
    }

    /// Its coding.
    pub fn coding(&self) -> Coding {
        match self.stream {
            Stream::Gzip(_) => Coding::Gzip,
            Stream::Brotli(_) => Coding::Brotli,
            Stream::Zstd(_) => Coding::Zstd,
        }
    }

    /// True if something that was pushed may not have come out yet.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// Take in `content`; what comes out already is appended to `out`: not much more than went in
    /// since the last flush.
    ///
    /// # Errors
    /// The stream is broken then.
    pub fn push(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if content.is_empty() {
            return Ok(());
        }
        self.pending = true;
        match &mut self.stream {
            Stream::Gzip(stream) => stream.push(&mut self.encoders.gzip.borrow_mut(), content, out),
            Stream::Brotli(stream) => stream.push(content, out),
            Stream::Zstd(stream) => stream.push(content, out),
        }
    }

    /// Append to `out` all that the client needs to decode what was pushed so far.
    ///
    /// # Errors
    /// The stream is broken then.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if !std::mem::replace(&mut self.pending, false) {
            return Ok(());
        }
        match &mut self.stream {
            Stream::Gzip(stream) => stream.flush(&mut self.encoders.gzip.borrow_mut(), out),
            Stream::Brotli(stream) => stream.flush(out),
            Stream::Zstd(stream) => stream.flush(out),
        }
    }

    /// Append the end to `out`. Nothing may be pushed afterwards.
    ///
    /// # Errors
    /// The stream is broken then.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.pending = false;
        match &mut self.stream {
            Stream::Gzip(stream) => stream.finish(&mut self.encoders.gzip.borrow_mut(), out),
            Stream::Brotli(stream) => stream.finish(out),
            Stream::Zstd(stream) => stream.finish(out),
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        if let Stream::Zstd(stream) = &mut self.stream {
            stream.give_back(&mut self.encoders.zstd.borrow_mut());
        }
    }
}
