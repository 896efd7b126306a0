//! The bytes of an HTTP/2 connection, between the `h2` crate and a transport.
//!
//! `h2` flushes after every frame that carries data. Here bytes are only written when its owner
//! says that the turn is over, so that the frames of many streams leave in one call, and in full
//! TLS records.

use crate::socket::{Buffer, Transport};
use crate::thread::Thread;
use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Above so many bytes a flush is one.
const OUTPUT_BYTES_MAX: usize = 32 * 1024;

/// What is read in one turn: `h2` would go on for as long as there is input, and other connections of
/// the thread would wait.
const TURN_BYTES_MAX: usize = 32 * 1024;

/// The `h2` crate's end.
#[derive(Debug)]
pub struct Pipe(Rc<RefCell<Bytes>>);

/// The owner's end.
#[derive(Debug)]
pub struct Tap(Rc<RefCell<Bytes>>);

#[derive(Debug)]
struct Bytes {
    transport: Transport,
    input: Buffer,
    output: Buffer,
    /// Read in this turn.
    turn: usize,
    /// Ever written.
    written: u64,
    /// Bytes are those of a client, and are counted as such.
    counted: Option<Rc<Thread>>,
}

/// Both ends. `input` was read already.
pub fn pipe(
    transport: Transport,
    input: Buffer,
    output: Buffer,
    counted: Option<Rc<Thread>>,
) -> (Pipe, Tap) {
    let bytes =
        Rc::new(RefCell::new(Bytes { transport, input, output, turn: 0, written: 0, counted }));
    (Pipe(bytes.clone()), Tap(bytes))
}

impl Tap {
    /// End the turn: write what has gathered. Pending: there is some left.
    pub fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let bytes = &mut *self.0.borrow_mut();
        bytes.turn = 0;
        bytes.poll_flush(cx)
    }

    /// The connection, once the `h2` crate has let go of it.
    pub fn into_transport(self) -> Option<Transport> {
        Rc::into_inner(self.0).map(|bytes| bytes.into_inner().transport)
    }

    /// How many bytes were ever written.
    pub fn written(&self) -> u64 {
        self.0.borrow().written
    }
}

impl Bytes {
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.is_empty() {
            let written = ready!(self.transport.poll_write(cx, self.output.bytes(), &[]))?;
            self.written += written as u64;
            if let Some(thread) = &self.counted {
                thread.meters.sent.add(written as u64);
            }
            self.output.consume(written);
        }
        self.output.release();
        Poll::Ready(Ok(()))
    }

    fn poll_take(
        &mut self,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.output.len() >= OUTPUT_BYTES_MAX {
            ready!(self.poll_flush(cx))?;
        }
        pieces.iter().for_each(|piece| self.output.extend(piece));
        Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()))
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = self.0.borrow_mut();
        let Bytes { transport, input, turn, counted, .. } = &mut *bytes;
        if *turn >= TURN_BYTES_MAX {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if input.is_empty() {
            let read = ready!(transport.poll_read(cx, input))?;
            if let Some(thread) = counted {
                thread.meters.received.add(read as u64);
            }
        }
        let part = input.between(0, input.len().min(into.remaining()));
        into.put_slice(part);
        let count = part.len();
        *turn += count;
        input.consume(count);
        input.release();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().poll_take(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().poll_take(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = self.0.borrow_mut();
        if bytes.output.len() < OUTPUT_BYTES_MAX {
            return Poll::Ready(Ok(()));
        }
        bytes.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = self.0.borrow_mut();
        ready!(bytes.poll_flush(cx))?;
        bytes.transport.finish();
        Poll::Ready(Ok(()))
    }
}
