//! What stands for a key in tables: 64 bits that nobody outside can foresee.

use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU64;

/// A keyed hash. The secret is of this process, so nobody can choose keys that fall together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(NonZeroU64);

impl KeyHash {
    /// Of `key`, of whatever kind.
    pub fn new(secret: &RandomState, key: &[u8]) -> Self {
        KeyHash(NonZeroU64::new(secret.hash_one(key)).unwrap_or(NonZeroU64::MIN))
    }

    /// Never 0.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

/// The beginning of the SHA-256 of `bytes`, by the same code as TLS.
pub fn digest(bytes: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    if let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 {
        let hash = suite.common.hash_provider.hash(bytes);
        digest.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    }
    digest
}
