//! An encrypted connection that reads and writes as a plain socket does.

use super::machine::{Machine, Stage};
use crate::socket::{Buffer, Buffers, Socket};
use rustls::{Error, ProtocolVersion};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

/// The most plaintext encrypted before it is written: four records.
const WRITE_BYTES_MAX: usize = 64 * 1024;
/// What is gathered from two pieces into one record, so that a head does not make one of its own.
const GATHER_BYTES: usize = 16 * 1024;

/// A TLS connection whose handshake is through.
pub struct Stream {
    socket: Socket,
    state: RefCell<State>,
}

struct State {
    machine: Machine,
    /// Plaintext that came while nobody was reading.
    stray: Buffer,
    /// Plaintext of the caller's that is encrypted and not yet all written.
    accepted: usize,
    /// Room to gather two pieces in.
    gathered: Buffer,
    /// The connection is to end as a cut one.
    cut: bool,
}

impl Stream {
    pub(super) fn new(
        socket: Socket,
        machine: Machine,
        stray: Buffer,
        stock: &Rc<Buffers>,
    ) -> Self {
        let state = State { machine, stray, accepted: 0, gathered: Buffer::new(stock), cut: false };
        Stream { socket, state: RefCell::new(state) }
    }

    /// True if both sides agreed on HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.state.borrow().machine.common().alpn_protocol() == Some(b"h2")
    }

    /// The version as access logs write it.
    pub fn version(&self) -> &'static str {
        match self.state.borrow().machine.common().protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        }
    }

    /// As [`Socket::poll_read`].
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        loop {
            buffer.make_room();
            let before = buffer.len();
            if !state.stray.is_empty() {
                buffer.extend(state.stray.bytes());
                state.stray.clear();
                state.stray.release();
            }
            if !state.machine.incoming.is_empty() || buffer.len() > before {
                let stage = state.machine.process(buffer);
                // Key updates and tickets are answered without being asked for.
                let _ = state.poll_flush(&self.socket, cx);
                let stage = stage.map_err(broken)?;
                if buffer.len() > before {
                    state.machine.incoming.release();
                    return Poll::Ready(Ok(buffer.len() - before));
                }
                if stage == Stage::Closed {
                    return Poll::Ready(Ok(0));
                }
            }
            if state.machine.ended {
                return Poll::Ready(Ok(0));
            }
            buffer.release();
            state.machine.incoming.release();
            if ready!(self.socket.poll_read(cx, &mut state.machine.incoming))? == 0 {
                // Without a close_notify. A client's message says itself whether it is whole; a
                // reply that lasts until the close could have been cut (RFC 9112 section 9.8).
                return Poll::Ready(match state.machine.is_client() {
                    true => Err(io::ErrorKind::UnexpectedEof.into()),
                    false => Ok(0),
                });
            }
        }
    }

    /// As [`Socket::poll_readable`].
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<()> {
        let state = self.state.borrow();
        if !state.stray.is_empty() || state.machine.ended {
            return Poll::Ready(());
        }
        self.socket.poll_readable(cx)
    }

    /// As [`Socket::poll_gone`].
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.state.borrow().machine.ended {
            return Poll::Ready(());
        }
        self.socket.poll_gone(cx)
    }

    /// As [`Socket::poll_write`], but ready only when all that is told of is written. Called again
    /// after `Pending` it must be given the same bytes, to which more may have been added.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state.borrow_mut();
        if state.accepted == 0 {
            state.accept(first, second)?;
        }
        ready!(state.poll_flush(&self.socket, cx))?;
        Poll::Ready(Ok(std::mem::take(&mut state.accepted)))
    }

    /// Some of what was to be written, and is not told of yet, may have left already.
    pub fn has_begun(&self) -> bool {
        self.state.borrow().accepted > 0
    }

    /// True if an idle connection can be used again. Tickets that have come are taken in.
    pub fn is_quiet(&self, look: bool) -> bool {
        let mut state = self.state.borrow_mut();
        let State { machine, stray, .. } = &mut *state;
        if machine.ended || !stray.is_empty() {
            return false;
        }
        if self.socket.is_quiet(look) {
            return true;
        }
        let mut nobody = Context::from_waker(Waker::noop());
        let read = self.socket.poll_read(&mut nobody, &mut machine.incoming);
        let good = match read {
            Poll::Pending => true,
            Poll::Ready(Ok(read)) if read > 0 => machine.process(stray) == Ok(Stage::Open),
            Poll::Ready(_) => false,
        };
        machine.incoming.release();
        good && stray.is_empty() && !machine.ended
    }

    /// Say that nothing more will be written.
    pub fn finish(&self) {
        self.say_goodbye();
        self.socket.finish();
    }

    /// Make the coming close a reset.
    pub fn reset_on_close(&self) {
        self.state.borrow_mut().cut = true;
        self.socket.reset_on_close();
    }

    /// Without a close_notify a client could not tell the end from a cut.
    fn say_goodbye(&self) {
        let mut state = self.state.borrow_mut();
        if !std::mem::replace(&mut state.cut, true) {
            state.machine.close();
            let mut nobody = Context::from_waker(Waker::noop());
            let _ = state.poll_flush(&self.socket, &mut nobody);
        }
    }
}

impl State {
    /// Encrypt as much of two pieces as is written at once.
    fn accept(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let head = first.get(..WRITE_BYTES_MAX).unwrap_or(first);
        let body = second.get(..WRITE_BYTES_MAX - head.len()).unwrap_or(second);
        let (near, far) = body.split_at(body.len().min(GATHER_BYTES.saturating_sub(head.len())));
        if near.is_empty() || head.is_empty() {
            self.machine.encrypt(head).map_err(broken)?;
            self.machine.encrypt(near).map_err(broken)?;
        } else {
            self.gathered.extend(head);
            self.gathered.extend(near);
            self.machine.encrypt(self.gathered.bytes()).map_err(broken)?;
            self.gathered.clear();
            self.gathered.release();
        }
        self.machine.encrypt(far).map_err(broken)?;
        self.accepted = head.len() + body.len();
        Ok(())
    }

    fn poll_flush(&mut self, socket: &Socket, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outgoing = &mut self.machine.outgoing;
        while !outgoing.is_empty() {
            let written = ready!(socket.poll_write(cx, outgoing.bytes(), &[]))?;
            outgoing.consume(written);
        }
        outgoing.release();
        Poll::Ready(Ok(()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.say_goodbye();
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("socket", &self.socket).finish_non_exhaustive()
    }
}

fn broken(error: Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
