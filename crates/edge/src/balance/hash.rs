//! Rendezvous hashing: each key likes each worker to a different degree, so that a worker that
//! comes or goes moves only its own keys. Without a secret: several edges agree, and so do an edge
//! before and after its restart. That a peer can aim at one worker is met by the bound on its load.

use base::random::mix;
use std::num::NonZeroU64;

/// The hash of a key.
pub fn key(bytes: &[u8]) -> NonZeroU64 {
    let word = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, word));
    NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN)
}

/// How much a key likes worker `number`.
pub fn affinity(hash: u64, number: u32) -> u64 {
    mix(hash ^ mix(u64::from(number) + 1))
}
