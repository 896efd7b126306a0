//! What stands for a key in tables: 64 bits that nobody outside can foresee.

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
