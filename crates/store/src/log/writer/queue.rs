//! Between the data thread and the log thread: what is to be written, and how far writing has come.

use super::thread::Policy;
use crate::log::frame::Batch;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of records that may wait for the log thread. Beyond, the data thread reads no more commands.
pub const QUEUE_BYTES_MAX: usize = 64 << 20;

/// Whether the log takes writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// It does.
    #[default]
    Good,
    /// It cannot write now (the disk is full, for instance). What waits is kept and tried again; new writes
    /// are to be refused with this text.
    Blocked(Arc<str>),
    /// What was written since the last sync may be gone: writes are to be refused with this text until a
    /// snapshot of all that is in memory is durable.
    Lost(Arc<str>),
}

/// Whether the log thread keeps up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressure {
    /// It does.
    Free,
    /// More than [`QUEUE_BYTES_MAX`] wait for it.
    Full,
}

/// Work for the log thread, in order.
#[derive(Debug)]
pub(super) enum Job {
    Write(Batch),
    Roll(Sender<Result<u64, String>>),
    Sync,
    Lose(String),
    StartOver(u64, Sender<Result<u64, String>>),
    Resume,
    Stop,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub jobs: VecDeque<Job>,
    /// An emptied batch, to be filled again.
    pub spare: Option<Batch>,
    is_waited_for: bool,
    /// The log thread has ended: nothing is done any more.
    is_closed: bool,
}

/// How far writing has come; shared by all threads.
#[derive(Debug)]
pub struct Progress {
    queue: Mutex<Queue>,
    filled: Condvar,
    health: Mutex<Health>,
    advanced: Condvar,
    is_bad: AtomicBool,
    is_closed: AtomicBool,
    policy: AtomicUsize,
    /// The last LSN that is durable.
    durable: AtomicU64,
    /// Bytes of records that wait or are being written.
    queued: AtomicUsize,
    /// Bytes in the segments since the last snapshot.
    pub log_bytes: AtomicU64,
    /// Syncs so far, and the time that they and the last of them took.
    pub syncs: AtomicU64,
    /// Microseconds of all syncs.
    pub sync_us: AtomicU64,
    /// Microseconds of the last sync.
    pub last_sync_us: AtomicU64,
    /// Writes and syncs that failed.
    pub failures: AtomicU64,
}

impl Progress {
    /// Of a log in which all up to `lsn` is durable.
    pub(super) fn new(lsn: u64, policy: Policy) -> Self {
        Progress {
            queue: Mutex::default(),
            filled: Condvar::new(),
            health: Mutex::default(),
            advanced: Condvar::new(),
            is_bad: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            policy: AtomicUsize::new(policy as usize),
            durable: AtomicU64::new(lsn),
            queued: AtomicUsize::new(0),
            log_bytes: AtomicU64::new(0),
            syncs: AtomicU64::new(0),
            sync_us: AtomicU64::new(0),
            last_sync_us: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        }
    }

    /// The last LSN that is durable.
    pub fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Whether writes are taken, at the price of one load when they are.
    pub fn is_good(&self) -> bool {
        !self.is_bad.load(Ordering::Acquire)
    }

    /// Whether writes are taken, and if not, why.
    pub fn health(&self) -> Health {
        lock(&self.health).clone()
    }

    /// Whether the log thread keeps up.
    pub fn pressure(&self) -> Pressure {
        match self.queued() > QUEUE_BYTES_MAX {
            false => Pressure::Free,
            true => Pressure::Full,
        }
    }

    /// Bytes of records that wait or are being written.
    pub fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    /// How soon writes become durable.
    pub fn policy(&self) -> Policy {
        Policy::of(self.policy.load(Ordering::Relaxed))
    }

    /// Change how soon writes become durable; holds from the next write on.
    pub fn set_policy(&self, policy: Policy) {
        self.policy.store(policy as usize, Ordering::Relaxed);
        self.push(Job::Sync);
    }

    /// Wait until all up to `lsn` is durable. False if the log fails, or `patience` ends, before.
    pub fn wait_for(&self, lsn: u64, patience: Duration) -> bool {
        let health = lock(&self.health);
        let is_open = || !self.is_closed.load(Ordering::Acquire);
        let waiting =
            |health: &mut Health| *health == Health::Good && self.durable() < lsn && is_open();
        let waited = self.advanced.wait_timeout_while(health, patience, waiting);
        drop(waited);
        self.durable() >= lsn
    }

    /// Ask for all that was handed over to be made durable, whatever the policy.
    pub fn sync_soon(&self) {
        self.push(Job::Sync);
    }

    /// A snapshot holds all up to `lsn`: a new segment goes on after it. Gives where its number is told.
    pub fn start_over(&self, lsn: u64) -> Receiver<Result<u64, String>> {
        let (sender, receiver) = channel();
        self.push(Job::StartOver(lsn, sender));
        receiver
    }

    /// The manifest names the snapshot and the segment with which the log started over.
    pub fn resume(&self) {
        self.push(Job::Resume);
    }

    pub(super) fn set_health(&self, health: Health) {
        let is_bad = health != Health::Good;
        *lock(&self.health) = health;
        self.is_bad.store(is_bad, Ordering::Release);
        self.advanced.notify_all();
    }

    pub(super) fn set_durable(&self, lsn: u64) {
        // Under the lock, or a waiter might miss it between its look and its sleep.
        let held = lock(&self.health);
        self.durable.store(lsn, Ordering::Release);
        drop(held);
        self.advanced.notify_all();
    }

    /// Hand over a batch and get an empty one.
    pub(super) fn write(&self, batch: &mut Batch) {
        self.queued.fetch_add(batch.len(), Ordering::Relaxed);
        let mut queue = lock(&self.queue);
        if let Some(Job::Write(last)) = queue.jobs.back_mut() {
            last.append(batch);
            batch.clear();
        } else {
            let empty = queue.spare.take().unwrap_or_default();
            queue.jobs.push_back(Job::Write(std::mem::replace(batch, empty)));
        }
        self.wake(queue);
    }

    pub(super) fn push(&self, job: Job) {
        let mut queue = lock(&self.queue);
        // Who waits for an answer sees that there will be none.
        if !queue.is_closed {
            queue.jobs.push_back(job);
        }
        self.wake(queue);
    }

    /// Nothing more will be done.
    pub(super) fn close(&self) {
        let mut queue = lock(&self.queue);
        queue.is_closed = true;
        queue.jobs.clear();
        drop(queue);
        let held = lock(&self.health);
        self.is_closed.store(true, Ordering::Release);
        drop(held);
        self.advanced.notify_all();
    }

    /// The next job; None if there is none within `patience`.
    pub(super) fn next(&self, patience: Option<Duration>) -> Option<Job> {
        let mut queue = lock(&self.queue);
        if queue.jobs.is_empty() {
            queue.is_waited_for = true;
            let empty = |queue: &mut Queue| queue.jobs.is_empty();
            queue = match patience {
                None => {
                    self.filled.wait_while(queue, empty).unwrap_or_else(PoisonError::into_inner)
                }
                Some(patience) => {
                    let waited = self.filled.wait_timeout_while(queue, patience, empty);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            queue.is_waited_for = false;
        }
        queue.jobs.pop_front()
    }

    /// A batch was dealt with; its room is used again.
    pub(super) fn done(&self, mut batch: Batch) {
        const KEPT_BYTES: usize = 1 << 20;
        self.queued.fetch_sub(batch.len(), Ordering::Relaxed);
        batch.clear();
        batch.shrink(KEPT_BYTES);
        lock(&self.queue).spare.get_or_insert(batch);
    }

    /// The end was asked for.
    pub(super) fn is_stopping(&self) -> bool {
        lock(&self.queue).jobs.iter().any(|job| matches!(job, Job::Stop))
    }

    /// Wait for as long as `patience`, or until a job comes.
    pub(super) fn pause(&self, patience: Duration) {
        let queue = lock(&self.queue);
        drop(self.filled.wait_timeout(queue, patience));
    }

    fn wake(&self, queue: MutexGuard<'_, Queue>) {
        let is_waited_for = queue.is_waited_for;
        drop(queue);
        // Without a sleeper this would be a system call for nothing, on the data thread.
        if is_waited_for {
            self.filled.notify_one();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
