//! Every PEM file of the settings, looked at before anything is started or changed.

use super::{AuthorityError, CertificateError, Certificates, Client};
use std::time::Duration;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// One of `[edge.tls]`.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// One of an upstream.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

/// Read the certificates and authorities of the settings, and say what somebody should know of
/// them at `now`, the time since 1970.
///
/// # Errors
/// When one cannot be used.
pub fn check(
    tls: Option<&config::Tls>,
    upstreams: &[config::Upstream],
    now: Duration,
) -> Result<Vec<String>, CheckError> {
    for upstream in upstreams.iter().filter(|one| one.servers.iter().any(|server| server.tls)) {
        Client::new(upstream.ca.as_deref(), false, None)?;
    }
    let Some(tls) = tls else { return Ok(Vec::new()) };
    Ok(Certificates::load(&tls.certificates)?.warnings(now))
}
