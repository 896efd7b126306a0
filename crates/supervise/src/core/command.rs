//! What people ask of one fleet: scale, restart.

use super::event::{Outcome, Ticket};
use super::fleet::{Fleet, Life, WORKERS_MAX};
use super::scale::Reading;
use super::slot::Slot;
use super::turn::Turn;
use super::worker::{Phase, Worker};
use model::EventKind;

impl Fleet {
    pub(super) fn scale_by_hand(&mut self, workers: u32, turn: &mut Turn) {
        if !self.is_leaving() {
            self.by_hand = true;
            self.scale_to(workers.clamp(1, WORKERS_MAX), "by hand".to_owned(), turn);
        }
    }

    pub(super) fn restart(&mut self, number: u32, ticket: Option<Ticket>, turn: &mut Turn) {
        let refuse = |reason: &str, turn: &mut Turn| {
            let (reason, stderr) = (reason.to_owned(), Vec::new());
            turn.answer(ticket, &Outcome::NotRestarted { reason, stderr });
        };
        if self.is_leaving() {
            return refuse("the app is being stopped", turn);
        }
        let Some(slot) = self.slots.get_mut(&number) else {
            return refuse("there is no such worker", turn);
        };
        slot.wish("restart", turn.now, ticket);
        slot.due = turn.now;
        slot.forgive();
        if self.failed.take().is_some() {
            for slot in self.slots.values_mut() {
                slot.due = turn.now;
                slot.forgive();
            }
            turn.publish();
        }
    }

    /// Nobody who asked for a restart waits any longer.
    pub(super) fn drop_wishes(&mut self, turn: &mut Turn) {
        let wishes = self.slots.values_mut().filter_map(|slot| slot.wish.take());
        let tickets: Vec<Ticket> = wishes.flat_map(|wish| wish.tickets).collect();
        let reason = "the app is being stopped".to_owned();
        turn.answer(tickets, &Outcome::NotRestarted { reason, stderr: Vec::new() });
    }

    /// Scale between `min` and `max` as the load asks, unless a person set the number.
    pub(super) fn scale_by_load(&mut self, turn: &mut Turn) {
        let app = self.version.app.clone();
        let automatic = app.workers.min < app.workers.max && !self.by_hand;
        if !automatic || self.life != Life::Running || self.rollout.is_some() {
            return;
        }
        if self.is_growing() {
            return self.scaler.hold();
        }
        let ready = self.workers.values().filter(|worker| worker.is_ready());
        let readings: Vec<Reading> = ready.map(reading).collect();
        let decision =
            self.scaler.decide(turn.now, &readings, self.target, app.workers, &app.scale);
        if let Some((to, why)) = decision {
            self.scale_to(to, why, turn);
        }
    }

    /// A worker is on its way to a number that has none. One that dies again and again is not: it
    /// would hold up the others for ever.
    fn is_growing(&self) -> bool {
        let coming = |slot: &Slot| slot.current.and_then(|id| self.workers.get(&id));
        let mut slots = self.slots.values().filter(|slot| !slot.is_looping());
        slots.any(|slot| coming(slot).is_some_and(|worker| worker.phase == Phase::Starting))
    }

    fn scale_to(&mut self, to: u32, why: String, turn: &mut Turn) {
        let from = std::mem::replace(&mut self.target, to);
        if from != to {
            turn.tell(EventKind::Scaled { from, to, why });
            turn.publish();
        }
    }
}

fn reading(worker: &Worker) -> Reading {
    let sample = &worker.sample;
    let busy = sample.utilisation.unwrap_or(0.0).max(sample.cpu.min(1.0));
    Reading { in_flight: f64::from(sample.in_flight), busy }
}
