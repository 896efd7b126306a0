//! Where clients come.

use crate::engine::Session;
use crate::hub::{Arrival, Hub};
use rustix::net::{SocketFlags, sockopt};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// A socket that listens, without waiting.
#[derive(Debug)]
pub struct Listener {
    socket: OwnedFd,
    /// What clients of a unix socket have as their address.
    path: Option<String>,
}

impl Listener {
    /// On a port.
    pub fn tcp(socket: TcpListener) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Listener { socket: socket.into(), path: None })
    }

    /// On a path.
    pub fn unix(socket: UnixListener) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let path = address.as_pathname().map(|path| path.display().to_string());
        Ok(Listener { socket: socket.into(), path: Some(path.unwrap_or_default()) })
    }

    /// The next client that waits, when there are `connected` already. One too many is told so and sent away.
    pub fn accept(&self, hub: &Hub, connected: usize, now_ms: i64) -> Option<(OwnedFd, Session)> {
        loop {
            let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
            let socket = match rustix::net::accept_with(&self.socket, flags) {
                Ok(socket) => socket,
                Err(rustix::io::Errno::INTR | rustix::io::Errno::CONNABORTED) => continue,
                // Also when there are no more descriptors: who waits is taken when the next one comes.
                Err(_) => return None,
            };
            if connected >= hub.limits.clients_max.load(Relaxed) {
                hub.traffic.rejected.fetch_add(1, Relaxed);
                let _ = rustix::io::write(&socket, b"-ERR max number of clients reached\r\n");
                continue;
            }
            hub.traffic.accepted.fetch_add(1, Relaxed);
            return Some(self.greet(socket, hub, now_ms));
        }
    }

    fn greet(&self, socket: OwnedFd, hub: &Hub, now_ms: i64) -> (OwnedFd, Session) {
        let (address, local) = match &self.path {
            Some(path) => (format!("{path}:0"), format!("{path}:0")),
            None => {
                let _ = sockopt::set_tcp_nodelay(&socket, true);
                keep_alive(&socket, hub.limits.keepalive_s.load(Relaxed));
                (
                    text(rustix::net::getpeername(&socket).ok().flatten()),
                    text(rustix::net::getsockname(&socket).ok()),
                )
            }
        };
        let card = hub.clients.join(Arrival { address, local, fd: socket.as_raw_fd(), now_ms });
        (socket, Session::of(card, !hub.limits.is_guarded()))
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn text(address: Option<rustix::net::SocketAddrAny>) -> String {
    let address = address.and_then(|address| SocketAddr::try_from(address).ok());
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// Dead peers are found after about `seconds` of silence and three questions; 0: never.
fn keep_alive(socket: &OwnedFd, seconds: u64) {
    if seconds == 0 {
        return;
    }
    let _ = sockopt::set_socket_keepalive(socket, true);
    let _ = sockopt::set_tcp_keepidle(socket, Duration::from_secs(seconds));
    let _ = sockopt::set_tcp_keepintvl(socket, Duration::from_secs((seconds / 3).max(1)));
    let _ = sockopt::set_tcp_keepcnt(socket, 3);
}
