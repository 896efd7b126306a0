//! When changes have settled. Pure.

use std::time::{Duration, Instant};

/// Waits for quiet after the last change.
#[derive(Debug)]
pub struct Settle {
    quiet: Duration,
    last: Option<Instant>,
}

impl Settle {
    /// Quiet for so long is settled.
    pub fn new(quiet: Duration) -> Self {
        Settle { quiet, last: None }
    }

    /// Something changed.
    pub fn changed(&mut self, now: Instant) {
        self.last = Some(now);
    }

    /// True once after the changes have settled.
    pub fn is_due(&mut self, now: Instant) -> bool {
        self.last.take_if(|last| now - *last >= self.quiet).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_changes_is_one() {
        let begin = base::clock::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let mut settle = Settle::new(Duration::from_millis(100));
        assert!(!settle.is_due(at(0)));
        settle.changed(at(10));
        settle.changed(at(80));
        assert!(!settle.is_due(at(150)));
        assert!(settle.is_due(at(180)));
        assert!(!settle.is_due(at(500)));
    }
}
