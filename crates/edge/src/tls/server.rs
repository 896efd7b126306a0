//! The server's side: what is offered to clients, and which certificate each of them gets.

use super::Certificates;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{ClientHello, ProducesTickets, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedCipherSuite};
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes kept of a name that no certificate has.
const NAME_BYTES_MAX: usize = 253;

/// What one thread offers to its TLS clients.
#[derive(Debug, Clone)]
pub struct Server {
    config: Arc<ServerConfig>,
    resolver: Arc<Resolver>,
}

/// The keys of session tickets: shared by all threads and kept over reloads, so that a session can
/// be resumed on any thread. They change every six hours and live in memory only.
#[derive(Debug, Clone)]
pub struct Tickets(Arc<dyn ProducesTickets>);

/// Chooses certificates. One for each thread, since what it notes of a handshake is looked at right
/// after it.
#[derive(Debug)]
struct Resolver {
    certificates: Certificates,
    /// The name in the last client's hello that no certificate has.
    unknown: Mutex<Option<String>>,
}

/// ring, with AES-128 preferred: as safe as AES-256 for this use, and faster for every byte.
pub(crate) fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    let is_aes_128 =
        |suite: &SupportedCipherSuite| format!("{:?}", suite.suite()).contains("AES_128");
    provider.cipher_suites.sort_by_key(|suite| (suite.tls13().is_none(), !is_aes_128(suite)));
    provider
}

impl Tickets {
    /// New keys.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new() -> Result<Self, rustls::Error> {
        Ok(Tickets(ring::Ticketer::new()?))
    }
}

impl Server {
    /// What a thread offers with these certificates.
    ///
    /// # Errors
    /// When rustls finds the provider without a usable suite.
    pub fn new(
        certificates: Certificates,
        tickets: &Tickets,
        http2: bool,
    ) -> Result<Self, rustls::Error> {
        let resolver = Arc::new(Resolver { certificates, unknown: Mutex::new(None) });
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver.clone());
        config.ticketer = tickets.0.clone();
        // RFC 7301: the first that both know, in the server's order.
        if http2 {
            config.alpn_protocols.push(b"h2".to_vec());
        }
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(Server { config: Arc::new(config), resolver })
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// The name that the client of the last hello asked for, if no certificate has it.
    pub(super) fn take_unknown_name(&self) -> Option<String> {
        self.resolver.unknown.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name();
        if let Some(found) = name.and_then(|name| self.certificates.find(name)) {
            return Some(found.clone());
        }
        let unknown = name.map(|name| name.chars().take(NAME_BYTES_MAX).collect());
        *self.unknown.lock().unwrap_or_else(PoisonError::into_inner) = unknown;
        self.certificates.first().cloned()
    }
}
