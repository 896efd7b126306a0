//! What is missing, and may be started or ended now: looked at after every event.
//!
//! Events only change facts; this compares the facts with what is wanted. So nothing depends on the
//! order in which events come.

use super::event::{Action, Outcome};
use super::fleet::{Fleet, Life, WORKERS_MAX};
use super::slot::{Slot, Version};
use super::turn::Turn;
use super::worker::{Phase, Worker};
use model::{EventKind, WorkerId};

impl Fleet {
    /// Start and end what the facts call for.
    pub(super) fn plan(&mut self, turn: &mut Turn) {
        if self.life != Life::Running {
            return;
        }
        self.resize(turn);
        if self.failed.is_none() {
            self.fill(turn);
        }
        self.roll(turn);
        self.grant(turn);
    }

    /// How many processes there may be beyond one for each number.
    fn extra_max(&self) -> usize {
        (self.target as usize / 4).max(1)
    }

    /// Processes beyond one for each number: replacements on their way, and replaced ones.
    fn extra(&self) -> usize {
        let kept = |slot: &Slot| [slot.current, slot.next].into_iter().flatten().take(1).count();
        self.workers.len() - self.slots.values().map(kept).sum::<usize>()
    }

    pub(super) fn may_add(&self) -> bool {
        self.extra() < self.extra_max()
    }

    /// Make and end worker numbers as `target` says.
    fn resize(&mut self, turn: &mut Turn) {
        for number in 0..self.target.min(WORKERS_MAX) {
            self.slots.entry(number).or_insert_with(|| Slot::new(self.version.clone(), turn.now));
        }
        let surplus: Vec<u32> =
            self.slots.range(self.target..).map(|(number, _)| *number).collect();
        let kept = self.slots.range(..self.target).filter_map(|(_, slot)| slot.current);
        let serving = kept.filter(|id| self.is_serving(*id)).count() as u32;
        let enough = serving >= self.version.app.workers.min.min(self.target);
        for number in surplus.into_iter().rev() {
            let current = self.slots.get(&number).and_then(|slot| slot.current);
            if !enough && current.is_some_and(|id| self.is_serving(id)) {
                continue; // the others are not up yet; looked at again after the next event
            }
            let Some(slot) = self.slots.remove(&number) else { continue };
            for id in [slot.current, slot.next].into_iter().flatten() {
                self.retire(id, turn);
            }
            let tickets = slot.wish.into_iter().flat_map(|wish| wish.tickets);
            let reason = "the app was scaled below this worker".to_owned();
            turn.answer(tickets, &Outcome::NotRestarted { reason, stderr: Vec::new() });
        }
    }

    pub(super) fn is_serving(&self, id: WorkerId) -> bool {
        self.workers.get(&id).is_some_and(Worker::is_ready)
    }

    /// Start a worker under each number that has none and need not wait.
    fn fill(&mut self, turn: &mut Turn) {
        let proven = self.rollout.as_ref().filter(|rollout| rollout.proven);
        let proven = proven.map(|rollout| &rollout.version);
        for (number, slot) in &mut self.slots {
            if slot.current.is_some() || slot.next.is_some() {
                continue;
            }
            if let Some(new) = proven.filter(|new| new.generation != slot.version.generation) {
                *slot = Slot { wish: slot.wish.take(), ..Slot::new(new.clone(), turn.now) };
            }
            if slot.due <= turn.now {
                let worker = spawn(*number, &slot.version, turn);
                slot.current = Some(worker.id);
                self.workers.insert(worker.id, worker);
            }
        }
    }

    /// Start replacements that were wished for: memory, health, stall, restart.
    fn grant(&mut self, turn: &mut Turn) {
        if self.rollout.is_some() {
            return; // it replaces them anyway
        }
        let numbers: Vec<u32> = self.slots.keys().copied().collect();
        for number in numbers {
            if !self.may_add() {
                return;
            }
            let Some(slot) = self.slots.get(&number) else { continue };
            let (Some(wish), Some(old), None) = (&slot.wish, slot.current, slot.next) else {
                continue;
            };
            if slot.due > turn.now {
                continue;
            }
            let (why, version) = (wish.why.to_owned(), slot.version.clone());
            turn.tell(EventKind::Replacing { worker: old, number, why });
            self.start_next(number, &version, turn);
        }
    }

    /// Start the replacement of `number`.
    pub(super) fn start_next(&mut self, number: u32, version: &Version, turn: &mut Turn) {
        let Some(slot) = self.slots.get_mut(&number) else { return };
        let worker = spawn(number, version, turn);
        slot.next = Some(worker.id);
        self.workers.insert(worker.id, worker);
    }

    /// The worker's replacement, if it is one, takes its number; the old one drains.
    pub(super) fn install(&mut self, id: WorkerId, turn: &mut Turn) {
        let Some(worker) = self.workers.get(&id) else { return };
        let Some(slot) = self.slots.get_mut(&worker.number) else { return };
        let mut old = None;
        if slot.next == Some(id) {
            let changed = slot.version.generation != worker.generation;
            slot.version = Version { generation: worker.generation, app: worker.app.clone() };
            slot.next = None;
            old = slot.current.replace(id);
            if changed {
                slot.forgive();
            }
        }
        // A wish is granted by any worker that was started after it.
        let granted = slot.wish.take_if(|wish| wish.since <= worker.started);
        let tickets = granted.into_iter().flat_map(|wish| wish.tickets);
        turn.answer(tickets, &Outcome::Restarted);
        if let Some(old) = old {
            self.retire(old, turn);
        }
    }

    /// A worker leaves: drained first if it took requests.
    pub(super) fn retire(&mut self, id: WorkerId, turn: &mut Turn) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        match worker.phase {
            Phase::Starting => worker.signal(turn),
            Phase::Ready => {
                worker.phase = Phase::Draining { since: turn.now };
                turn.publish();
            }
            Phase::Draining { .. } | Phase::Closing { .. } => {}
            Phase::Stopping { .. } | Phase::Killed => {}
        }
    }
}

fn spawn(number: u32, version: &Version, turn: &mut Turn) -> Worker {
    let id = turn.draw.worker();
    let (generation, app) = (version.generation, version.app.clone());
    turn.act(Action::Spawn { worker: id, number, generation, app: app.clone() });
    Worker::new(id, number, generation, app, turn.now)
}
