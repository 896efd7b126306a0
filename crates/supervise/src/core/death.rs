//! A worker ended: asked to, or not.

use super::event::Outcome;
use super::fleet::{Fleet, Life};
use super::slot::{Slot, Wish};
use super::turn::Turn;
use super::worker::Worker;
use model::{EventKind, WorkerId};
use std::time::Duration;

impl Fleet {
    /// The worker's process and group are gone, or were never made.
    pub(super) fn ended(&mut self, id: WorkerId, how: &str, stderr: Vec<String>, turn: &mut Turn) {
        let Some(worker) = self.workers.remove(&id) else { return };
        turn.publish();
        let slot = self.slots.get_mut(&worker.number);
        let held = slot.filter(|slot| slot.current == Some(id) || slot.next == Some(id));
        let (Some(slot), Life::Running) = (held, self.life) else {
            let (number, how) = (worker.number, how.to_owned());
            return turn.tell(EventKind::WorkerStopped { worker: id, number, how });
        };
        let how = worker.cause.clone().unwrap_or_else(|| how.to_owned());
        let new = self.rollout.as_ref().map(|rollout| rollout.version.generation);
        let is_new = new == Some(worker.generation);
        if is_new && slot.next == Some(id) {
            // The end of the reload, and told as that: nothing that served has died.
            slot.next = None;
            answer_wish(slot, &worker, &how, &stderr, turn);
            let reason = format!("the new worker {} was not ready: {how}", worker.number);
            return self.fail_rollout(reason, stderr, turn);
        }
        let wait = note_death(slot, &worker, &how, turn);
        self.restarts += 1;
        tell_death(slot, &worker, &how, &stderr, wait, turn);
        answer_wish(slot, &worker, &how, &stderr, turn);
        let looping = slot.is_looping();
        if slot.next == Some(id) {
            slot.next = None;
            return;
        }
        slot.current = None;
        if looping && is_new {
            let reason = format!("a worker of the new version dies again and again: {how}");
            self.fail_rollout(reason, stderr.clone(), turn);
        }
        self.give_up(&worker, &how, stderr, turn);
    }

    /// Mark the app failed once every number died often enough and none was ever ready.
    fn give_up(&mut self, worker: &Worker, how: &str, stderr: Vec<String>, turn: &mut Turn) {
        let hopeless = !self.ever_ready
            && self.failed.is_none()
            && self.rollout.is_none()
            && self.slots.values().all(Slot::is_looping);
        if !hopeless {
            return;
        }
        let times = worker.app.restart.crash_loop_after;
        let reason = format!(
            "no worker became ready in {times} attempts; the last one: {how}. It is tried again at \
             the next reload or restart"
        );
        self.fail(reason, stderr, turn);
    }
}

/// Count a death under `slot` and return how long the next start waits.
fn note_death(slot: &mut Slot, worker: &Worker, how: &str, turn: &mut Turn) -> Duration {
    let policy = &worker.app.restart;
    let ran = worker.age(turn.now);
    if ran >= policy.stable_after {
        slot.forgive();
    }
    if slot.deaths == 0 {
        slot.first_death = turn.now;
    }
    slot.deaths = slot.deaths.saturating_add(1);
    slot.restarts += 1;
    slot.last_death = how.to_owned();
    let wait = slot.backoff.died(ran, policy, &mut turn.draw.random);
    slot.due = turn.now + wait;
    wait
}

/// A person who asked for this start learns that it failed. Wishes of Ostler's own stay.
fn answer_wish(slot: &mut Slot, worker: &Worker, how: &str, stderr: &[String], turn: &mut Turn) {
    let asked = |wish: &mut Wish| !wish.tickets.is_empty() && wish.since <= worker.started;
    let tickets = slot.wish.take_if(asked).into_iter().flat_map(|wish| wish.tickets);
    let reason = format!("the new worker {} was not ready: {how}", worker.number);
    turn.answer(tickets, &Outcome::NotRestarted { reason, stderr: stderr.to_vec() });
}

fn tell_death(
    slot: &Slot,
    worker: &Worker,
    how: &str,
    stderr: &[String],
    wait: Duration,
    turn: &mut Turn,
) {
    let number = worker.number;
    turn.tell(EventKind::WorkerDied {
        worker: worker.id,
        number,
        how: how.to_owned(),
        stderr: stderr.to_vec(),
        again_in_ms: wait.as_millis() as u64,
    });
    let told_each = worker.app.restart.crash_loop_after.max(1);
    if slot.deaths.is_multiple_of(told_each) {
        turn.tell(EventKind::CrashLoop {
            number,
            deaths: slot.deaths,
            within_ms: slot.dying_for(turn.now).as_millis() as u64,
            how: how.to_owned(),
            stderr: stderr.to_vec(),
        });
    }
}
