//! Where a worker or an upstream listens.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// An address that the edge can connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A unix stream socket; the usual case for a Node worker.
    Unix(Arc<Path>),
    /// A TCP address; commands that are not Node listen on `$PORT` of 127.0.0.1.
    Tcp(SocketAddr),
    /// TLS at a TCP address; the name is asked for, and must be that of the certificate.
    Tls {
        /// Where it is.
        address: SocketAddr,
        /// What it is called: a DNS name or an address.
        name: Arc<str>,
    },
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => write!(f, "unix:{}", path.display()),
            Endpoint::Tcp(address) => write!(f, "{address}"),
            Endpoint::Tls { address, name } => write!(f, "tls:{name}@{address}"),
        }
    }
}
