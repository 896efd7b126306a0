//! The edge's counts of one route.

use crate::cache::flow::CacheMeters;
use crate::flow::{Flow, RouteFlow};
use crate::meters::Counter;
use base::histogram::Histogram;
use std::time::Duration;

/// The counts of one route on one thread.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct RouteMeters {
    /// Requests answered, by the app or by the edge itself, by status class.
    pub(crate) classes: [Counter; 5],
    /// Those that a worker or a server answered.
    passed: Answers,
    /// By the listener that their clients came by; the last stands for all further ones.
    listeners: [Answers; LISTENERS_MAX],
    /// What became of them at the cache, if the route has one.
    pub cache: CacheMeters,
    /// Time from a request's head to the end of its reply.
    pub(crate) duration: Histogram,
}

/// Listeners that a route counts apart.
const LISTENERS_MAX: usize = 8;

/// Requests answered, and how many of them with a 5xx.
#[derive(Debug, Default)]
pub struct Answers {
    all: Counter,
    errors: Counter,
}

impl Answers {
    fn add(&self, status: u16) {
        self.all.add(1);
        if status >= 500 {
            self.errors.add(1);
        }
    }

    fn get(&self) -> Flow {
        Flow { requests: self.all.get(), errors: self.errors.get() }
    }
}

impl RouteMeters {
    /// Count one answered request, whose client came by the listener of this number.
    pub fn answered(&self, status: u16, took: Duration, listener: u8) {
        self.duration.record(took);
        if let Some(class) = self.classes.get(usize::from(status / 100).wrapping_sub(1)) {
            class.add(1);
        }
        if let Some(answers) = self.listeners.get(usize::from(listener).min(LISTENERS_MAX - 1)) {
            answers.add(status);
        }
    }

    /// Count one that a worker or a server answered.
    pub fn passed(&self, status: u16) {
        self.passed.add(status);
    }

    /// What came through it so far.
    pub(crate) fn flow(&self) -> RouteFlow {
        let class = |at: usize| self.classes.get(at).map_or(0, Counter::get);
        RouteFlow {
            requests: (0..5).map(class).sum(),
            client_errors: class(3),
            server_errors: class(4),
            passed: self.passed.get(),
            cached: self.cache.answered(),
            listeners: self.listeners.iter().map(Answers::get).collect(),
        }
    }
}
