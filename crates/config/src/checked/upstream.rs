use super::{Balance, Health, Protocol};
use model::AppName;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// `[upstream.NAME]`: servers that Ostler does not run, such as those on other machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its name; no app has the same.
    pub name: AppName,
    /// Its servers; at least one.
    pub servers: Vec<Server>,
    /// A path that must answer 2xx or 3xx, or the server gets no requests.
    pub health: Option<Health>,
    /// How often names are resolved again.
    pub resolve_every: Duration,
    /// A PEM file of the authorities that sign the servers' certificates, absolute; None: those
    /// that browsers trust.
    pub ca: Option<PathBuf>,
    /// Who gets a request.
    pub balance: Balance,
    /// What the servers speak.
    pub protocol: Protocol,
}

/// One URL of an upstream: `http://10.0.0.5:3000`. A name may stand for several addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Server {
    /// `https://`.
    pub tls: bool,
    /// A name in lower case, perhaps with a dot at its end, or an address (IPv6 without brackets).
    pub host: String,
    /// The port.
    pub port: u16,
}

/// As a URL, with its port: `http://10.0.0.5:3000`, `https://[fd00::5]:443`.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Server { tls, host, port } = self;
        let scheme = if *tls { "https" } else { "http" };
        match host.contains(':') {
            true => write!(f, "{scheme}://[{host}]:{port}"),
            false => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}
