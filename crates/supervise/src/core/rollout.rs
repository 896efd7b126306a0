//! The rolling reload: every number gets a worker of a new generation, the new one ready first.

use super::event::{Outcome, Ticket};
use super::fleet::{Failure, Fleet};
use super::slot::Version;
use super::turn::Turn;
use config::App;
use model::EventKind;
use model::api::ReloadReport;
use std::sync::Arc;
use std::time::Instant;

/// A reload that was asked for. All who ask before it begins share it.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// New settings; None: as they are.
    pub app: Option<Arc<App>>,
    pub tickets: Vec<Ticket>,
}

/// A reload under way.
#[derive(Debug, Clone)]
pub struct Rollout {
    pub version: Version,
    pub tickets: Vec<Ticket>,
    pub started: Instant,
    /// A worker of the new generation became ready.
    pub proven: bool,
}

impl Fleet {
    pub(super) fn reload(
        &mut self,
        app: Option<Arc<App>>,
        ticket: Option<Ticket>,
        turn: &mut Turn,
    ) {
        if self.is_leaving() {
            let reason = "the app is being stopped".to_owned();
            let report = self.report(false, 0, Some(reason), Vec::new());
            return turn.answer(ticket, &Outcome::Reloaded(report));
        }
        // What changed since the present reload began may not be in its workers: go round again.
        let ask = self.queued.get_or_insert_default();
        ask.app = app.or(ask.app.take());
        ask.tickets.extend(ticket);
    }

    fn begin_queued(&mut self, turn: &mut Turn) {
        let Some(ask) = self.queued.take() else { return };
        self.generation_last += 1;
        let generation = self.generation_last;
        let app = ask.app.unwrap_or_else(|| self.version.app.clone());
        turn.tell(EventKind::ReloadStarted { generation });
        self.rollout = Some(Rollout {
            version: Version { generation, app },
            tickets: ask.tickets,
            started: turn.now,
            proven: false,
        });
        turn.publish();
    }

    /// Take the next steps of the present reload, or begin the one that waits.
    pub(super) fn roll(&mut self, turn: &mut Turn) {
        if self.rollout.is_none() {
            self.begin_queued(turn);
        }
        let Some(rollout) = &self.rollout else { return };
        let version = rollout.version.clone();
        let generation = version.generation;
        let new = |number: &u32| {
            self.slots.get(number).is_some_and(|slot| slot.version.generation == generation)
        };
        let serves = |number: &u32| {
            let current = self.slots.get(number).and_then(|slot| slot.current);
            current.is_some_and(|id| self.is_serving(id))
        };
        let (done, old): (Vec<u32>, Vec<u32>) = self.slots.keys().copied().partition(new);
        if !done.iter().all(serves) {
            return; // a new worker died: go on when it is back, or fail when it loops
        }
        if old.is_empty() {
            return self.succeed(turn);
        }
        // One worker first; the rest only when it has shown that the new version starts.
        let under_way = |number: &&u32| self.slots.get(number).is_some_and(|s| s.next.is_some());
        if !rollout.proven && old.iter().any(|number| under_way(&number)) {
            return;
        }
        let at_most = if rollout.proven { old.len() } else { 1 };
        let waiting: Vec<u32> =
            old.iter().filter(|number| !under_way(number)).copied().take(at_most).collect();
        for number in waiting {
            if !self.may_add() {
                return;
            }
            self.start_next(number, &version, turn);
        }
    }

    fn succeed(&mut self, turn: &mut Turn) {
        let Some(rollout) = self.rollout.take() else { return };
        if self.version.app.workers != rollout.version.app.workers {
            let workers = rollout.version.app.workers;
            self.by_hand = false;
            self.target = self.target.clamp(workers.min, workers.max);
        }
        self.version = rollout.version;
        self.halfway = None;
        let took_ms = (turn.now - rollout.started).as_millis() as u64;
        let generation = self.version.generation;
        turn.tell(EventKind::ReloadDone { generation, took_ms });
        let report = self.report(true, took_ms, None, Vec::new());
        turn.answer(rollout.tickets, &Outcome::Reloaded(report));
        turn.publish();
        self.begin_queued(turn);
    }

    /// The new version does not start: what is old stays.
    pub(super) fn fail_rollout(&mut self, reason: String, stderr: Vec<String>, turn: &mut Turn) {
        let Some(rollout) = self.rollout.take() else { return };
        let generation = rollout.version.generation;
        let on_their_way: Vec<_> = self.slots.values_mut().filter_map(|s| s.next.take()).collect();
        for id in on_their_way {
            self.retire(id, turn);
        }
        let of_new = |slot: &&super::slot::Slot| slot.version.generation == generation;
        let replaced = self.slots.values().filter(of_new).count();
        let reason = if replaced == 0 {
            reason
        } else {
            let all = self.slots.len();
            let text = format!(
                "the reload stopped half-way, {replaced} of {all} workers run the new version \
                 (reload again once it is mended): {reason}"
            );
            self.halfway = Some(text.clone());
            text
        };
        if let Some(failed) = &mut self.failed {
            *failed = Failure { reason: reason.clone() };
        }
        turn.tell(EventKind::ReloadFailed {
            generation,
            reason: reason.clone(),
            stderr: stderr.clone(),
        });
        let took_ms = (turn.now - rollout.started).as_millis() as u64;
        let report = self.report(false, took_ms, Some(reason), stderr);
        turn.answer(rollout.tickets, &Outcome::Reloaded(report));
        turn.publish();
    }

    /// Nobody who asked for a reload waits any longer.
    pub(super) fn drop_reloads(&mut self, reason: &str, turn: &mut Turn) {
        self.fail_rollout(reason.to_owned(), Vec::new(), turn);
        if let Some(ask) = self.queued.take() {
            let report = self.report(false, 0, Some(reason.to_owned()), Vec::new());
            turn.answer(ask.tickets, &Outcome::Reloaded(report));
        }
    }

    pub(super) fn report(
        &self,
        ok: bool,
        took_ms: u64,
        reason: Option<String>,
        stderr: Vec<String>,
    ) -> ReloadReport {
        let (app, generation) = (self.version.app.name.clone(), self.generation());
        ReloadReport { app, ok, generation, took_ms, reason, stderr }
    }
}
