//! How requests ended, counted.

use super::Method;
use base::histogram::{Counts, Histogram};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A whole 2xx reply.
    Answered,
    /// A whole reply with another status.
    Refused(u16),
    /// No connection.
    Unconnected,
    /// A new connection broke before the first byte of the reply.
    Unanswered,
    /// A connection that had served before broke before the first byte of the reply: the server
    /// closed it while the request was on its way.
    Stale,
    /// The reply broke off.
    Truncated,
    /// No whole reply in time.
    Late,
    /// Something that is no HTTP reply.
    Malformed,
}

/// Names of the failures, in the order of the counters.
pub const FAILURES: [&str; 7] =
    ["status", "connect", "unanswered", "stale", "truncated", "timeout", "malformed"];

impl Outcome {
    fn failure(self) -> Option<usize> {
        match self {
            Outcome::Answered => None,
            Outcome::Refused(_) => Some(0),
            Outcome::Unconnected => Some(1),
            Outcome::Unanswered => Some(2),
            Outcome::Stale => Some(3),
            Outcome::Truncated => Some(4),
            Outcome::Late => Some(5),
            Outcome::Malformed => Some(6),
        }
    }
}

/// Counters that the generator writes and others read.
#[derive(Debug, Default)]
pub struct Tally {
    latency: Histogram,
    counts: [Counters; 2],
    reply_bytes: AtomicU64,
    first_failures: Mutex<Vec<String>>,
}

#[derive(Debug, Default)]
struct Counters {
    answered: AtomicU64,
    failed: [AtomicU64; FAILURES.len()],
}

const FIRST_FAILURES_MAX: usize = 5;

/// The counters at one moment, or between two.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Of answered requests.
    pub latency: Counts,
    pub gets: Ends,
    pub posts: Ends,
    /// Of answers over HTTP/1.1: heads and bodies as they came.
    pub reply_bytes: u64,
}

/// How requests of one method ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ends {
    pub answered: u64,
    pub failed: [u64; FAILURES.len()],
}

impl Ends {
    /// All failures.
    pub fn failures(&self) -> u64 {
        self.failed.iter().sum()
    }

    /// `3 stale, 1 status`, or `none`.
    pub fn described(&self) -> String {
        let named = self.failed.iter().zip(FAILURES).filter(|(count, _)| **count > 0);
        let parts: Vec<String> = named.map(|(count, name)| format!("{count} {name}")).collect();
        if parts.is_empty() { "none".into() } else { parts.join(", ") }
    }

    fn since(&self, earlier: &Ends) -> Ends {
        let mut failed = self.failed;
        failed.iter_mut().zip(earlier.failed).for_each(|(now, then)| *now -= then);
        Ends { answered: self.answered - earlier.answered, failed }
    }
}

impl Tally {
    /// Count one request.
    pub fn count(&self, method: Method, outcome: Outcome, took: Duration) {
        let counters = match (method, &self.counts) {
            (Method::Get, [gets, _]) => gets,
            (Method::Post, [_, posts]) => posts,
        };
        match outcome.failure() {
            None => {
                self.latency.record(took);
                counters.answered.fetch_add(1, Relaxed);
            }
            Some(at) => {
                if let Some(counter) = counters.failed.get(at) {
                    counter.fetch_add(1, Relaxed);
                }
                let mut first = self.first_failures.lock().unwrap_or_else(PoisonError::into_inner);
                if first.len() < FIRST_FAILURES_MAX {
                    first.push(format!("{method:?} {outcome:?} after {took:.1?}"));
                }
            }
        }
    }

    /// Count the bytes of one answer.
    pub fn received(&self, bytes: usize) {
        self.reply_bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// The counters now.
    pub fn snapshot(&self) -> Snapshot {
        let [gets, posts] = &self.counts;
        Snapshot {
            latency: self.latency.counts(),
            gets: gets.ends(),
            posts: posts.ends(),
            reply_bytes: self.reply_bytes.load(Relaxed),
        }
    }

    /// The first few failures, for people.
    pub fn first_failures(&self) -> Vec<String> {
        self.first_failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Counters {
    fn ends(&self) -> Ends {
        let failed = std::array::from_fn(|at| self.failed.get(at).map_or(0, |n| n.load(Relaxed)));
        Ends { answered: self.answered.load(Relaxed), failed }
    }
}

impl Snapshot {
    /// What happened since `earlier`.
    pub fn since(&self, earlier: &Snapshot) -> Snapshot {
        Snapshot {
            latency: self.latency.since(&earlier.latency),
            gets: self.gets.since(&earlier.gets),
            posts: self.posts.since(&earlier.posts),
            reply_bytes: self.reply_bytes - earlier.reply_bytes,
        }
    }

    /// Requests answered.
    pub fn answered(&self) -> u64 {
        self.gets.answered + self.posts.answered
    }

    /// Requests that were not.
    pub fn failures(&self) -> u64 {
        self.gets.failures() + self.posts.failures()
    }
}
