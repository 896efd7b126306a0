//! Proxies alone, one thread each, in front of a server on a unix socket: set up alike.

use crate::process::Folder;
use anyhow::{Context, Result};
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
    /// Lines of Ostler's `[edge]`.
    pub edge: String,
    /// Tables of Ostler's after all others.
    pub routes: String,
    /// Lines of nginx's `server`.
    pub nginx: String,
    /// Lines of nginx's `http`.
    pub nginx_http: String,
}

/// Names of the files in the folder of a certificate: PEM, and both in one for HAProxy.
pub const CERTIFICATE: &str = "cert.pem";
pub const KEY: &str = "key.pem";
pub const BOTH: &str = "both.pem";

/// The name that it is for.
pub const NAME: &str = "localhost";

/// A new self-signed ECDSA P-256 certificate.
pub fn certificate() -> Result<Folder> {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]);
    let made = made.context("cannot make a certificate")?;
    let folder = Folder::new("certificate")?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    folder.write(CERTIFICATE, &certificate)?;
    folder.write(KEY, &key)?;
    folder.write(BOTH, &(certificate + &key))?;
    Ok(folder)
}
