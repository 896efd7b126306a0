//! The status that people and programs see.

use super::live::Shell;
use super::process::Process;
use super::running::Running;
use crate::core::{Phase, Worker};
use model::WorkerId;
use model::api::{AppStatus, WorkerState, WorkerStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

impl Shell {
    /// Refresh what `Handle::status` shows.
    pub(super) fn publish_status(&self) {
        let now = base::clock::now();
        let apps = self.apps.iter().map(|app| of_app(app, now)).collect();
        self.status.send_replace(Arc::new(apps));
    }

    /// Refresh what `Handle::fleets` shows.
    pub(super) fn publish_list(&self) {
        let staying = self.apps.iter().filter(|app| !app.is_leaving);
        let list = staying.map(|app| (app.name.clone(), app.fleet.subscribe()));
        self.fleets.send_replace(list.collect());
        self.publish_status();
    }

    /// Forget apps that left the config and have ended.
    pub(super) fn drop_left(&mut self) {
        let before = self.apps.len();
        if self.stopping.is_none() {
            self.apps.retain(|app| !(app.is_leaving && app.is_gone()));
        }
        if self.apps.len() != before {
            self.publish_list();
        }
    }
}

fn of_app(app: &Running, now: Instant) -> AppStatus {
    let core = &app.core;
    let settings = core.app();
    let restarts = |number| {
        let mut slots = core.slots();
        slots.find(|(known, _)| *known == number).map_or(0, |(_, slot)| slot.restarts)
    };
    let running = core.workers().map(|worker| {
        let process = app.processes.get(&worker.id);
        of_worker(worker, process, restarts(worker.number), now)
    });
    let waiting = core.slots().filter(|(_, slot)| slot.current.is_none() && slot.next.is_none());
    let waiting = waiting.map(|(number, slot)| WorkerStatus {
        restarts: slot.restarts,
        generation: slot.version.generation,
        ..nothing(number)
    });
    let mut workers: Vec<WorkerStatus> = running.chain(waiting).collect();
    workers.sort_by_key(|worker| (worker.number, worker.id));
    AppStatus {
        name: app.name.clone(),
        state: core.state(),
        reason: core.reason(),
        workers_target: core.target(),
        workers_min: settings.workers.min,
        workers_max: settings.workers.max,
        generation: core.generation(),
        restarts: core.restarts(),
        workers,
    }
}

fn of_worker(
    worker: &Worker,
    process: Option<&Process>,
    restarts: u64,
    now: Instant,
) -> WorkerStatus {
    let state = match worker.phase {
        Phase::Starting => WorkerState::Starting,
        Phase::Ready if worker.stalled_since.is_some() => WorkerState::Stalled,
        Phase::Ready => WorkerState::Ready,
        Phase::Draining { .. } | Phase::Closing { .. } => WorkerState::Draining,
        Phase::Stopping { .. } | Phase::Killed => WorkerState::Stopping,
    };
    let base = WorkerStatus {
        id: worker.id,
        state,
        generation: worker.generation,
        uptime_seconds: worker.age(now).as_secs(),
        restarts,
        ..nothing(worker.number)
    };
    let Some(process) = process else { return base };
    let (load, figures) = (&process.load, &process.figures);
    WorkerStatus {
        pid: process.pid.as_raw_nonzero().get().unsigned_abs(),
        cpu_percent: process.usage.cpu * 100.0,
        rss_bytes: process.usage.rss_bytes,
        cpu_seconds: process.usage.cpu_seconds,
        gc_seconds: figures.pulse.map(|pulse| pulse.gc_ms / 1_000.0),
        gc_runs: figures.pulse.map(|pulse| pulse.gc_runs),
        heap_bytes: figures.pulse.map_or(0, |pulse| pulse.heap_bytes),
        loop_delay_ms: figures.loop_delay_ms,
        loop_utilisation: figures.loop_utilisation,
        in_flight: load.in_flight.load(Relaxed),
        upgraded: load.upgraded.load(Relaxed),
        requests: load.requests.load(Relaxed),
        requests_per_second: figures.requests_per_second,
        failures: load.failures.load(Relaxed),
        p50_ms: figures.p50_ms,
        p99_ms: figures.p99_ms,
        ..base
    }
}

/// A number without a process.
pub(super) fn nothing(number: u32) -> WorkerStatus {
    WorkerStatus {
        id: WorkerId(0),
        number,
        pid: 0,
        state: WorkerState::Waiting,
        generation: 0,
        uptime_seconds: 0,
        restarts: 0,
        cpu_percent: 0.0,
        cpu_seconds: 0.0,
        gc_seconds: None,
        gc_runs: None,
        rss_bytes: 0,
        heap_bytes: 0,
        loop_delay_ms: None,
        loop_utilisation: None,
        in_flight: 0,
        upgraded: 0,
        requests: 0,
        requests_per_second: 0.0,
        failures: 0,
        p50_ms: None,
        p99_ms: None,
    }
}
