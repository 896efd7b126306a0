//! The handshake with a client.

use super::machine::Machine;
use super::shaking::{Broken, Shaking};
use super::{Server, Stream};
use crate::socket::{Buffers, Socket};
use rustls::server::UnbufferedServerConnection;
use std::future::poll_fn;
use std::rc::Rc;

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
    let mut shaking = Shaking::new(Machine::server(connection, stock), stock);
    let mut unknown_name = None;
    let shaken = poll_fn(|cx| {
        shaking.poll(cx, &socket, is_request, || {
            // Looked at at once: the resolver may be asked for another client before this one's end.
            unknown_name = server.take_unknown_name().or(unknown_name.take());
        })
    });
    match shaken.await {
        Ok(()) => Ok(Accepted { stream: shaking.done(socket, stock), unknown_name }),
        Err(Broken::Plain) => Err(HandshakeError::Plain(socket)),
        Err(Broken::Gone) => Err(HandshakeError::Gone),
        Err(Broken::Tls(error)) => Err(HandshakeError::Tls { error, unknown_name }),
    }
}

/// A TLS record begins with 22 (RFC 8446 section 5.1), an HTTP request with a letter.
fn is_request(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
}
