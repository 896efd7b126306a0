//! Figures of one worker over the last second and the last ten.

use crate::worker::pulse::Pulse;
use base::histogram::Counts;
use model::Load;
use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

/// Seconds that latencies are taken over.
const LATENCY_SECONDS: usize = 10;
/// Time between two beats, in nanoseconds.
const BEAT_NS: u64 = 50_000_000;

/// Collected at each reading, closed once a second.
#[derive(Debug, Default)]
pub struct Figures {
    /// The last heartbeat.
    pub pulse: Option<Pulse>,
    /// Largest event-loop delay over the last second in milliseconds; None without an agent.
    pub loop_delay_ms: Option<f64>,
    /// Event-loop utilisation over the last second; None without an agent.
    pub loop_utilisation: Option<f64>,
    pub requests_per_second: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    delay_ms: f64,
    utilisation_sum: f64,
    beats: u32,
    requests: u64,
    latencies: VecDeque<Counts>,
    closed_at: Option<Instant>,
}

impl Figures {
    /// Take in the heartbeat page as it is now.
    pub fn beat(&mut self, pulse: Pulse) {
        if let Some(before) = self.pulse.replace(pulse) {
            if before.seq == pulse.seq {
                return;
            }
            // Beats that were not read may have held a longer delay: they came late in all by this.
            let beats = pulse.seq.saturating_sub(before.seq);
            let passed = pulse.at_ns.saturating_sub(before.at_ns);
            let late = passed.saturating_sub(beats.saturating_mul(BEAT_NS)) as f64 / 1e6;
            if before.pid == pulse.pid {
                self.delay_ms = self.delay_ms.max(late);
            }
        }
        self.delay_ms = self.delay_ms.max(pulse.delay_ms);
        self.utilisation_sum += pulse.utilisation;
        self.beats += 1;
    }

    /// Close the second that ends `now`.
    pub fn close(&mut self, now: Instant, load: &Load) {
        if self.beats > 0 {
            self.loop_delay_ms = Some(self.delay_ms);
            self.loop_utilisation = Some(self.utilisation_sum / f64::from(self.beats));
        } else if self.pulse.is_some() {
            // No beat for a whole second: the loop is stuck.
            self.loop_delay_ms = self.loop_delay_ms.map(|delay| delay.max(1_000.0));
            self.loop_utilisation = Some(1.0);
        }
        (self.delay_ms, self.utilisation_sum, self.beats) = (0.0, 0.0, 0);
        let requests = load.requests.load(Relaxed);
        let passed = self.closed_at.replace(now).map_or(1.0, |at| (now - at).as_secs_f64());
        let answered = requests.saturating_sub(std::mem::replace(&mut self.requests, requests));
        self.requests_per_second = answered as f64 / passed.max(0.001);
        let counts = load.latency.counts();
        if let Some(old) = self.latencies.front() {
            let recent = counts.since(old);
            let ms = |q| recent.quantile(q).map(|time| time.as_secs_f64() * 1_000.0);
            (self.p50_ms, self.p99_ms) = (ms(0.5), ms(0.99));
        }
        self.latencies.push_back(counts);
        if self.latencies.len() > LATENCY_SECONDS {
            self.latencies.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn beat(seq: u64, at_ms: u64, delay_ms: f64) -> Pulse {
        Pulse {
            seq,
            at_ns: at_ms * 1_000_000,
            utilisation: 0.5,
            delay_ms,
            heap_bytes: 1,
            pid: 1,
            gc_ms: 0.0,
            gc_runs: 0,
        }
    }

    #[test]
    fn a_delay_between_two_readings_is_seen() {
        let mut figures = Figures::default();
        let now = base::clock::now();
        figures.beat(beat(1, 50, 1.0));
        figures.beat(beat(3, 450, 1.0)); // beat 2 came 300 ms late, and was not read
        figures.close(now, &Load::default());
        assert_eq!((figures.loop_delay_ms, figures.loop_utilisation), (Some(300.0), Some(0.5)));
        figures.beat(beat(4, 500, 2.0));
        figures.close(now + Duration::from_secs(1), &Load::default());
        assert_eq!(figures.loop_delay_ms, Some(2.0));
        figures.close(now + Duration::from_secs(2), &Load::default());
        assert_eq!(figures.loop_utilisation, Some(1.0), "no beat: stuck");
    }

    #[test]
    fn latencies_are_those_of_the_last_seconds() {
        let (load, mut figures, begin) = (Load::default(), Figures::default(), base::clock::now());
        for second in 0..30 {
            let ms = if second < 10 { 500 } else { 10 };
            load.latency.record(Duration::from_millis(ms));
            load.requests.fetch_add(4, Relaxed);
            figures.close(begin + Duration::from_secs(second), &load);
        }
        assert!(figures.p99_ms.unwrap() < 12.0, "{:?}", figures.p99_ms);
        assert_eq!(figures.requests_per_second, 4.0);
    }
}
