//! The client's side: which servers are trusted, and the handshake with one.

use super::machine::Machine;
use super::server::provider;
use super::shaking::{Broken, Shaking};
use super::{CertificateError, Stream, certificates};
use crate::socket::{Buffers, Socket};
use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError as Refused, ClientConfig, Error, RootCertStore};
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// How the servers of one upstream are spoken to: whom to trust, and sessions that can be resumed,
/// which all threads share.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Arc<ClientConfig>,
    /// What it was made of.
    ca: Option<Vec<u8>>,
    http2: bool,
}

/// Why the authorities of an upstream cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The file cannot be read, or does not hold certificates in PEM form.
    #[error("{}: {cause}. It is a `ca` of the config: a PEM file of authorities' certificates", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// rustls finds the provider without a usable suite.
    #[error("TLS to servers cannot be had: {0}")]
    Tls(Error),
}

impl Client {
    /// Trust the authorities of the PEM file `ca`, or those that browsers trust. `http2`: speak
    /// HTTP/2. `before` is kept, with its sessions, if nothing has changed.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn new(
        ca: Option<&Path>,
        http2: bool,
        before: Option<&Client>,
    ) -> Result<Self, AuthorityError> {
        let pem = ca.map(read).transpose()?;
        if let Some(before) = before.filter(|one| one.0.ca == pem && one.0.http2 == http2) {
            return Ok(before.clone());
        }
        let roots = match (ca, &pem) {
            (Some(path), Some(pem)) => authorities(path, pem)?,
            _ => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() },
        };
        let mut config = ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .map_err(AuthorityError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let protocol: &[u8] = if http2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols.push(protocol.to_vec());
        Ok(Client(Arc::new(Inner { config: Arc::new(config), ca: pem, http2 })))
    }

    /// Shake hands with the server called `name`. There is no limit of time in here.
    ///
    /// # Errors
    /// Why it came to nothing, for people. The server has been told.
    pub async fn shake_hands(
        &self,
        socket: Socket,
        name: &str,
        stock: &Rc<Buffers>,
    ) -> Result<Stream, String> {
        let asked = ServerName::try_from(name.to_owned())
            .map_err(|_| format!("{name} is no name that a certificate can have"))?;
        let connection = UnbufferedClientConnection::new(self.0.config.clone(), asked)
            .map_err(|error| error.to_string())?;
        let mut shaking = Shaking::new(Machine::client(connection, stock), stock);
        let shaken = poll_fn(|cx| shaking.poll(cx, &socket, is_reply, || ()));
        shaken.await.map_err(|broken| match broken {
            Broken::Plain => "it does not speak TLS on this port, but HTTP".to_owned(),
            Broken::Gone => "it closed the connection during the TLS handshake".to_owned(),
            Broken::Tls(error) => explain(&error, name),
        })?;
        let stream = shaking.done(socket, stock);
        if self.0.http2 && !stream.is_http2() {
            return Err("it does not offer HTTP/2 over TLS (ALPN h2)".to_owned());
        }
        Ok(stream)
    }
}

fn authorities(path: &Path, pem: &[u8]) -> Result<RootCertStore, AuthorityError> {
    let malformed = |cause: String| AuthorityError::File { path: path.to_owned(), cause };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| malformed(error.to_string()))?;
        roots.add(certificate).map_err(|error| malformed(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(malformed("it holds no certificate".to_owned()));
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<Vec<u8>, AuthorityError> {
    certificates::read(path).map_err(|error| {
        let cause = match error {
            CertificateError::Unreadable { cause, .. } => cause.to_string(),
            other => other.to_string(),
        };
        AuthorityError::File { path: path.to_owned(), cause }
    })
}

/// A TLS record begins with 22 (RFC 8446 section 5.1), an HTTP reply so.
fn is_reply(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/")
}

/// What is wrong with the server `name`, and what helps.
fn explain(error: &Error, name: &str) -> String {
    let Error::InvalidCertificate(refused) = error else {
        return format!("TLS: {error}");
    };
    match refused {
        Refused::Expired | Refused::ExpiredContext { .. } => {
            "its certificate has expired".to_owned()
        }
        Refused::NotValidYet | Refused::NotValidYetContext { .. } => {
            "its certificate is not valid yet; or this machine's clock is wrong".to_owned()
        }
        Refused::UnknownIssuer => "its certificate is signed by nobody who is trusted; if that is \
            an authority of your own, name its file: ca = \"ca.pem\" in [upstream.NAME]"
            .to_owned(),
        Refused::NotValidForName => format!("its certificate is not for {name}"),
        Refused::NotValidForNameContext { presented, .. } => {
            format!("its certificate is not for {name}, but for {}", presented.join(", "))
        }
        other => format!("its certificate is refused: {other}"),
    }
}
