//! What all threads know of one worker. Written by requests, without a lock; two that write at once
//! may lose a sample, which an average does not miss.

use super::eject::Counts;
use super::latency;
use super::view::View;
use crate::shed::{Ages, Came, Reading, Saturation};
use model::{Load, WorkerId};
use std::num::NonZeroU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};

/// A rate of 1 among the recent replies.
pub(super) const ALWAYS: u32 = 1 << 16;
/// What is known of one worker.
#[derive(Debug)]
pub struct Record {
    pub(super) worker: WorkerId,
    pub(super) load: Arc<Load>,
    token: NonZeroU64,
    /// A [`View`]; written under the board's lock.
    pub(super) view: AtomicU64,
    /// See [`latency`].
    pub(super) latency: AtomicU32,
    /// How many of the recent replies failed, in parts of [`ALWAYS`].
    pub(super) errors: AtomicU32,
    /// Failures since the last good reply.
    pub(super) streak: AtomicU32,
    /// Requests whose replies have not begun.
    awaited: AtomicU32,
    /// Since when it has said nothing to any of them.
    silent_since_ms: AtomicU64,
    pub(super) open: AtomicBool,
    /// When it was first open, plus one; 0 before.
    pub(super) opened_ms: AtomicU64,
    ages: Ages,
    /// Replies that began since the last tick.
    replies: AtomicU32,
    /// Those of them of which it is known how long they took, and the logarithms of that, in all.
    timed: AtomicU32,
    timed_log: AtomicU64,
    /// Requests that it may have while it is saturated; [`UNLIMITED`]: as many as come.
    limit: AtomicU32,
    pub(super) saturation: Mutex<Saturation>,
}

/// No limit.
const UNLIMITED: u32 = u32::MAX;

impl Record {
    /// What is known of a worker at first: nothing.
    pub(super) fn new(worker: WorkerId, load: Arc<Load>, token: NonZeroU64) -> Self {
        Record {
            worker,
            load,
            token,
            view: AtomicU64::new(View::default().pack()),
            latency: AtomicU32::new(0),
            errors: AtomicU32::new(0),
            streak: AtomicU32::new(0),
            awaited: AtomicU32::new(0),
            silent_since_ms: AtomicU64::new(0),
            open: AtomicBool::new(false),
            opened_ms: AtomicU64::new(0),
            ages: Ages::default(),
            replies: AtomicU32::new(0),
            timed: AtomicU32::new(0),
            timed_log: AtomicU64::new(0),
            limit: AtomicU32::new(UNLIMITED),
            saturation: Mutex::default(),
        }
    }

    /// What is thought of the worker now.
    pub fn view(&self) -> View {
        View::unpack(self.view.load(Relaxed))
    }

    /// What stands for the worker in a cookie.
    pub fn token(&self) -> NonZeroU64 {
        self.token
    }

    /// It was given a request.
    pub fn asked(&self, now_ms: u64) -> Came {
        if self.awaited.fetch_add(1, Relaxed) == 0 {
            self.silent_since_ms.store(now_ms, Relaxed);
        }
        self.ages.begin(now_ms)
    }

    /// It has begun to answer one that `came` then, or that one is given up.
    pub fn heard(&self, came: Came, now_ms: u64) {
        self.ages.end(came);
        self.awaited.fetch_sub(1, Relaxed);
        self.silent_since_ms.store(now_ms, Relaxed);
    }

    /// True if it owes answers and has begun none for `silence_ms`. That an event loop is stuck
    /// shows so long before its heartbeat is late; but it may also be a long poll.
    pub fn is_silent(&self, silence_ms: u64, now_ms: u64) -> bool {
        let since = self.silent_since_ms.load(Relaxed);
        self.awaited.load(Relaxed) > 0 && now_ms.saturating_sub(since) > silence_ms
    }

    /// It has begun a reply, `waited_us` after it had the request, if that is known.
    pub fn replied(&self, waited_us: Option<u64>) {
        self.replies.fetch_add(1, Relaxed);
        if let Some(us) = waited_us.filter(|us| *us < Ages::PARKED_MS * 1_000) {
            self.timed.fetch_add(1, Relaxed);
            self.timed_log.fetch_add(latency::logarithm(us).into(), Relaxed);
        }
    }

    /// Requests that it may have while it is saturated, and those that do not count for that: they wait
    /// for something else than its event loop.
    pub fn room(&self) -> (u32, u32) {
        (self.limit.load(Relaxed), self.ages.parked())
    }

    /// See whether it is saturated, if that is `wanted`. Called by one at a time.
    pub(super) fn saturate(&self, wanted: bool, now_ms: u64) {
        self.ages.tick(now_ms);
        let awaited = self.awaited.load(Relaxed).saturating_sub(self.ages.parked());
        let opened_ms = self.opened_ms.load(Relaxed);
        let logs = self.timed_log.swap(0, Relaxed);
        let reading = Reading {
            now_ms,
            open_ms: if opened_ms == 0 { 0 } else { now_ms.saturating_sub(opened_ms - 1) },
            answered: self.replies.swap(0, Relaxed),
            waited: self.timed.swap(0, Relaxed),
            waited_log: latency::exact(logs),
            awaited,
            busy: self.load.busy().filter(|_| wanted),
        };
        let mut saturation = self.saturation.lock().unwrap_or_else(PoisonError::into_inner);
        saturation.read(&reading);
        self.limit.store(saturation.limit().unwrap_or(UNLIMITED), Relaxed);
    }

    /// What others count of the worker.
    #[cfg(test)]
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// A request was answered well, its head after `waited_us`, if that tells anything of the
    /// worker.
    pub(super) fn answered(&self, waited_us: Option<u64>, median: u32) {
        if let Some(us) = waited_us {
            let average = self.latency.load(Relaxed);
            let sample = latency::logarithm(us);
            self.latency.store(latency::after(average, sample, median), Relaxed);
        }
        let errors = self.errors.load(Relaxed);
        if errors > 0 {
            self.errors.store(errors - (errors / 16).max(1), Relaxed);
        }
        if self.streak.load(Relaxed) > 0 {
            self.streak.store(0, Relaxed);
        }
    }

    /// A request failed; returns how many have in a row.
    pub(super) fn failed(&self) -> u32 {
        let errors = self.errors.load(Relaxed);
        self.errors.store(errors + (ALWAYS - errors.min(ALWAYS)) / 16, Relaxed);
        self.streak.fetch_add(1, Relaxed).saturating_add(1)
    }

    /// What it has answered since its start.
    pub(super) fn counts(&self) -> Counts {
        Counts {
            requests: self.load.requests.load(Relaxed),
            failures: self.load.failures.load(Relaxed),
        }
    }
}
