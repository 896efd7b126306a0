use config::Server;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A connection with or without TLS.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// Connect, and shake hands where TLS is spoken. Err: why not, for people.
pub async fn connect(server: &Server, ca: Option<&Path>) -> Result<Box<dyn Duplex>, String> {
    let reached = TcpStream::connect((server.host.trim_end_matches('.'), server.port)).await;
    let stream = reached.map_err(|error| format!("cannot connect: {error}"))?;
    // Without it the last packet of a request may wait for an answer to the one before.
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    if !server.tls {
        return Ok(Box::new(stream));
    }
    let name = server.host.trim_end_matches('.').to_owned();
    let name = ServerName::try_from(name)
        .map_err(|_| format!("{} is no name that a certificate can have", server.host))?;
    let connector = TlsConnector::from(Arc::new(tls(ca)?));
    let shaken = connector.connect(name, stream).await;
    Ok(Box::new(shaken.map_err(|error| format!("the TLS handshake failed: {error}"))?))
}

/// Read anew for each connection, so that a renewed file of authorities holds without a reload.
fn tls(ca: Option<&Path>) -> Result<ClientConfig, String> {
    let roots = match ca {
        Some(path) => authorities(path).map_err(|cause| format!("{}: {cause}", path.display()))?,
        None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() },
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    match roots.is_empty() {
        true => Err("it holds no certificate".into()),
        false => Ok(roots),
    }
}
