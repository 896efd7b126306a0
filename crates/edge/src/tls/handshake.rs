//! The handshake with a client.

use super::machine::{Machine, Stage};
use super::{Server, Stream};
use crate::socket::{Buffer, Buffers, Socket};
use rustls::server::UnbufferedServerConnection;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// Why a handshake came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// The client speaks HTTP without TLS.
    #[error("it speaks plain HTTP on a TLS port")]
    Plain(Socket),
    /// The client has gone.
    #[error("it closed the connection")]
    Gone,
    /// The client breaks the protocol, or knows nothing of what is offered, or does not trust the
    /// certificate.
    #[error("{error}{}", asked(.unknown_name.as_deref()))]
    Tls {
        /// What rustls says.
        error: rustls::Error,
        /// The name it asked for, if no certificate has it.
        unknown_name: Option<String>,
    },
}

fn asked(unknown_name: Option<&str>) -> String {
    match unknown_name {
        Some(name) => format!("; it asked for {name:?}, which no certificate has"),
        None => String::new(),
    }
}

/// An accepted client.
#[derive(Debug)]
pub struct Accepted {
    /// Its connection.
    pub stream: Stream,
    /// The name it asked for, if no certificate has it; it got the first one.
    pub unknown_name: Option<String>,
}

/// Shake hands with a client. There is no limit of time in here.
///
/// # Errors
/// See [`HandshakeError`]. The client has been told.
pub async fn accept(
    socket: Socket,
    server: &Server,
    stock: &Rc<Buffers>,
) -> Result<Accepted, HandshakeError> {
    let connection = UnbufferedServerConnection::new(server.config())
        .map_err(|error| HandshakeError::Tls { error, unknown_name: None })?;
    let machine = Machine::server(connection, stock);
    let mut shaking = Shaking { machine, plain: Buffer::new(stock), unknown_name: None };
    match poll_fn(|cx| shaking.poll(cx, &socket, server)).await {
        Ok(()) => {}
        Err(Broken::Plain) => return Err(HandshakeError::Plain(socket)),
        Err(Broken::Gone) => return Err(HandshakeError::Gone),
        Err(Broken::Tls(error)) => {
            let unknown_name = shaking.unknown_name;
            return Err(HandshakeError::Tls { error, unknown_name });
        }
    }
    let Shaking { machine, plain, unknown_name } = shaking;
    Ok(Accepted { stream: Stream::new(socket, machine, plain, stock), unknown_name })
}

/// As [`HandshakeError`], while the socket is still in use.
enum Broken {
    Plain,
    Gone,
    Tls(rustls::Error),
}

struct Shaking {
    machine: Machine,
    /// What the client sent right behind its last message.
    plain: Buffer,
    unknown_name: Option<String>,
}

impl Shaking {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        socket: &Socket,
        server: &Server,
    ) -> Poll<Result<(), Broken>> {
        loop {
            let stage = self.machine.process(&mut self.plain);
            // Looked at at once: the resolver may be asked for another client before this one's end.
            self.unknown_name = server.take_unknown_name().or(self.unknown_name.take());
            let Ok(flushed) = self.poll_flush(cx, socket) else {
                return Poll::Ready(Err(Broken::Gone));
            };
            match stage {
                Err(error) => return Poll::Ready(Err(Broken::Tls(error))),
                Ok(Stage::Open) => {
                    ready!(flushed);
                    return Poll::Ready(Ok(()));
                }
                Ok(Stage::Closed) => return Poll::Ready(Err(Broken::Gone)),
                Ok(Stage::Handshake) => {}
            }
            let incoming = &mut self.machine.incoming;
            let first = incoming.is_empty();
            if ready!(socket.poll_read(cx, incoming)).unwrap_or(0) == 0 {
                return Poll::Ready(Err(Broken::Gone));
            }
            // A TLS record begins with 22 (RFC 8446 section 5.1), an HTTP request with a letter.
            if first && incoming.bytes().first().is_some_and(u8::is_ascii_alphabetic) {
                return Poll::Ready(Err(Broken::Plain));
            }
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>, socket: &Socket) -> io::Result<Poll<()>> {
        let outgoing = &mut self.machine.outgoing;
        while !outgoing.is_empty() {
            match socket.poll_write(cx, outgoing.bytes(), &[]) {
                Poll::Ready(written) => outgoing.consume(written?),
                Poll::Pending => return Ok(Poll::Pending),
            }
        }
        Ok(Poll::Ready(()))
    }
}
