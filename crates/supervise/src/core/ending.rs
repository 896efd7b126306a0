//! Time passes for workers on their way in and out: limits of starting, draining, stopping.

use super::event::Action;
use super::fleet::{Fleet, Life};
use super::turn::Turn;
use super::worker::{Phase, Worker};
use model::EventKind;
use std::time::Duration;

/// The edge may have picked a worker just before it learned that it drains: nothing is believed
/// to be over before this.
const SETTLE: Duration = Duration::from_millis(50);
/// For the close frames of upgraded connections to go out.
const CLOSING: Duration = Duration::from_secs(1);

impl Fleet {
    /// Move every worker on whose time has come.
    pub(super) fn progress(&mut self, turn: &mut Turn) {
        for worker in self.workers.values_mut() {
            match worker.phase {
                Phase::Starting => starting(worker, turn),
                Phase::Ready => probe(worker, turn),
                Phase::Draining { since } => {
                    if is_drained(worker, turn.now - since, turn) {
                        drained(worker, turn.now - since, turn);
                    }
                }
                Phase::Closing { until } => {
                    if worker.sample.upgraded == 0 || until <= turn.now {
                        worker.signal(turn);
                    }
                }
                Phase::Stopping { until } if until <= turn.now => {
                    let signal = &worker.app.stopping.signal;
                    let limit = base::units::show_duration(worker.app.stopping.kill_after);
                    worker.kill(&format!("did not end within {limit} of {signal}"), turn);
                }
                Phase::Stopping { .. } | Phase::Killed => {}
            }
        }
    }

    pub(super) fn stop(&mut self, turn: &mut Turn) {
        if self.is_leaving() {
            return;
        }
        self.launched(Some("the app is being stopped".to_owned()), Vec::new(), turn);
        self.drop_reloads("the app is being stopped", turn);
        self.life = Life::Stopping;
        let workers: Vec<_> = self.workers.keys().copied().collect();
        for id in workers {
            self.retire(id, turn);
        }
        self.drop_wishes(turn);
        self.slots.clear();
        turn.publish();
    }

    pub(super) fn kill_now(&mut self, turn: &mut Turn) {
        self.stop(turn);
        for worker in self.workers.values_mut() {
            worker.kill("Ostler was told to end at once", turn);
        }
    }

    /// After a stop: say so when the last worker is gone.
    pub(super) fn finish(&mut self, turn: &mut Turn) {
        if self.life == Life::Stopping && self.workers.is_empty() {
            self.life = Life::Stopped;
            turn.publish();
            turn.act(Action::Ended);
        }
    }
}

fn starting(worker: &mut Worker, turn: &mut Turn) {
    if worker.age(turn.now) >= worker.app.ready_timeout {
        let missing = worker.missing();
        return worker.kill(&missing, turn);
    }
    if worker.wants_probe() && !worker.readiness.answered {
        probe(worker, turn);
    }
}

fn probe(worker: &mut Worker, turn: &mut Turn) {
    let due = worker.probe_due.is_none_or(|due| due <= turn.now);
    let wanted = !worker.is_ready() || worker.app.health.is_some();
    if wanted && due && !worker.probing {
        worker.probing = true;
        turn.act(Action::Probe { worker: worker.id });
    }
}

/// Whether a draining worker has nothing left to do, or had its time.
fn is_drained(worker: &Worker, for_now: Duration, turn: &Turn) -> bool {
    let stopping = &worker.app.stopping;
    let fresh = worker.measured.is_some_and(|at| at == turn.now);
    let empty = fresh && for_now >= SETTLE && worker.sample.in_flight == 0;
    let quiet = worker.sample.upgraded == 0 || for_now >= stopping.websocket_grace;
    quiet && (empty || for_now >= stopping.drain_timeout)
}

fn drained(worker: &mut Worker, after: Duration, turn: &mut Turn) {
    let after_ms = after.as_millis() as u64;
    turn.tell(EventKind::WorkerDrained { worker: worker.id, number: worker.number, after_ms });
    if worker.sample.upgraded == 0 {
        return worker.signal(turn);
    }
    worker.phase = Phase::Closing { until: turn.now + CLOSING };
    turn.publish();
}
