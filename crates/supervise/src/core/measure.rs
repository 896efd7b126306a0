//! What readings of a worker lead to: ready, stalled, too large, ill.

use super::event::Sample;
use super::fleet::Fleet;
use super::turn::Turn;
use super::worker::{Phase, Worker};
use config::Memory;
use model::{EventKind, WorkerId};
use std::time::{Duration, Instant};

/// Failed health checks in a row after which a ready worker is replaced.
const REFUSALS_MAX: u32 = 3;
/// Ostler itself did not run for so long: a silent worker may have been held up as well.
const BLIND_AFTER: Duration = Duration::from_secs(1);
/// Without a beat for so long while it holds requests, a worker gets no new ones.
const HINT_AFTER: Duration = Duration::from_millis(200);
/// A stall of so many times the limit ends the worker.
const KILL_FACTOR: u32 = 3;
/// Between two probes of a worker that is not ready.
pub(super) const PROBE_GAP: Duration = Duration::from_millis(100);

/// What a limit of memory says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Fine,
    /// Replace it, the new one ready first.
    Large,
    /// Kill it now.
    TooLarge,
}

/// What `rss_bytes` means under `limits`.
pub fn size(rss_bytes: u64, limits: Memory) -> Size {
    match (limits.max, limits.hard_max) {
        (_, Some(hard)) if rss_bytes > hard => Size::TooLarge,
        (Some(max), _) if rss_bytes > max => Size::Large,
        _ => Size::Fine,
    }
}

/// Whether the edge should pass over the worker for now: stuck, or on the way there.
pub fn is_held_up(worker: &Worker) -> bool {
    let quiet = worker.sample.beat_age.is_some_and(|age| age > HINT_AFTER);
    worker.stalled_since.is_some() || (quiet && worker.sample.in_flight > 0)
}

impl Fleet {
    /// Note something on the way to ready, and see whether that was the last of it.
    pub(super) fn note(&mut self, id: WorkerId, turn: &mut Turn, what: impl FnOnce(&mut Worker)) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        what(worker);
        if worker.phase != Phase::Starting || !worker.is_complete() {
            return;
        }
        worker.phase = Phase::Ready;
        worker.ready_at = Some(turn.now);
        let period = worker.app.health.as_ref().map(|health| health.interval);
        worker.probe_due = period.map(|period| turn.now + period);
        let after_ms = worker.age(turn.now).as_millis() as u64;
        turn.tell(EventKind::WorkerReady { worker: id, number: worker.number, after_ms });
        if let Some(rollout) = &mut self.rollout {
            rollout.proven |= rollout.version.generation == worker.generation;
        }
        self.ever_ready = true;
        self.failed = None;
        self.launched(None, Vec::new(), turn);
        self.install(id, turn);
        turn.publish();
    }

    pub(super) fn probed(&mut self, id: WorkerId, result: Result<(), String>, turn: &mut Turn) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        worker.probing = false;
        let interval = worker.app.health.as_ref().map(|health| health.interval);
        if !worker.is_ready() {
            worker.probe_due = Some(turn.now + PROBE_GAP);
            return self.note(id, turn, |worker| match result {
                Ok(()) => worker.readiness.answered = true,
                Err(refusal) => worker.readiness.refusal = Some(refusal),
            });
        }
        worker.probe_due = interval.map(|interval| turn.now + interval);
        worker.refusals = if result.is_ok() { 0 } else { worker.refusals + 1 };
        if worker.refusals >= REFUSALS_MAX {
            worker.refusals = 0;
            self.wish(id, "health", turn);
        }
    }

    pub(super) fn measured(&mut self, id: WorkerId, sample: Sample, turn: &mut Turn) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let before = worker.measured.replace(turn.now);
        worker.sample = sample;
        let size = size(sample.rss_bytes, worker.app.memory);
        if size == Size::TooLarge {
            let size = base::units::show_bytes(sample.rss_bytes);
            return worker.kill(&format!("memory: {size} is above memory_hard_max"), turn);
        }
        if !worker.is_ready() {
            return;
        }
        let blind = before.is_none_or(|before| turn.now - before > BLIND_AFTER);
        if size == Size::Large {
            self.wish_for_memory(id, turn);
        }
        if !blind {
            self.judge_stall(id, turn);
        }
        self.forgive(id, turn.now);
    }

    /// A worker that outgrows the limit at once would be replaced without end: each gets its time.
    fn wish_for_memory(&mut self, id: WorkerId, turn: &mut Turn) {
        let Some(worker) = self.workers.get(&id) else { return };
        if worker.age(turn.now) >= worker.app.restart.stable_after {
            self.wish(id, "memory", turn);
        }
    }

    fn judge_stall(&mut self, id: WorkerId, turn: &mut Turn) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let (Some(age), limit) = (worker.sample.beat_age, worker.app.stall_max) else { return };
        let number = worker.number;
        match worker.stalled_since {
            None if age > limit => {
                worker.stalled_since = turn.now.checked_sub(age);
                let stalled_ms = age.as_millis() as u64;
                turn.tell(EventKind::WorkerStalled { worker: id, number, stalled_ms });
            }
            Some(_) if age > limit * KILL_FACTOR => {
                let stuck = base::units::show_duration(age);
                worker.kill(&format!("its event loop was stuck for {stuck}"), turn);
            }
            Some(since) if age <= limit => {
                worker.stalled_since = None;
                let stalled_ms = (turn.now - since).saturating_sub(age).as_millis() as u64;
                turn.tell(EventKind::WorkerRecovered { worker: id, number, stalled_ms });
                self.wish(id, "stall", turn);
            }
            _ => {}
        }
    }

    /// A stable run wipes out the deaths before it.
    fn forgive(&mut self, id: WorkerId, now: Instant) {
        let Some(worker) = self.workers.get(&id) else { return };
        if worker.age(now) < worker.app.restart.stable_after {
            return;
        }
        let slot = self.slots.get_mut(&worker.number).filter(|slot| slot.current == Some(id));
        if let Some(slot) = slot.filter(|slot| slot.next.is_none() && slot.wish.is_none()) {
            slot.forgive();
        }
    }

    /// Wish a replacement of a worker that serves.
    fn wish(&mut self, id: WorkerId, why: &'static str, turn: &Turn) {
        let Some(worker) = self.workers.get(&id) else { return };
        if let Some(slot) = self.slots.get_mut(&worker.number)
            && slot.current == Some(id)
        {
            slot.wish(why, turn.now, None);
        }
    }
}
