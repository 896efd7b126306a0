//! How many requests may be sent a second time, so that retries cannot multiply an overload.
//!
//! A bucket: each request puts in a fifth of a retry, each second puts in three, and a retry takes
//! one out. It holds what ten seconds put in, so that the death of a busy worker is covered. Each
//! thread has its own and puts in its part of the three.

/// Retries earned by one request.
const SHARE: f64 = 0.2;
/// Retries earned by one second, on all threads together.
const PER_SECOND: f64 = 3.0;
/// How many seconds of earnings are kept.
const KEPT_SECONDS: f64 = 10.0;

/// The retries that one app may still spend.
#[derive(Debug, Clone)]
pub struct Budget {
    tokens: f64,
    /// Retries earned by one second on this thread.
    per_second: f64,
    /// Requests a second, a moving average over the kept seconds.
    rate: f64,
    at_ms: u64,
}

impl Budget {
    /// A budget that begins full, of one of `threads`.
    pub fn new(now_ms: u64, threads: usize) -> Self {
        let per_second = PER_SECOND / threads.max(1) as f64;
        Budget { tokens: per_second * KEPT_SECONDS, per_second, rate: 0.0, at_ms: now_ms }
    }

    /// Count a request.
    pub fn earn(&mut self, now_ms: u64) {
        self.advance(now_ms);
        self.rate += 1.0 / KEPT_SECONDS;
        self.tokens = (self.tokens + SHARE).min(self.room());
    }

    /// Take one retry out; false if there is none.
    pub fn spend(&mut self, now_ms: u64) -> bool {
        self.advance(now_ms);
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }

    fn advance(&mut self, now_ms: u64) {
        let passed = now_ms.saturating_sub(self.at_ms);
        if passed == 0 {
            return;
        }
        let seconds = passed as f64 / 1_000.0;
        self.at_ms = now_ms;
        self.rate *= (1.0 - seconds / KEPT_SECONDS).max(0.0);
        self.tokens = (self.tokens + seconds * self.per_second).min(self.room());
    }

    fn room(&self) -> f64 {
        (self.per_second + SHARE * self.rate) * KEPT_SECONDS
    }
}
