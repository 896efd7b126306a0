//! Certificates and keys from PEM files.

use super::expiry::{self, Expiry};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The largest PEM file read, in bytes: a chain has three certificates of 2 kB or so.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Loaded certificates, in the order of the settings.
#[derive(Debug, Clone)]
pub struct Certificates(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    key: Arc<CertifiedKey>,
    /// DNS names, lower-case; `*.example.org` as it stands.
    names: Vec<String>,
    path: PathBuf,
    expiry: Expiry,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("{}: {cause}. Check the path in [edge.tls] and that Ostler may read the file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file holds no certificate.
    #[error(
        "{} holds no certificate: it needs a PEM block that begins with -----BEGIN CERTIFICATE-----{}",
        path.display(),
        hint(*is_der)
    )]
    NoCertificate {
        /// The file.
        path: PathBuf,
        /// It looks like DER.
        is_der: bool,
    },
    /// The file holds no private key.
    #[error(
        "{} holds no private key: it needs a PEM block such as -----BEGIN PRIVATE KEY-----. Name the \
         file that has it: key = \"privkey.pem\" in [edge.tls]",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is protected by a password.
    #[error(
        "the private key in {} is encrypted with a password, and nobody is there to type it. Write it \
         without: openssl pkey -in {0} -out plain.pem", path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// Not in the grammar of X.509, or of a kind that rustls does not know.
    #[error("{}: {cause}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// Certificate and key are not a pair.
    #[error(
        "the key in {} does not belong to the certificate in {}: the first certificate in the file must \
         be the server's own, and the key the one that it was requested with",
        key.display(), cert.display()
    )]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

fn hint(is_der: bool) -> &'static str {
    if is_der {
        " (this looks like DER: openssl x509 -inform der -in FILE -out cert.pem)"
    } else {
        ""
    }
}

impl Certificates {
    /// Read and check every certificate of the settings.
    ///
    /// # Errors
    /// The first that cannot be used. One that has expired can: its clients will say so, and
    /// [`Certificates::warnings`] does.
    pub fn load(files: &[config::Certificate]) -> Result<Self, CertificateError> {
        let provider = super::server::provider();
        files
            .iter()
            .map(|pair| Entry::load(pair, &provider))
            .collect::<Result<_, _>>()
            .map(Certificates)
    }

    /// The certificate for the name that a client asks for: one that names it exactly, else one
    /// with a wildcard for it.
    pub fn find(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        let name = name.to_ascii_lowercase();
        let under = name.split_once('.').map(|(_, parent)| format!("*.{parent}"));
        let with = |wanted: &str| {
            self.0.iter().find(|entry| entry.names.iter().any(|known| known == wanted))
        };
        with(&name).or_else(|| with(&under?)).map(|entry| &entry.key)
    }

    /// The certificate of clients that ask for no name, or for one that no certificate has.
    pub fn first(&self) -> Option<&Arc<CertifiedKey>> {
        self.0.first().map(|entry| &entry.key)
    }

    /// Every DNS name of every certificate.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|entry| &entry.names).map(String::as_str)
    }

    /// What somebody should know: certificates that have expired or soon will, at `now`, the time
    /// since 1970.
    pub fn warnings(&self, now: Duration) -> Vec<String> {
        let one = |entry: &Entry| {
            let text = entry.expiry.warning(now)?;
            Some(format!("the certificate in {} {text}", entry.path.display()))
        };
        self.0.iter().filter_map(one).collect()
    }
}

impl Entry {
    fn load(
        pair: &config::Certificate,
        provider: &CryptoProvider,
    ) -> Result<Self, CertificateError> {
        let chain = chain(&pair.cert)?;
        let malformed = |path: &Path, cause: String| CertificateError::Malformed {
            path: path.to_owned(),
            cause,
        };
        let own = chain.first().map(|own| own.as_ref()).unwrap_or_default();
        let parsed = Certificate::from_der(own)
            .map_err(|error| malformed(&pair.cert, format!("no X.509 certificate: {error}")))?;
        let key = key(&pair.key)?;
        let key = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                CertificateError::Mismatch { cert: pair.cert.clone(), key: pair.key.clone() }
            }
            other => malformed(&pair.key, other.to_string()),
        })?;
        Ok(Entry {
            key: Arc::new(key),
            names: names(&parsed),
            path: pair.cert.clone(),
            expiry: expiry::of(&parsed),
        })
    }
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let unreadable = |cause| CertificateError::Unreadable { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(unreadable)?;
    if size.is_dir() {
        return Err(unreadable(io::Error::other("it is a folder, not a file")));
    }
    if size.len() > FILE_BYTES_MAX {
        return Err(unreadable(io::Error::other("it is larger than 1 MiB, so no PEM file")));
    }
    std::fs::read(path).map_err(unreadable)
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let bytes = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) => {
            let is_der = bytes.starts_with(&[0x30, 0x82]);
            Err(CertificateError::NoCertificate { path: path.to_owned(), is_der })
        }
        Err(error) => {
            Err(CertificateError::Malformed { path: path.to_owned(), cause: error.to_string() })
        }
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let bytes = read(path)?;
    let path = || path.to_owned();
    let is_encrypted = |text: &[u8]| memchr::memmem::find(&bytes, text).is_some();
    if is_encrypted(b"BEGIN ENCRYPTED PRIVATE KEY") || is_encrypted(b"Proc-Type: 4,ENCRYPTED") {
        return Err(CertificateError::Encrypted { path: path() });
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        PemError::NoItemsFound => CertificateError::NoKey { path: path() },
        other => CertificateError::Malformed { path: path(), cause: other.to_string() },
    })
}

/// The DNS names and addresses that a certificate is for (RFC 9525: the subject's common name
/// counts no more).
fn names(certificate: &Certificate) -> Vec<String> {
    let Ok(Some((_, names))) = certificate.tbs_certificate.get::<SubjectAltName>() else {
        return Vec::new();
    };
    let dns = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    };
    names.0.iter().filter_map(dns).collect()
}
