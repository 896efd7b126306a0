//! What all threads know of an app's workers: how fast and how well they answer, and who is out.
//!
//! Shared, not one for each thread: a thread of many sees too few requests of a worker to judge
//! it, and "never more than half are out" can only be held by one. A request costs two or three
//! plain loads and stores of memory that its count in flight has fetched anyway; everything else
//! is done by a tick or after a failure.

use super::eject::{Counts, Ejector};
use super::latency;
use super::record::{ALWAYS, Record};
use super::view::{FULL_SHARE, PENALTY_MAX, Standing, UNIT, View};
use crate::shed::{Queue, Wait};
use model::{Load, WorkerId};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::num::NonZeroU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many times the usual time without a word is suspicious…
const SILENCE: u64 = 8;
/// … but not less than this: what a collection of garbage takes.
const SILENCE_MIN_MS: u64 = 20;
/// How often medians are taken anew.
const TICK_MS: u64 = 100;
/// A worker without samples counts as slow as the others after about so long.
const FORGET_MS: u64 = 3_000;
/// A worker without requests counts as good as the others after some times so long.
const FORGIVE_MS: u64 = 14_000;
/// The rate up to which failures are chance.
const ALLOWED: u32 = ALWAYS / 8;
/// A worker that only fails scores as if it had this many times the requests of the others.
const PENALTY: u64 = 64;
/// The share of requests that a new worker begins with, in parts of [`FULL_SHARE`].
const FIRST_SHARE: u16 = FULL_SHARE / 10;
/// A worker with fewer requests than this is not too busy for one more of its keys.
const KEYED_MIN: u32 = 8;

/// What of `config::Balance` matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Put workers out that fail more than others.
    pub eject: bool,
    /// How long a new worker takes to its full share.
    pub slow_start_ms: u64,
    /// Limit saturated workers so that a request waits no longer than this; None: do not.
    pub shed_ms: Option<u64>,
}

/// One app's workers. Times are in milliseconds on one clock of the caller's choice.
#[derive(Debug)]
pub struct Board {
    state: Mutex<State>,
    /// Makes a worker's token out of its id.
    secret: RandomState,
    /// Of the workers' averages; 0 as long as there is none.
    median: AtomicU32,
    /// The median rate of errors, in parts of [`ALWAYS`].
    errors: AtomicU32,
    /// Requests in flight at a worker, on average, in parts of 256.
    busy: AtomicU32,
    /// A worker that says nothing for longer, though it was asked, is perhaps stuck.
    silence_ms: AtomicU64,
    ejections: AtomicU64,
    out: AtomicU32,
    /// How many may wait while all workers are saturated; [`ALL`]: there is one that is not.
    places: AtomicU32,
    /// For how long each may, then.
    patience_ms: AtomicU64,
}

/// As many places as anybody wants.
const ALL: u32 = u32::MAX;

#[derive(Debug)]
struct State {
    rules: Rules,
    ticked_ms: u64,
    records: Vec<Arc<Record>>,
    ejector: Ejector,
    /// Room to find medians in.
    room: Vec<u32>,
}

impl Board {
    /// A board without workers.
    pub fn new(rules: Rules, secret: RandomState) -> Self {
        let state = State {
            rules,
            ticked_ms: 0,
            records: Vec::new(),
            ejector: Ejector::default(),
            room: Vec::new(),
        };
        Board {
            state: Mutex::new(state),
            secret,
            median: AtomicU32::new(0),
            errors: AtomicU32::new(0),
            busy: AtomicU32::new(0),
            silence_ms: AtomicU64::new(SILENCE_MIN_MS),
            ejections: AtomicU64::new(0),
            out: AtomicU32::new(0),
            places: AtomicU32::new(ALL),
            patience_ms: AtomicU64::new(0),
        }
    }

    /// Go by other rules.
    pub fn obey(&self, rules: Rules, now_ms: u64) {
        let mut state = self.state();
        state.rules = rules;
        if !rules.eject {
            state.ejector.pardon(now_ms);
        }
        self.publish(&mut state, now_ms);
    }

    /// The record of a worker; forgotten when nobody but the board holds it any more.
    pub fn record(&self, worker: WorkerId, load: &Arc<Load>) -> Arc<Record> {
        let mut state = self.state();
        if let Some(known) = state.records.iter().find(|record| record.worker == worker) {
            return known.clone();
        }
        let token = NonZeroU64::new(self.secret.hash_one(worker.0)).unwrap_or(NonZeroU64::MIN);
        let record = Arc::new(Record::new(worker, load.clone(), token));
        state.records.push(record.clone());
        record
    }

    /// The worker takes new requests, or does no longer.
    pub fn set_open(&self, record: &Record, open: bool, now_ms: u64) {
        let mut state = self.state();
        record.open.store(open, Relaxed);
        if open && record.opened_ms.load(Relaxed) == 0 {
            record.opened_ms.store(now_ms + 1, Relaxed);
        }
        state.ejector.set(record.worker, open, now_ms);
        self.publish(&mut state, now_ms);
    }

    /// A request was answered well, its head after `waited_us`, if that tells anything of the
    /// worker. `trial`: it was the one that tried it.
    pub fn answered(&self, record: &Record, waited_us: Option<u64>, trial: bool, now_ms: u64) {
        record.answered(waited_us, self.median.load(Relaxed));
        if trial {
            let mut state = self.state();
            state.ejector.acquitted(record.worker, now_ms);
            // What it did before it was put out counts no more.
            record.errors.store(0, Relaxed);
            self.publish(&mut state, now_ms);
        }
    }

    /// A request failed. `chance`: a random number.
    pub fn failed(&self, record: &Record, trial: bool, now_ms: u64, chance: u64) {
        let streak = record.failed();
        let mut state = self.state();
        let State { rules, records, ejector, .. } = &mut *state;
        let counts = |worker| counts(records, worker);
        if rules.eject && ejector.failed(record.worker, streak, trial, (now_ms, chance), counts) {
            self.ejections.fetch_add(1, Relaxed);
            record.streak.store(0, Relaxed);
        }
        self.publish(&mut state, now_ms);
    }

    /// Be the one request that tries a worker that was out; false if another was faster.
    pub fn claim(&self, record: &Record, now_ms: u64) -> bool {
        let mut state = self.state();
        let claimed = state.ejector.claim(record.worker, now_ms);
        self.publish(&mut state, now_ms);
        claimed
    }

    /// The request that tried a worker ended without telling anything of it.
    pub fn release(&self, record: &Record, now_ms: u64) {
        let mut state = self.state();
        state.ejector.release(record.worker);
        self.publish(&mut state, now_ms);
    }

    /// Let time pass; does nothing more often than needed, whoever calls.
    pub fn tick(&self, now_ms: u64) {
        let Ok(mut state) = self.state.try_lock() else { return };
        let passed = now_ms.saturating_sub(state.ticked_ms);
        if passed < TICK_MS {
            return;
        }
        state.ticked_ms = now_ms;
        state.forget(now_ms);
        let median = state.median(|record| record.latency.load(Relaxed), |value| value > 0);
        let errors = state.median(|record| record.errors.load(Relaxed), |_| true);
        self.median.store(median, Relaxed);
        self.errors.store(errors, Relaxed);
        self.busy.store(state.busy(), Relaxed);
        let silence_ms = latency::time_us(median) * SILENCE / 1_000;
        self.silence_ms.store(silence_ms.max(SILENCE_MIN_MS), Relaxed);
        for record in &state.records {
            let average = record.latency.load(Relaxed);
            if average > 0 && median > 0 {
                let average = latency::forgotten(average, median, passed, FORGET_MS);
                record.latency.store(average, Relaxed);
            }
            let errors = u64::from(record.errors.load(Relaxed));
            let faded = errors * passed.min(FORGIVE_MS) / FORGIVE_MS;
            record.errors.store((errors - faded) as u32, Relaxed);
        }
        self.shed(&state, now_ms);
        let State { records, ejector, .. } = &mut *state;
        ejector.tick(now_ms, |worker| counts(records, worker));
        self.publish(&mut state, now_ms);
    }

    /// Requests in flight from which a worker passes its keys on to the next: twice the average.
    pub fn keyed_max(&self) -> u32 {
        (self.busy.load(Relaxed) / 128).max(KEYED_MIN)
    }

    /// How long a worker may be silent before it is taken to be stuck.
    pub fn silence_ms(&self) -> u64 {
        self.silence_ms.load(Relaxed)
    }

    /// What may wait; None: as many as come.
    pub fn queue(&self) -> Option<Queue> {
        let places = self.places.load(Relaxed);
        let patience = Duration::from_millis(self.patience_ms.load(Relaxed));
        (places != ALL).then_some(Queue { places, patience })
    }

    /// Requests that the workers may have in all while they are saturated; None: one of them is not.
    pub fn limit(&self) -> Option<u32> {
        self.queue()?;
        let state = self.state();
        let open = state.records.iter().filter(|record| record.open.load(Relaxed));
        Some(open.map(|record| record.room().0).fold(0, u32::saturating_add))
    }

    /// How often a worker was put out, since ever.
    pub fn ejections(&self) -> u64 {
        self.ejections.load(Relaxed)
    }

    /// How many workers are out now.
    pub fn out(&self) -> u32 {
        self.out.load(Relaxed)
    }

    /// Limit the workers that are saturated, and what waits for them.
    fn shed(&self, state: &State, now_ms: u64) {
        let wait = state.rules.shed_ms.map(|ms| Wait(Duration::from_millis(ms)));
        let (mut queue, mut all) = (Queue::default(), wait.is_some());
        for record in &state.records {
            record.saturate(wait.is_some(), now_ms);
            if let Some(wait) = wait.filter(|_| record.open.load(Relaxed)) {
                let saturation = record.saturation.lock().unwrap_or_else(PoisonError::into_inner);
                all &= queue.before(&saturation, wait);
            }
        }
        all &= queue.places > 0;
        self.patience_ms.store(queue.patience.as_millis() as u64, Relaxed);
        self.places.store(if all { queue.places } else { ALL }, Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Write what is thought of the workers where requests read it.
    fn publish(&self, state: &mut State, now_ms: u64) {
        let (median, errors) = (self.median.load(Relaxed), self.errors.load(Relaxed));
        let busy = u64::from(self.busy.load(Relaxed));
        for record in &state.records {
            let opened = record.opened_ms.load(Relaxed);
            let view = View {
                standing: state.ejector.standing(record.worker),
                factor: latency::factor(record.latency.load(Relaxed), median),
                share: share(now_ms.saturating_sub(opened.saturating_sub(1)), state.rules),
                penalty: penalty(record.errors.load(Relaxed), errors, busy),
            };
            record.view.store(view.pack(), Relaxed);
        }
        self.out.store(state.ejector.out() as u32, Relaxed);
    }
}

impl State {
    /// Workers that nobody else holds have ended.
    fn forget(&mut self, now_ms: u64) {
        let State { records, ejector, .. } = self;
        records.retain(|record| {
            let held = Arc::strong_count(record) > 1;
            if !held {
                ejector.remove(record.worker, now_ms);
            }
            held
        });
    }

    /// The lower median of the open workers that are in and whose value `counts`; 0 if none.
    fn median(&mut self, of: impl Fn(&Record) -> u32, counts: impl Fn(u32) -> bool) -> u32 {
        self.room.clear();
        for record in self.records.iter().filter(|record| record.open.load(Relaxed)) {
            let value = of(record);
            if counts(value) && record.view().standing == Standing::In {
                self.room.push(value);
            }
        }
        self.room.sort_unstable();
        let middle = self.room.len().saturating_sub(1) / 2;
        self.room.get(middle).copied().unwrap_or(0)
    }

    /// Requests in flight at an open worker that is in, on average, in parts of 256.
    fn busy(&self) -> u32 {
        let good = |record: &&Arc<Record>| {
            record.open.load(Relaxed) && record.view().standing == Standing::In
        };
        let (mut count, mut sum) = (0u64, 0u64);
        for record in self.records.iter().filter(good) {
            count += 1;
            sum += u64::from(record.load.in_flight.load(Relaxed));
        }
        u32::try_from((sum * 256).checked_div(count).unwrap_or(0)).unwrap_or(u32::MAX)
    }
}

fn counts(records: &[Arc<Record>], worker: WorkerId) -> Counts {
    let record = records.iter().find(|record| record.worker == worker);
    record.map(|record| record.counts()).unwrap_or_default()
}

/// The share of requests of a worker that has been open for `age_ms`.
fn share(age_ms: u64, rules: Rules) -> u16 {
    if age_ms >= rules.slow_start_ms {
        return FULL_SHARE;
    }
    let grown = u64::from(FULL_SHARE) * age_ms / rules.slow_start_ms;
    (grown as u16).max(FIRST_SHARE)
}

/// What a worker's errors add to its score: only what is above chance and above twice the others'
/// rate, and then as many requests as the others have, times [`PENALTY`], times the rate.
fn penalty(errors: u32, others: u32, busy: u64) -> u32 {
    let excess = errors.saturating_sub(others.saturating_mul(2)).saturating_sub(ALLOWED);
    let penalty = u64::from(excess) * PENALTY * UNIT * (256 + busy) / 256 / u64::from(ALWAYS);
    penalty.min(u64::from(PENALTY_MAX)) as u32
}
