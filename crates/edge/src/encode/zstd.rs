//! Zstandard (RFC 8878): always one frame, since not every client reads on after the first.

use super::encoder::Flow;
use super::{Coding, EncodeError};
use ::zstd::zstd_safe::zstd_sys::ZSTD_EndDirective as Directive;
use ::zstd::zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer, ResetDirective, compress_bound};
use std::fmt;

/// The highest level of a stream: above it tables are large.
const STREAM_LEVEL_MAX: i32 = 9;
const WHOLE_LEVEL_MAX: i32 = 19;
/// Contexts of each kind that are kept though nobody uses them.
const FREE_MAX: usize = 4;
/// The window of content that is there as a whole, as a power of two in bytes. Clients take up to
/// 2^23 (RFC 9659).
const WHOLE_WINDOW: u32 = 18;
/// Room for what comes out at once of a flush, in bytes.
const ROOM_BYTES_MIN: usize = 1024;

const FAILED: EncodeError = EncodeError(Coding::Zstd);

type Context = CCtx<'static>;

/// Free contexts.
#[derive(Default)]
pub(super) struct Shelf {
    whole: Option<Context>,
    bodies: Vec<Context>,
    events: Vec<Context>,
}

/// A zstd stream.
pub(super) struct Stream {
    /// None once it was given back.
    context: Option<Context>,
    flow: Flow,
}

/// Encode `content` as a whole.
pub(super) fn whole(
    shelf: &mut Shelf,
    content: &[u8],
    level: i32,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut context = shelf.whole.take().or_else(Context::try_create).ok_or(FAILED)?;
    set(&mut context, level.min(WHOLE_LEVEL_MAX), &[CParameter::WindowLog(WHOLE_WINDOW)])?;
    let at = out.len();
    out.reserve(compress_bound(content.len()));
    let mut room = OutBuffer::around_pos(out, at);
    let mut input = InBuffer::around(content);
    // In one call, so zstd knows the size and buffers nothing.
    let left = context.compress_stream2(&mut room, &mut input, Directive::ZSTD_e_end);
    shelf.whole = Some(context);
    match left {
        Ok(0) => Ok(()),
        _ => Err(FAILED),
    }
}

impl Stream {
    /// Nothing written yet.
    pub(super) fn new(shelf: &mut Shelf, level: i32, flow: Flow) -> Result<Self, EncodeError> {
        let free = shelf.of(flow).pop();
        let mut context = free.or_else(Context::try_create).ok_or(FAILED)?;
        let (window, tables) = match flow {
            Flow::Body => (15, 14),
            Flow::Events => (12, 11),
        };
        let limits = [
            CParameter::WindowLog(window),
            CParameter::HashLog(tables),
            CParameter::ChainLog(tables),
        ];
        set(&mut context, level.min(STREAM_LEVEL_MAX), &limits)?;
        Ok(Stream { context: Some(context), flow })
    }

    pub(super) fn push(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(content, Directive::ZSTD_e_continue, out)
    }

    pub(super) fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(&[], Directive::ZSTD_e_flush, out)
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(&[], Directive::ZSTD_e_end, out)
    }

    /// It is over: another stream may have its context.
    pub(super) fn give_back(&mut self, shelf: &mut Shelf) {
        let shelf = shelf.of(self.flow);
        if shelf.len() < FREE_MAX {
            shelf.extend(self.context.take());
        }
    }

    fn run(
        &mut self,
        content: &[u8],
        directive: Directive,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let context = self.context.as_mut().ok_or(FAILED)?;
        let mut input = InBuffer::around(content);
        loop {
            let at = out.len();
            out.reserve(((content.len() - input.pos()) / 4).max(ROOM_BYTES_MIN));
            let mut room = OutBuffer::around_pos(out, at);
            let left = context.compress_stream2(&mut room, &mut input, directive);
            let left = left.map_err(|_| FAILED)?;
            let taken = input.pos() == content.len();
            // Of a mere push `left` tells only what would be worth flushing.
            if taken && (left == 0 || directive == Directive::ZSTD_e_continue) {
                return Ok(());
            }
        }
    }
}

impl Shelf {
    fn of(&mut self, flow: Flow) -> &mut Vec<Context> {
        match flow {
            Flow::Body => &mut self.bodies,
            Flow::Events => &mut self.events,
        }
    }
}

/// Forget what `context` did before, and set it up anew.
fn set(context: &mut Context, level: i32, limits: &[CParameter]) -> Result<(), EncodeError> {
    context.reset(ResetDirective::SessionAndParameters).map_err(|_| FAILED)?;
    context.set_parameter(CParameter::CompressionLevel(level)).map_err(|_| FAILED)?;
    limits.iter().try_for_each(|one| context.set_parameter(*one).map(|_| ()).map_err(|_| FAILED))
}

impl fmt::Debug for Shelf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "zstd::Shelf({}, {})", self.bodies.len(), self.events.len())
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "zstd::Stream({:?})", self.flow)
    }
}
