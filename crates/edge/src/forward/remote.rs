//! Who is at the other end of a client connection.

use crate::http::head::Peer;
use crate::reply::Reason;
use crate::thread::Thread;
use std::fmt::Display;
use std::net::IpAddr;

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// Who connected: a balancer that told the client's address, or the client itself.
    pub peer: IpAddr,
    /// By which listener it came.
    pub listener: u8,
}

/// The client of a connection, as the connection tells.
#[derive(Debug)]
pub struct Remote {
    /// Its address.
    pub address: IpAddr,
    /// Who connected.
    pub peer: IpAddr,
    /// By which listener it came.
    pub listener: u8,
    text: Box<str>,
    trusted: bool,
    forwarded: bool,
    /// The TLS version, as logs write it; None without TLS.
    pub tls: Option<&'static str>,
}

impl Remote {
    /// A client from `origin`.
    pub fn new(thread: &Thread, origin: Origin, tls: Option<&'static str>) -> Self {
        let Origin { address, peer, listener } = origin;
        let trusted = thread.plan().trusts(address);
        let forwarded = thread.plan().forwarded;
        let text = address.to_string().into();
        Remote { forwarded, address, peer, listener, text, trusted, tls }
    }

    /// What a notice says of it: `203.0.113.9: what was wrong (RFC 9110 7.2, host)`.
    pub fn told(&self, reason: Reason, what: impl Display) -> String {
        told(self.address, reason, what)
    }

    /// What workers are told of it.
    pub fn peer(&self) -> Peer<'_> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Peer { address: &self.text, trusted: self.trusted, scheme, forwarded: self.forwarded }
    }
}

/// What a notice says of a client and of what was wrong.
pub fn told(client: impl Display, reason: Reason, what: impl Display) -> String {
    let (rule, name) = (reason.rule(), reason.name());
    let comma = if rule.is_empty() { "" } else { ", " };
    format!("{client}: {what} ({rule}{comma}{name})")
}
