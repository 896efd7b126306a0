//! What the edge counts of one worker and the supervisor reads, and the other way round.

use base::histogram::Histogram;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

/// Shared counters of one worker process. All accesses are `Relaxed`: these are hints and
/// statistics, no memory is published through them.
#[derive(Debug, Default)]
pub struct Load {
    /// Requests now being answered (edge writes). Upgraded connections are not in it.
    pub in_flight: AtomicU32,
    /// Those of them whose reply has begun and goes on: downloads, event streams, clients that read
    /// slowly (edge writes).
    pub delivering: AtomicU32,
    /// Upgraded connections (WebSockets) now open (edge writes).
    pub upgraded: AtomicU32,
    /// Requests ever answered, whatever the status (edge writes).
    pub requests: AtomicU64,
    /// Requests ever that ended in a 5xx of the worker or a broken reply (edge writes).
    pub failures: AtomicU64,
    /// Connections ever that the worker refused or broke before a byte of reply (edge writes).
    pub connect_failures: AtomicU64,
    /// Time from a request's head to the end of its reply (edge writes).
    pub latency: Histogram,
    /// The worker's event loop does not turn now: give it no new work (supervise writes).
    pub stalled: AtomicBool,
    /// It has not turned for so long that the worker is given up: what it has read may be the
    /// cause, and is not given to another worker (supervise writes).
    pub stuck: AtomicBool,
    /// See [`Load::busy`]; plus one.
    busy: AtomicU16,
}

impl Load {
    /// The time that the worker's event loop worked lately, in parts of a thousand; None: it has no
    /// loop that tells.
    pub fn busy(&self) -> Option<u16> {
        self.busy.load(Relaxed).checked_sub(1)
    }

    /// Tell of that (supervise does).
    pub fn set_busy(&self, busy: Option<u16>) {
        self.busy.store(busy.map_or(0, |busy| busy.min(1_000) + 1), Relaxed);
    }
}
