//! Who is at the other end of a client connection.

use crate::http::head::Peer;
use crate::thread::Thread;
use std::net::IpAddr;

/// The client of a connection, as the connection tells.
#[derive(Debug)]
pub struct Remote {
    /// Its address.
    pub address: IpAddr,
    text: Box<str>,
    trusted: bool,
    /// The TLS version, as logs write it; None without TLS.
    pub tls: Option<&'static str>,
}

impl Remote {
    /// A client at `address`.
    pub fn new(thread: &Thread, address: IpAddr, tls: Option<&'static str>) -> Self {
        let trusted = thread.plan().trusts(address);
        Remote { address, text: address.to_string().into(), trusted, tls }
    }

    /// What workers are told of it.
    pub fn peer(&self) -> Peer<'_> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Peer { address: &self.text, trusted: self.trusted, scheme }
    }
}
