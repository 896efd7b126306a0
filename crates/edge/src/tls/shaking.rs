//! A handshake under way, of either side.

use super::Stream;
use super::machine::{Machine, Stage};
use crate::socket::{Buffer, Buffers, Socket};
use rustls::Error;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// Why a handshake came to nothing, while the socket is still in use.
pub(super) enum Broken {
    /// The peer speaks HTTP without TLS.
    Plain,
    /// The peer has gone.
    Gone,
    /// The peer breaks the protocol, or is not content with what it is offered. It has been told, if
    /// its connection took the alert at once.
    Tls(Error),
}

/// A connection that is not through its handshake.
pub(super) struct Shaking {
    machine: Machine,
    /// What the peer sent right behind its last message.
    plain: Buffer,
}

impl Shaking {
    pub fn new(machine: Machine, stock: &Rc<Buffers>) -> Self {
        Shaking { machine, plain: Buffer::new(stock) }
    }

    /// Ready when application data may be sent. `is_plain`: bytes with which a peer without TLS
    /// begins. `processed` is called each time that rustls was.
    pub fn poll(
        &mut self,
        cx: &mut Context<'_>,
        socket: &Socket,
        is_plain: fn(&[u8]) -> bool,
        mut processed: impl FnMut(),
    ) -> Poll<Result<(), Broken>> {
        loop {
            let stage = self.machine.process(&mut self.plain);
            processed();
            let flushed = self.poll_flush(cx, socket);
            match stage {
                // An alert that cannot be written is not worth waiting for.
                Err(error) => return Poll::Ready(Err(Broken::Tls(error))),
                Ok(Stage::Closed) => return Poll::Ready(Err(Broken::Gone)),
                Ok(Stage::Open) => return flushed,
                Ok(Stage::Handshake) => {}
            }
            if let Poll::Ready(Err(broken)) = flushed {
                return Poll::Ready(Err(broken));
            }
            let incoming = &mut self.machine.incoming;
            let first = incoming.is_empty();
            if ready!(socket.poll_read(cx, incoming)).unwrap_or(0) == 0 {
                return Poll::Ready(Err(Broken::Gone));
            }
            if first && is_plain(incoming.bytes()) {
                return Poll::Ready(Err(Broken::Plain));
            }
        }
    }

    /// The connection, once the handshake is through.
    pub fn done(self, socket: Socket, stock: &Rc<Buffers>) -> Stream {
        Stream::new(socket, self.machine, self.plain, stock)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>, socket: &Socket) -> Poll<Result<(), Broken>> {
        let outgoing = &mut self.machine.outgoing;
        while !outgoing.is_empty() {
            let written = ready!(socket.poll_write(cx, outgoing.bytes(), &[]));
            outgoing.consume(written.map_err(|_| Broken::Gone)?);
        }
        Poll::Ready(Ok(()))
    }
}
