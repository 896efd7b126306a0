//! How many requests may wait for an app whose workers are saturated, and who before whom.

use super::worker::Saturation;
use config::Priority;
use std::time::Duration;

/// So many may always wait for each worker.
const PLACES_MIN: f64 = 4.0;

/// How long a request of an app may wait for its saturated workers, beside what its reply takes anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

/// What may wait for an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// So many of normal priority.
    pub places: u32,
    /// Whoever has waited for longer is not served any more.
    pub patience: Duration,
}

impl Queue {
    /// Make room for what may wait for one more worker. False if that is not limited: what comes goes
    /// there.
    pub fn before(&mut self, worker: &Saturation, Wait(wait): Wait) -> bool {
        let all = wait + worker.usual();
        let (Some(fits), Some(has)) = (worker.within(all), worker.has()) else { return false };
        let places = (fits - f64::from(has)).max(PLACES_MIN) as u32;
        self.places = self.places.saturating_add(places);
        self.patience = self.patience.max(all * 2);
        true
    }

    /// Whether one more of this priority may wait behind `waiting` that are as important, or more.
    pub fn takes(&self, priority: Priority, waiting: u32) -> bool {
        match priority {
            Priority::High => waiting < self.places.saturating_mul(2),
            Priority::Normal => waiting < self.places,
            Priority::Low => waiting < self.places / 4,
        }
    }
}
