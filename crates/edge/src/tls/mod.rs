//! TLS: certificates, which one a client gets, and encrypted connections.
//!
//! In: PEM files, sockets. Out: [`Stream`], which reads and writes as a plain socket does.
//! rustls does the protocol, over buffers of ours, so that an idle connection holds none.

mod certificates;
mod expiry;
mod handshake;
mod machine;
mod server;
mod stream;

pub use certificates::{CertificateError, Certificates};
pub use handshake::{Accepted, HandshakeError, accept};
pub use server::{Server, Tickets};
pub use stream::Stream;

/// Read the certificates of the settings, and say what somebody should know of them at `now`, the
/// time since 1970.
///
/// # Errors
/// When one cannot be used.
pub fn check(
    settings: Option<&config::Tls>,
    now: std::time::Duration,
) -> Result<Vec<String>, CertificateError> {
    let Some(settings) = settings else { return Ok(Vec::new()) };
    Ok(Certificates::load(&settings.certificates)?.warnings(now))
}

#[cfg(test)]
mod tests;
