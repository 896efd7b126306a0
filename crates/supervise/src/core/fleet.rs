//! One app's workers: the state, and the door through which every event comes in. Pure.

use super::event::{Action, Event};
use super::launch::Launch;
use super::rollout::{Ask, Rollout};
use super::scale::Scaler;
use super::slot::{Slot, Version};
use super::turn::{Draw, Turn};
use super::worker::{Phase, Worker};
use config::App;
use model::api::AppState;
use model::{FleetState, Intake, WorkerId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// The most workers one app may have.
pub const WORKERS_MAX: u32 = 256;

/// Whether the fleet is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Nobody said yet that it can be started.
    New,
    Running,
    Stopping,
    Stopped,
}

/// No worker ever became ready.
#[derive(Debug, Clone)]
pub struct Failure {
    pub reason: String,
}

/// One app's workers. See `LIFECYCLE.md`.
#[derive(Debug)]
pub struct Fleet {
    /// What serves now, and what a new number runs.
    pub(super) version: Version,
    /// The highest generation ever handed out.
    pub(super) generation_last: u32,
    pub(super) target: u32,
    /// The target was set by a person: automatic scaling keeps off.
    pub(super) by_hand: bool,
    pub(super) slots: BTreeMap<u32, Slot>,
    pub(super) workers: BTreeMap<WorkerId, Worker>,
    pub(super) launch: Option<Launch>,
    pub(super) rollout: Option<Rollout>,
    /// The reload to begin when the present one ends.
    pub(super) queued: Option<Ask>,
    pub(super) failed: Option<Failure>,
    /// A reload stopped after some workers had been replaced.
    pub(super) halfway: Option<String>,
    pub(super) ever_ready: bool,
    pub(super) life: Life,
    pub(super) restarts: u64,
    pub(super) scaler: Scaler,
}

impl Fleet {
    /// A fleet that starts nothing before [`Event::Start`].
    pub fn new(app: Arc<App>) -> Self {
        let target = app.workers.min.clamp(1, WORKERS_MAX);
        Fleet {
            version: Version { generation: 1, app },
            generation_last: 1,
            target,
            by_hand: false,
            slots: BTreeMap::new(),
            workers: BTreeMap::new(),
            launch: None,
            rollout: None,
            queued: None,
            failed: None,
            halfway: None,
            ever_ready: false,
            life: Life::New,
            restarts: 0,
            scaler: Scaler::default(),
        }
    }

    /// Take in `event`, and append to `out` what the shell shall do.
    pub fn step(&mut self, now: Instant, event: Event, draw: &mut Draw, out: &mut Vec<Action>) {
        let mut turn = Turn::new(now, draw, out);
        self.take(event, &mut turn);
        self.progress(&mut turn);
        self.plan(&mut turn);
        self.finish(&mut turn);
        turn.end();
    }

    fn take(&mut self, event: Event, turn: &mut Turn) {
        match event {
            Event::Start { ticket } => self.start(ticket, turn),
            Event::Unstartable { reason, ticket } => self.refuse_start(reason, ticket, turn),
            Event::Tick => self.scale_by_load(turn),
            Event::SpawnFailed { worker, reason } => {
                self.ended(worker, &reason, Vec::new(), turn);
            }
            Event::Exited { worker, how, stderr } => self.ended(worker, &how, stderr, turn),
            Event::Listening { worker } => {
                self.note(worker, turn, |w| w.readiness.listening = true)
            }
            Event::SaidReady { worker } => self.note(worker, turn, |w| w.readiness.said = true),
            Event::Unfit { worker, reason } => {
                let worker = self.workers.get_mut(&worker);
                if let Some(worker) = worker.filter(|worker| worker.phase == Phase::Starting) {
                    worker.kill(&reason, turn);
                }
            }
            Event::Probed { worker, result } => self.probed(worker, result, turn),
            Event::Measured { worker, sample } => self.measured(worker, sample, turn),
            Event::Reload { app, ticket } => self.reload(app, ticket, turn),
            Event::Scale { workers } => self.scale_by_hand(workers, turn),
            Event::Restart { number, ticket } => self.restart(number, ticket, turn),
            Event::Stop => self.stop(turn),
            Event::KillNow => self.kill_now(turn),
        }
    }

    /// The workers that have been ready and have not ended, oldest first.
    pub fn members(&self) -> impl Iterator<Item = (&Worker, Intake)> {
        self.workers.values().filter_map(|worker| Some((worker, worker.intake()?)))
    }

    /// Every worker process, oldest first.
    pub fn workers(&self) -> impl Iterator<Item = &Worker> {
        self.workers.values()
    }

    /// Every worker number.
    pub fn slots(&self) -> impl Iterator<Item = (u32, &Slot)> {
        self.slots.iter().map(|(number, slot)| (*number, slot))
    }

    /// The worker `id`, while it has not ended.
    pub fn worker(&self, id: WorkerId) -> Option<&Worker> {
        self.workers.get(&id)
    }

    /// The settings that serve now.
    pub fn app(&self) -> &Arc<App> {
        &self.version.app
    }

    /// The settings that the newest reload asks for, or that serve now.
    pub fn app_wanted(&self) -> &Arc<App> {
        let queued = self.queued.as_ref().and_then(|ask| ask.app.as_ref());
        let rolling = self.rollout.as_ref().map(|rollout| &rollout.version.app);
        queued.or(rolling).unwrap_or(&self.version.app)
    }

    /// The generation that serves now.
    pub fn generation(&self) -> u32 {
        self.version.generation
    }

    /// How many workers are wanted.
    pub fn target(&self) -> u32 {
        self.target
    }

    /// Unasked deaths ever.
    pub fn restarts(&self) -> u64 {
        self.restarts
    }

    /// A worker is being drained: look at it more often.
    pub fn is_hurried(&self) -> bool {
        self.workers
            .values()
            .any(|worker| matches!(worker.phase, Phase::Draining { .. } | Phase::Closing { .. }))
    }

    /// Where the app stands.
    pub fn state(&self) -> AppState {
        match self.life {
            Life::Stopping => return AppState::Stopping,
            Life::Stopped => return AppState::Stopped,
            Life::New | Life::Running => {}
        }
        if self.rollout.is_some() {
            AppState::Reloading
        } else if self.failed.is_some() {
            AppState::Failed
        } else if self.ever_ready && self.reason().is_some() {
            AppState::Degraded
        } else if self.workers.values().any(Worker::is_ready) {
            AppState::Online
        } else {
            AppState::Starting
        }
    }

    /// Why it is failed or degraded.
    pub fn reason(&self) -> Option<String> {
        if let Some(failure) = &self.failed {
            return Some(failure.reason.clone());
        }
        let mut looping = self.slots.iter().filter(|(_, slot)| slot.is_looping());
        let deaths = looping.next().map(|(number, slot)| {
            format!("worker {number} died {} times in a row: {}", slot.deaths, slot.last_death)
        });
        self.halfway.clone().or(deaths)
    }

    /// What the edge is told.
    pub fn fleet_state(&self) -> FleetState {
        if self.is_leaving() && self.ready_count() == 0 {
            FleetState::Stopped
        } else if self.failed.is_some() && self.rollout.is_none() {
            FleetState::Failed
        } else if self.ever_ready {
            FleetState::Serving
        } else {
            FleetState::Starting
        }
    }

    /// It is being stopped, or is.
    pub(super) fn is_leaving(&self) -> bool {
        matches!(self.life, Life::Stopping | Life::Stopped)
    }

    pub(super) fn ready_count(&self) -> u32 {
        self.workers.values().filter(|worker| worker.is_ready()).count() as u32
    }
}
