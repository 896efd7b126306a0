//! Connecting to a worker.

use super::Socket;
use model::Endpoint;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, sockopt};
use std::future::poll_fn;
use std::io;
use std::os::fd::OwnedFd;
use std::task::ready;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens there, or not any more.
    #[error("the worker does not listen: {0}")]
    Refused(#[source] io::Error),
    /// It listens, but its queue of new connections is full.
    #[error("the worker's queue of new connections is full")]
    Busy,
    /// It did not answer in time.
    #[error("the worker did not accept the connection in time")]
    Late,
    /// There is a connection, but no TLS over it, and why.
    #[error("no TLS with the server: {0}")]
    Tls(String),
    /// It is the edge that has no socket left, or the like.
    #[error("cannot make a connection: {0}")]
    Ours(#[source] io::Error),
}

/// Connect to `endpoint`. A unix socket answers at once; TCP may take its time, so the caller sets
/// a limit.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(endpoint: &Endpoint) -> Result<Socket, ConnectError> {
    match endpoint {
        Endpoint::Unix(path) => {
            let fd = open(AddressFamily::UNIX)?;
            let address = SocketAddrUnix::new(&**path).map_err(refused)?;
            match rustix::net::connect(&fd, &address) {
                Ok(()) => Socket::new(fd).map_err(ConnectError::Ours),
                Err(Errno::AGAIN) => Err(ConnectError::Busy),
                Err(error) => Err(refused(error)),
            }
        }
        Endpoint::Tcp(address) | Endpoint::Tls { address, .. } => {
            let fd =
                open(if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 })?;
            sockopt::set_tcp_nodelay(&fd, true).map_err(ours)?;
            let pending = match rustix::net::connect(&fd, address) {
                Ok(()) => false,
                Err(Errno::INPROGRESS) => true,
                Err(error) => return Err(refused(error)),
            };
            let socket = Socket::new(fd).map_err(ConnectError::Ours)?;
            if pending {
                established(&socket).await?;
            }
            Ok(socket)
        }
    }
}

async fn established(socket: &Socket) -> Result<(), ConnectError> {
    poll_fn(|cx| {
        let mut guard = ready!(socket.fd.poll_write_ready(cx)).map_err(ConnectError::Ours)?;
        guard.retain_ready();
        match sockopt::socket_error(&socket.fd) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) | Err(error) => Err(refused(error)),
        }
        .into()
    })
    .await
}

fn open(family: AddressFamily) -> Result<OwnedFd, ConnectError> {
    let fd = rustix::net::socket(family, SocketType::STREAM, None).map_err(ours)?;
    rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC).map_err(ours)?;
    rustix::io::ioctl_fionbio(&fd, true).map_err(ours)?;
    Ok(fd)
}

fn refused(error: Errno) -> ConnectError {
    ConnectError::Refused(error.into())
}

fn ours(error: Errno) -> ConnectError {
    ConnectError::Ours(error.into())
}
