//! Where replies are kept, and how they are purged.
//!
//! `memory` is what all edge threads look into. `queues` says who has to go, `purge` what must not
//! be used any more; both are pure.
//! Invariants: bytes are bounded; a look-up takes no lock that anybody else waits for; what was
//! purged is never found again, nor kept when it comes late.

mod disk;
pub mod file;
mod held;
mod memory;
mod purge;
mod queues;
mod tiers;

#[cfg(test)]
mod sample;

pub use disk::{CacheError, CacheFolder};
pub use held::Held;
pub use purge::{Mark, Purge, What};
pub use tiers::Store;
