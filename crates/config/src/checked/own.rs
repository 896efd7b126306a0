//! Addresses that are the edge's own.

use super::{Edge, Server};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

impl Edge {
    /// The address of `edge.tls.listen` that `address` would take from it.
    pub fn tls_at(&self, address: SocketAddr) -> Option<SocketAddr> {
        let mut all = self.tls.iter().flat_map(|tls| &tls.listen);
        all.find(|taken| overlap(**taken, address)).copied()
    }

    /// The edge's own address that `server` is, as far as that can be seen without asking DNS:
    /// what is sent there goes in circles.
    pub fn own(&self, server: &Server) -> Option<SocketAddr> {
        let ip = match server.host.as_str() {
            "localhost" => IpAddr::from(Ipv4Addr::LOCALHOST),
            host => host.parse().ok()?,
        };
        let address = SocketAddr::new(ip, server.port);
        let own = match server.tls {
            true => self.tls.as_ref().map_or(&[][..], |tls| &tls.listen),
            false => &self.listen,
        };
        let is_here =
            |own: &SocketAddr| own.ip() == ip || (own.ip().is_unspecified() && ip.is_loopback());
        own.iter().find(|own| is_here(own) && overlap(**own, address)).copied()
    }
}

/// The same port on the same address, or on every address of the family.
pub(crate) fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    let every = a.ip().is_unspecified() || b.ip().is_unspecified();
    let same = a.ip() == b.ip() || (every && a.is_ipv4() == b.is_ipv4());
    a.port() != 0 && a.port() == b.port() && same
}
