//! Socket activation.

use std::io;
use std::net::TcpListener;

/// Sockets that systemd passed (socket activation); all belong to the edge.
pub fn from_systemd() -> io::Result<Vec<TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut edge = Vec::new();
    for at in 0..passed.len() {
        edge.extend(passed.take_tcp_listener(at)?);
    }
    Ok(edge)
}
