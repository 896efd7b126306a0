//! What programs outside the comparison used of the machine meanwhile.

use crate::process::machine;
use crate::side::Side;
use std::time::{Duration, Instant};

/// A look at the machine before something is measured.
#[derive(Debug)]
pub struct Noise {
    at: Instant,
    foreign: Duration,
}

impl Noise {
    /// Look now.
    pub fn begin(side: &Side) -> Self {
        Noise { at: base::clock::now(), foreign: foreign(side) }
    }

    /// The share of the machine that others than `side` and the bench used since, 0 to 1.
    pub fn share(&self, side: &Side) -> f64 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        let used = foreign(side).saturating_sub(self.foreign);
        used.as_secs_f64() / self.at.elapsed().as_secs_f64() / cores
    }
}

fn foreign(side: &Side) -> Duration {
    machine().saturating_sub(side.with_bench().cpu())
}
