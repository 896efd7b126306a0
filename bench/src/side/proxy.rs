//! Proxies alone, one thread each, in front of a server on a unix socket: set up alike.

use std::path::PathBuf;

/// What such a proxy is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The server's socket.
    pub upstream: PathBuf,
    /// Speak TLS with clients, with the certificate in this folder.
    pub certificate: Option<PathBuf>,
    /// Speak HTTP/2 with clients: by ALPN over TLS, else by prior knowledge.
    pub http2: bool,
    /// Lines of Ostler's `[edge.limits]`.
    pub limits: String,
    /// Lines of nginx's `server`.
    pub nginx: String,
}

/// Names of the files in the folder of a certificate: PEM, and both in one for HAProxy.
pub const CERTIFICATE: &str = "cert.pem";
pub const KEY: &str = "key.pem";
pub const BOTH: &str = "both.pem";
