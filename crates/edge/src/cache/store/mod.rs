//! Where replies are kept, and how they are purged.
//!
//! `memory` is what all edge threads look into, `disk` what survives a restart; `tiers` is both as one,
//! and what others use. `queues` says who has to go, `purge` what must not be used any more, `file`
//! how a reply lies in a file; these are pure.
//! Invariants: bytes are bounded; a look-up waits for no disk, and for nobody who purges; what was
//! purged is never found again, nor kept when it comes late.
//! Not here: which replies are kept and for whom (`policy`), and who fetches them (`flow`).

mod disk;
pub mod file;
mod held;
mod memory;
mod metrics;
mod purge;
mod queues;
mod tiers;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use disk::{CacheError, CacheFolder};
pub use held::Held;
pub use purge::{Mark, Purge, What};
pub use tiers::Store;
