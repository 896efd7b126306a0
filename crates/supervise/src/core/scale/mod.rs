//! How many workers the load asks for: up quickly, down slowly, never outside min and max.
//!
//! *Pressure* is the larger of requests in flight and busy time, each as a share of its limit, on
//! average over the workers and smoothed over time. Above 1 for `up_after`: scale up in proportion,
//! at most doubling. So low for `down_after` that one worker fewer would still stay under
//! [`CALM`]: scale down by one. Between the two lies the band in which nothing happens. Numbers whose
//! worker is down carry no load: they keep from scaling down, not from scaling up.

use config::{Scale, Workers};
use std::time::{Duration, Instant};

/// One worker fewer must leave the pressure below this.
const CALM: f64 = 0.7;
/// Readings are smoothed over this share of `up_after`.
const SMOOTHING: f64 = 0.25;

/// One ready worker now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// Requests in flight.
    pub in_flight: f64,
    /// Event-loop utilisation or share of one core, whichever is larger, 0.0 to 1.0.
    pub busy: f64,
}

/// What the decision remembers between two readings.
#[derive(Debug, Clone, Default)]
pub struct Scaler {
    smooth: Option<Smooth>,
    high_since: Option<Instant>,
    low_since: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Smooth {
    in_flight: f64,
    busy: f64,
    at: Instant,
}

impl Scaler {
    /// The new number of workers and why, if `current` is wrong. `readings` are of those that are
    /// ready.
    pub fn decide(
        &mut self,
        now: Instant,
        readings: &[Reading],
        current: u32,
        workers: Workers,
        policy: &Scale,
    ) -> Option<(u32, String)> {
        let ready = readings.len() as u32;
        let smooth = self.smooth(now, readings, policy.up_after);
        let (by_requests, by_time) =
            (smooth.in_flight / policy.in_flight, smooth.busy / policy.utilisation);
        let pressure = by_requests.max(by_time);
        let after_less =
            pressure * f64::from(current) / f64::from(current.saturating_sub(1).max(1));
        let high = pressure > 1.0 && current < workers.max;
        let low = ready == current && after_less < CALM && current > workers.min;
        self.high_since = if high { self.high_since.or(Some(now)) } else { None };
        self.low_since = if low { self.low_since.or(Some(now)) } else { None };
        let lasted =
            |since: Option<Instant>, limit| since.is_some_and(|since| now - since >= limit);
        let to = if lasted(self.high_since, policy.up_after) {
            let more = ((f64::from(ready) * pressure).ceil() as u32).saturating_sub(ready);
            (current + more).clamp(current + 1, current.saturating_mul(2)).min(workers.max)
        } else if lasted(self.low_since, policy.down_after) {
            current - 1
        } else {
            return None;
        };
        *self = Scaler::default();
        let (in_flight, busy) = (smooth.in_flight, smooth.busy * 100.0);
        Some((to, format!("{in_flight:.1} requests in flight and {busy:.0} % busy per worker")))
    }

    /// Begin anew: workers are on their way, so what is measured now will not last.
    pub fn hold(&mut self) {
        *self = Scaler::default();
    }

    fn smooth(&mut self, now: Instant, readings: &[Reading], up_after: Duration) -> Smooth {
        let mean = |of: fn(&Reading) -> f64| {
            readings.iter().map(of).sum::<f64>() / readings.len().max(1) as f64
        };
        let fresh = Smooth { in_flight: mean(|r| r.in_flight), busy: mean(|r| r.busy), at: now };
        let smooth = self.smooth.map_or(fresh, |old| {
            let span = up_after.as_secs_f64() * SMOOTHING;
            let weight = 1.0 - (-(now - old.at).as_secs_f64() / span.max(0.001)).exp();
            let blend = |old: f64, new: f64| old + (new - old) * weight;
            Smooth {
                in_flight: blend(old.in_flight, fresh.in_flight),
                busy: blend(old.busy, fresh.busy),
                at: now,
            }
        });
        self.smooth = Some(smooth);
        smooth
    }
}

#[cfg(test)]
mod tests;
