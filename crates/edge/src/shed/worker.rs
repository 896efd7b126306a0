//! Whether one worker is saturated, and how many requests it may have then.

use std::time::Duration;

/// Parts of a thousand of the time that a loop works, from which on it has none to spare…
const BUSY: u16 = 950;
/// … and below which it certainly has.
const FREE: u16 = 900;
/// Up to this a reply's time says what it should take.
const EASY: u16 = 800;
/// For so long a worker must be saturated before it is limited.
const SATURATED_MS: u64 = 200;
/// A worker that has been open for less is not limited: its code is not compiled yet.
const YOUNG_MS: u64 = 5_000;
/// A rate is taken over at least so long, and so many replies…
const RATE_MS: u64 = 200;
const RATE_REPLIES: u32 = 8;
/// … or after so long over what there was.
const RATE_MS_MAX: u64 = 2_000;
/// What a reply may take at a worker if nothing is known. Nobody minds so little, and the loop always
/// has something to do.
const TARGET: Duration = Duration::from_millis(100);
/// How many times the usual a reply may take at a worker.
const TOLERANCE: f64 = 1.5;
/// A worker may always have so many.
const LIMIT_MIN: f64 = 4.0;
/// A limited worker whose loop has time to spare may have so many times more each 100 ms.
const GROWTH: f64 = 1.3;
/// Replies that the usual time is the average of.
const USUAL_REPLIES: f64 = 64.0;

/// The most requests with which the loop of a limited worker had time to spare are remembered; half of
/// what is remembered is forgotten in so long.
const FORGET_MS: f64 = 2_000.0;

/// What is read of a worker from time to time, some ten times a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The time, on a clock of the caller's choice.
    pub now_ms: u64,
    /// For how long it has taken requests.
    pub open_ms: u64,
    /// Replies that began since the last reading.
    pub answered: u32,
    /// What those took of which that is known, and which had not waited for long: the logarithms to base
    /// 2 of their microseconds, in all.
    pub waited_log: f64,
    /// How many they are.
    pub waited: u32,
    /// Requests whose replies have not begun, but for those that have waited for long.
    pub awaited: u32,
    /// The time that its event loop worked lately, in parts of a thousand; None: it has no loop that
    /// tells.
    pub busy: Option<u16>,
}

/// What is thought of one worker.
#[derive(Debug, Default)]
pub struct Saturation {
    read_ms: Option<u64>,
    saturated_ms: u64,
    /// What a reply takes while the loop has time to spare, as a logarithm; None: not known.
    usual_log: Option<f64>,
    /// Replies a millisecond while it was saturated.
    rate: Option<f64>,
    /// What the next rate is made of.
    replies: u32,
    replies_ms: u64,
    limit: Option<f64>,
    awaited: u32,
    /// With so many requests the loop had time to spare.
    spare: f64,
}

impl Saturation {
    /// Take in a reading.
    pub fn read(&mut self, reading: &Reading) {
        let passed = self.read_ms.map_or(0, |before| reading.now_ms.saturating_sub(before));
        self.read_ms = Some(reading.now_ms);
        self.awaited = reading.awaited;
        let busy = reading.busy.unwrap_or(0);
        self.spare *= (-(passed as f64) / FORGET_MS).exp2();
        let least = self.limit.map_or(LIMIT_MIN, |limit| limit.min(LIMIT_MIN));
        let has_work = f64::from(reading.awaited) + 0.5 > least;
        if busy >= BUSY && has_work && reading.open_ms >= YOUNG_MS {
            self.saturated(reading, passed);
        } else {
            self.learn(reading, busy);
            self.free(reading, busy, passed);
        }
    }

    /// How many requests it may have; None: as many as come.
    pub fn limit(&self) -> Option<u32> {
        self.limit.map(|limit| limit.ceil() as u32)
    }

    /// Requests that it had lately, or may have if that is more.
    pub fn has(&self) -> Option<u32> {
        self.limit().map(|limit| limit.max(self.awaited))
    }

    /// Requests that it can do in `time`, if it is limited.
    pub fn within(&self, time: Duration) -> Option<f64> {
        self.limit.and(self.rate).map(|rate| rate * time.as_secs_f64() * 1e3)
    }

    /// What a reply takes while the loop has time to spare.
    pub fn usual(&self) -> Duration {
        self.usual_log.map_or(Duration::ZERO, |log| Duration::from_micros(log.exp2() as u64))
    }

    fn saturated(&mut self, reading: &Reading, passed_ms: u64) {
        self.saturated_ms += passed_ms;
        self.replies += reading.answered;
        self.replies_ms += passed_ms;
        let enough = self.replies >= RATE_REPLIES && self.replies_ms >= RATE_MS;
        let late = self.replies >= 2 && self.replies_ms >= RATE_MS_MAX;
        if !enough && !late {
            return;
        }
        let rate = f64::from(self.replies) / self.replies_ms as f64;
        let rate = self.rate.map_or(rate, |before| (before + rate) / 2.0);
        (self.replies, self.replies_ms) = (0, 0);
        self.rate = Some(rate);
        if self.saturated_ms < SATURATED_MS {
            return;
        }
        let target = self.usual().mul_f64(TOLERANCE).max(TARGET);
        let fits = rate * target.as_secs_f64() * 1e3;
        let wanted = (fits + fits.sqrt()).max(self.spare).max(LIMIT_MIN);
        self.limit = Some(self.limit.map_or(wanted, |before| (before + wanted) / 2.0));
    }

    fn free(&mut self, reading: &Reading, busy: u16, passed_ms: u64) {
        self.saturated_ms = 0;
        (self.replies, self.replies_ms) = (0, 0);
        let Some(limit) = self.limit.filter(|_| busy < FREE) else { return };
        self.spare = self.spare.max(f64::from(reading.awaited).min(limit));
        let grown = limit * GROWTH.powf(passed_ms as f64 / 100.0);
        self.limit = (grown < LIMIT_MAX).then_some(grown);
        if self.limit.is_none() {
            self.rate = None;
        }
    }

    fn learn(&mut self, reading: &Reading, busy: u16) {
        if busy >= EASY || reading.busy.is_none() || reading.waited == 0 {
            return;
        }
        let average = reading.waited_log / f64::from(reading.waited);
        let weight = 1.0 - (1.0 - 1.0 / USUAL_REPLIES).powf(f64::from(reading.waited));
        let before = self.usual_log.unwrap_or(average);
        self.usual_log = Some(before + (average - before) * weight);
    }
}

/// A limit that has grown so far is none.
const LIMIT_MAX: f64 = 4_096.0;
