use std::net::SocketAddr;

/// `[admin]`: where status and commands are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// TCP address beside the unix socket; None: unix socket only. Must be loopback without a token.
    pub listen: Option<SocketAddr>,
    /// Token that requests over TCP must carry (`Authorization: Bearer …`) to change anything.
    /// None: Ostler makes one at start and keeps it in its state folder.
    pub token: Option<String>,
}
