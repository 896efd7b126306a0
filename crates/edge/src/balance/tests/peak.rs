//! The average that others balance by, to compare with: it follows a higher value at once and
//! falls slowly.

/// A peak-sensitive average of times.
#[derive(Debug, Clone, Copy)]
pub struct Peak {
    us: f64,
    at_us: u64,
}

/// How fast it falls.
const FALL_US: f64 = 10_000_000.0;

impl Default for Peak {
    fn default() -> Self {
        Peak { us: 1_000.0, at_us: 0 }
    }
}

impl Peak {
    /// Take a sample.
    pub fn add(&mut self, us: u64, now_us: u64) {
        let (us, kept) = (us as f64, self.kept(now_us));
        self.us = if us > self.us { us } else { self.us * kept + us * (1.0 - kept) };
        self.at_us = now_us;
    }

    /// The value at a time.
    pub fn at(&self, now_us: u64) -> f64 {
        self.us * self.kept(now_us)
    }

    fn kept(&self, now_us: u64) -> f64 {
        (-(now_us.saturating_sub(self.at_us) as f64) / FALL_US).exp()
    }
}
