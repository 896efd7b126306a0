//! The generic cell rate algorithm: a bucket that is refilled evenly, told by one number.
//!
//! The number is the time at which the bucket will be full again if nobody takes anything. Nothing
//! has to be refilled by anybody, and two threads that take at once need one comparison.

use super::step::Step;

/// A rate, and how much of it may be taken at once. Times are in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gcra {
    /// From one request to the next at the steady rate.
    interval_ns: u64,
    /// Requests that a full bucket holds.
    burst: u32,
}

impl Gcra {
    /// `count` requests in `period_ns`, of which `burst` may come at once. The product of the burst
    /// and the interval must fit in 63 bits: the config sees to it.
    pub fn new(count: u32, period_ns: u64, burst: u32) -> Self {
        // Rounded up: never more than was allowed.
        let interval_ns = period_ns.div_ceil(u64::from(count.max(1))).max(1);
        Gcra { interval_ns, burst: burst.max(1) }
    }

    /// One more request now, when the bucket is full again at `full_ns`.
    pub fn step(&self, full_ns: u64, now_ns: u64) -> Step {
        let room_ns = self.interval_ns.saturating_mul(u64::from(self.burst));
        let owed_ns = full_ns.saturating_sub(now_ns);
        let next_owed_ns = owed_ns.saturating_add(self.interval_ns);
        if next_owed_ns > room_ns {
            // A clock that is behind another thread's may see more owed than fits.
            let wait_ns = next_owed_ns - room_ns;
            return Step { next: None, remaining: 0, reset_ns: wait_ns };
        }
        Step {
            next: Some(now_ns.saturating_add(next_owed_ns)),
            remaining: (room_ns - next_owed_ns) / self.interval_ns,
            reset_ns: next_owed_ns,
        }
    }
}
