//! The log thread: writes what comes, syncs as the policy says, and tells how far it has come.

use super::core::{WriteError, Writer};
use super::feed::Feed;
use super::queue::{Health, Job, Progress};
use crate::log::frame::Batch;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How soon writes become durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Before they are acknowledged.
    #[default]
    Always,
    /// Within a second.
    EverySecond,
    /// When the system writes them, or a segment ends.
    Off,
}

impl Policy {
    pub(super) fn of(number: usize) -> Policy {
        match number {
            0 => Policy::Always,
            1 => Policy::EverySecond,
            _ => Policy::Off,
        }
    }

    /// The policy of that name: `always`, `everysec`, `no`.
    pub fn parse(name: &str) -> Option<Policy> {
        match name {
            "always" => Some(Policy::Always),
            "everysec" => Some(Policy::EverySecond),
            "no" | "off" => Some(Policy::Off),
            _ => None,
        }
    }

    /// Its name, as Redis has it.
    pub fn name(self) -> &'static str {
        match self {
            Policy::Always => "always",
            Policy::EverySecond => "everysec",
            Policy::Off => "no",
        }
    }
}

/// Called by the log thread whenever more is durable or the health changed.
pub type Wake = Box<dyn Fn() + Send>;

const SECOND: Duration = Duration::from_secs(1);

/// Between two attempts to write what could not be written.
const RETRY: Duration = Duration::from_millis(200);

/// The running log thread. Dropping it without [`LogThread::stop`] stops it too.
#[derive(Debug)]
pub struct LogThread {
    progress: Arc<Progress>,
    thread: Option<JoinHandle<()>>,
}

impl LogThread {
    /// Start it.
    pub fn start(writer: Writer, policy: Policy, wake: Wake) -> std::io::Result<(LogThread, Feed)> {
        let lsn = writer.durable();
        let progress = Arc::new(Progress::new(lsn, policy));
        let feed = Feed::new(Arc::clone(&progress), lsn);
        let shared = Arc::clone(&progress);
        let mut run = Run { writer, progress: shared, wake, last_sync: base::clock::now() };
        let thread = std::thread::Builder::new().name("store-log".into());
        let thread = Some(thread.spawn(move || run.until_stopped())?);
        Ok((LogThread { progress, thread }, feed))
    }

    /// Write and sync what was handed over, and end. False if some of it could not be written.
    pub fn stop(mut self) -> bool {
        self.end();
        self.progress.is_good() && self.progress.queued() == 0
    }

    fn end(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.progress.push(Job::Stop);
            let _ = thread.join();
        }
    }
}

impl Drop for LogThread {
    fn drop(&mut self) {
        self.end();
    }
}

struct Run {
    writer: Writer,
    progress: Arc<Progress>,
    wake: Wake,
    last_sync: Instant,
}

impl Run {
    fn until_stopped(&mut self) {
        loop {
            let is_clean = self.writer.durable() == self.writer.written();
            let waits = self.progress.policy() == Policy::EverySecond && !is_clean;
            let patience = waits.then(|| SECOND.saturating_sub(self.last_sync.elapsed()));
            match self.progress.next(patience) {
                None => self.sync(),
                Some(Job::Write(batch)) => self.write(batch),
                Some(Job::Sync) => self.sync(),
                Some(Job::Roll(reply)) => drop(reply.send(self.roll())),
                Some(Job::Lose(why)) => {
                    self.writer.lose();
                    self.lost(&why);
                }
                Some(Job::StartOver(lsn, reply)) => {
                    let started = self.writer.start_over(lsn).map_err(|error| error.to_string());
                    drop(reply.send(started));
                }
                Some(Job::Resume) => self.publish(),
                Some(Job::Stop) => break,
            }
        }
        self.sync();
        if self.progress.is_good() && self.writer.close().is_err() {
            // All records are durable; only the mark is missing.
            self.progress.failures.fetch_add(1, Ordering::Relaxed);
        }
        self.progress.close();
    }

    /// Write until it is written or lost. Meanwhile what comes waits behind it, and new writes are refused.
    fn write(&mut self, mut batch: Batch) {
        loop {
            let before = (self.writer.segment(), self.writer.bytes());
            match self.writer.write(&mut batch) {
                Ok(()) => break self.wrote(before),
                Err(WriteError::Lost(error)) => break self.lost(&error.to_string()),
                Err(WriteError::Refused(error)) => {
                    self.progress.failures.fetch_add(1, Ordering::Relaxed);
                    self.turn(Health::Blocked(error.to_string().into()));
                }
            }
            if self.progress.is_stopping() {
                // Never acknowledged, and still counted as queued: the end is not a clean one. What comes behind
                // it must not be written without it.
                return self.writer.lose();
            }
            self.progress.pause(RETRY);
        }
        self.progress.done(batch);
    }

    fn wrote(&mut self, (segment, bytes): (u64, u64)) {
        let since = if segment == self.writer.segment() { bytes } else { 0 };
        self.progress.log_bytes.fetch_add(self.writer.bytes() - since, Ordering::Relaxed);
        let due = match self.progress.policy() {
            Policy::Always => true,
            Policy::EverySecond => self.last_sync.elapsed() >= SECOND,
            Policy::Off => false,
        };
        if due {
            self.sync();
        }
        if matches!(self.progress.health(), Health::Blocked(_)) {
            self.turn(Health::Good);
        }
    }

    fn sync(&mut self) {
        let start = base::clock::now();
        self.last_sync = start;
        if self.writer.durable() == self.writer.written() {
            return;
        }
        match self.writer.sync() {
            Ok(_) => {
                let us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.progress.syncs.fetch_add(1, Ordering::Relaxed);
                self.progress.sync_us.fetch_add(us, Ordering::Relaxed);
                self.progress.last_sync_us.store(us, Ordering::Relaxed);
                self.progress.set_durable(self.writer.durable());
                (self.wake)();
            }
            Err(error) => self.lost(&error.to_string()),
        }
    }

    fn roll(&mut self) -> Result<u64, String> {
        let rolled = self.writer.roll().map_err(|error| match error {
            WriteError::Refused(error) => error.to_string(),
            WriteError::Lost(error) => {
                let text = error.to_string();
                self.lost(&text);
                text
            }
        })?;
        self.progress.set_durable(self.writer.durable());
        self.progress.log_bytes.store(0, Ordering::Relaxed);
        (self.wake)();
        Ok(rolled)
    }

    fn publish(&mut self) {
        self.progress.log_bytes.store(0, Ordering::Relaxed);
        self.progress.set_durable(self.writer.durable());
        self.turn(Health::Good);
    }

    fn lost(&mut self, why: &str) {
        if !matches!(self.progress.health(), Health::Lost(_)) {
            self.progress.failures.fetch_add(1, Ordering::Relaxed);
            self.turn(Health::Lost(why.into()));
        }
    }

    fn turn(&mut self, health: Health) {
        if self.progress.health() != health {
            self.progress.set_health(health);
            (self.wake)();
        }
    }
}
