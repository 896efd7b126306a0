use std::net::IpAddr;

/// A network: its first address and the length of its prefix.
pub type Network = (IpAddr, u8);

/// Which requests of a route are let in at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guard {
    /// Networks of clients that are let in; None: all.
    pub allow: Option<Vec<Network>>,
    /// Networks of clients that are not, even if they are in `allow`.
    pub deny: Vec<Network>,
    /// Hosts that are served, lower case, `.example.org` for every subdomain; None: any.
    pub hosts: Option<Vec<String>>,
    /// Methods that are taken; None: any.
    pub methods: Option<Vec<String>>,
    /// What is done with a request that did not come by TLS.
    pub https: Https,
    /// Somebody speaks TLS: the edge itself, or a proxy that it trusts.
    pub speaks_tls: bool,
    /// The longest request target, in bytes; 0: no limit but that of the whole head.
    pub target_bytes_max: u32,
}

/// What is done with a request that did not come by TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Https {
    /// It is served as any other.
    #[default]
    Optional,
    /// Its client is sent to the same address with `https`.
    Redirect,
    /// It is refused.
    Required,
}

/// `redirect`: where the clients of a route are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// A path or an `http` or `https` URL.
    pub to: String,
    /// `to` ended in `*`, which stands for what the route's `*` does; it is not part of it here.
    pub rest: bool,
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
}
