//! `CLIENT PAUSE`: commands wait until it is over.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::Relaxed};

/// Until when commands wait, and which.
#[derive(Debug, Default)]
pub struct Pause {
    /// How many clients wait for its end.
    pub waiting: AtomicUsize,
    until_ms: AtomicI64,
    writes_only: AtomicBool,
}

impl Pause {
    /// Let commands wait until `until_ms` (milliseconds since 1970), or only those that change data. A pause that
    /// is under way is not made shorter, nor less.
    pub fn begin(&self, until_ms: i64, writes_only: bool, now_ms: i64) {
        let (until, was_on) = (self.until_ms.load(Relaxed), self.is_on(now_ms));
        let holds_all = was_on && !self.writes_only.load(Relaxed);
        self.writes_only.store(writes_only && !holds_all, Relaxed);
        self.until_ms.store(if was_on { until.max(until_ms) } else { until_ms }, Relaxed);
    }

    /// It is over.
    pub fn end(&self) {
        self.until_ms.store(0, Relaxed);
    }

    /// Whether any command waits.
    pub fn is_on(&self, now_ms: i64) -> bool {
        self.until_ms.load(Relaxed) > now_ms
    }

    /// When it ends, in milliseconds since 1970.
    pub fn until_ms(&self) -> i64 {
        self.until_ms.load(Relaxed)
    }

    /// Whether a command waits that changes data, if it `writes`.
    pub fn holds(&self, writes: bool, now_ms: i64) -> bool {
        self.is_on(now_ms) && (writes || !self.writes_only.load(Relaxed))
    }
}
