use std::net::SocketAddr;
use std::path::PathBuf;

/// `[edge.tls]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// TCP addresses on which TLS is spoken; at least one.
    pub listen: Vec<SocketAddr>,
    /// Certificates, at least one; which one a client gets depends on the name it asks for. The
    /// first is for clients that ask for no name.
    pub certificates: Vec<Certificate>,
}

/// A certificate with its chain, and its key; PEM files, absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate, then those that lead to the authority.
    pub cert: PathBuf,
    /// The private key; may be the same file.
    pub key: PathBuf,
}
