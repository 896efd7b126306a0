use std::path::PathBuf;
use std::time::Duration;

/// `[edge.limit_store]`: through which machines count together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitStore {
    /// Where it is.
    pub at: StoreAddress,
    /// Who logs in; None: the server's default user.
    pub user: Option<String>,
    /// With what.
    pub password: Option<String>,
    /// The number of the database.
    pub database: u32,
    /// While it cannot be asked, each machine counts alone; else requests that count are refused.
    pub open: bool,
    /// How long a request waits for an answer.
    pub timeout: Duration,
    /// What keys begin with.
    pub prefix: String,
    /// Who is trusted besides those that browsers trust, in its place.
    pub ca: Option<PathBuf>,
}

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// On a host.
    Host {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// By TLS.
        tls: bool,
    },
    /// On this machine.
    Unix(PathBuf),
    /// The one inside this process.
    Here,
}

/// As a URL, without user and password.
impl std::fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreAddress::Host { host, port, tls } => {
                let scheme = if *tls { "rediss" } else { "redis" };
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                write!(f, "{scheme}://{host}:{port}")
            }
            StoreAddress::Here => write!(f, "of this Ostler"),
            StoreAddress::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
