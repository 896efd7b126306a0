//! Whether a client keeps up a least pace. Pure.
//!
//! Each byte moves the deadline of a stall, so a client that sends or takes one byte in a while would
//! hold a worker's place for ever. Only the time is counted in which nothing but the client is waited
//! for: neither a slow worker nor a silent event stream makes a client slow.

/// Every client has so long, whatever its pace: the network between may stand still for a moment.
const GRACE_MS: u64 = 20_000;

/// A client's pace in one direction of one request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    waited_ms: u64,
    since_ms: Option<u64>,
    bytes: u64,
}

impl Pace {
    /// The client is waited for from `now_ms` on, if it was not already.
    pub fn waits(&mut self, now_ms: u64) {
        self.since_ms.get_or_insert(now_ms);
    }

    /// The client is waited for.
    pub fn is_waiting(&self) -> bool {
        self.since_ms.is_some()
    }

    /// It has moved `bytes`, or something else is waited for.
    pub fn moved(&mut self, bytes: u64, now_ms: u64) {
        self.waited_ms = self.waited(now_ms);
        self.since_ms = None;
        self.bytes += bytes;
    }

    /// How long it may still be waited for if it must move `rate` bytes a second, in milliseconds.
    /// A rate of 0 asks for nothing.
    pub fn left_ms(&self, rate: u32, now_ms: u64) -> u64 {
        match u64::from(rate) {
            0 => u64::MAX,
            rate => {
                let earned = GRACE_MS.saturating_add(self.bytes.saturating_mul(1_000) / rate);
                earned.saturating_sub(self.waited(now_ms))
            }
        }
    }

    fn waited(&self, now_ms: u64) -> u64 {
        let since = self.since_ms.map_or(0, |since| now_ms.saturating_sub(since));
        self.waited_ms + since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_in_a_while_runs_out_of_time() {
        let mut pace = Pace::default();
        let mut now = 0;
        while pace.left_ms(500, now) > 0 {
            pace.waits(now);
            now += 5_000;
            pace.moved(1, now);
        }
        assert_eq!(now, 25_000);
    }

    #[test]
    fn who_keeps_the_pace_goes_on_for_ever() {
        let mut pace = Pace::default();
        for second in 0..10_000 {
            pace.waits(second * 1_000);
            pace.moved(500, second * 1_000 + 999);
            assert!(pace.left_ms(500, second * 1_000 + 999) >= GRACE_MS, "{second}");
        }
    }

    #[test]
    fn only_waiting_counts() {
        let mut pace = Pace::default();
        pace.waits(0);
        pace.moved(10, 1_000);
        // An hour in which the worker was waited for.
        assert_eq!(pace.left_ms(1_000, 3_600_000), GRACE_MS + 10 - 1_000);
        assert_eq!(pace.left_ms(0, 3_600_000), u64::MAX);
    }
}
