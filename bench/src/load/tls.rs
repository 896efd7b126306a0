//! TLS 1.3 as a client, with one cipher and one key exchange, so that every server does the same work.

use anyhow::{Context, Result};
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, HandshakeKind, RootCertStore};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How TLS is spoken with one server.
#[derive(Debug, Clone)]
pub struct Tls {
    settings: TlsSettings,
    config: Arc<ClientConfig>,
    counts: Arc<Handshakes>,
}

/// What a client wants of TLS.
#[derive(Debug, Clone)]
pub struct TlsSettings {
    /// PEM file of the only certificate that is trusted.
    pub certificate: PathBuf,
    /// The name in it.
    pub name: &'static str,
    /// Resume earlier sessions by their tickets.
    pub resume: bool,
    /// Ask for HTTP/2.
    pub http2: bool,
}

/// Servers whose tickets a client keeps.
const TICKETS: usize = 4;

#[derive(Debug, Default)]
struct Handshakes {
    all: AtomicU64,
    resumed: AtomicU64,
}

impl Tls {
    /// With an empty store of tickets.
    pub fn new(settings: TlsSettings) -> Result<Self> {
        let provider = CryptoProvider {
            cipher_suites: vec![ring::cipher_suite::TLS13_AES_128_GCM_SHA256],
            kx_groups: vec![ring::kx_group::X25519],
            ..ring::default_provider()
        };
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(&settings.certificate);
        roots.add(certificate.context("cannot read the certificate")?).context("certificate")?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .context("TLS 1.3")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        if !settings.resume {
            config.resumption = Resumption::disabled();
        }
        let protocol: &[u8] = if settings.http2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols = vec![protocol.to_vec()];
        Ok(Tls { settings, config: Arc::new(config), counts: Arc::default() })
    }

    /// The same for another server: nothing remembered, nothing counted.
    pub fn anew(&self) -> Result<Self> {
        Tls::new(self.settings.clone())
    }

    /// The same for another client of the same server: its tickets are its own, the counts are shared.
    pub fn fork(&self) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        if self.settings.resume {
            config.resumption = Resumption::in_memory_sessions(TICKETS);
        }
        Tls { config: Arc::new(config), ..self.clone() }
    }

    /// The handshake over a new connection.
    pub async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(self.settings.name).map_err(io::Error::other)?;
        let stream = TlsConnector::from(self.config.clone()).connect(name, stream).await?;
        self.counts.all.fetch_add(1, Relaxed);
        if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
            self.counts.resumed.fetch_add(1, Relaxed);
        }
        Ok(stream)
    }

    /// The share of handshakes that resumed an earlier session, 0 to 1; NaN if there was none.
    pub fn resumed(&self) -> f64 {
        self.counts.resumed.load(Relaxed) as f64 / self.counts.all.load(Relaxed) as f64
    }
}
