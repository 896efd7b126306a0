//! The ends of processes: workers, what they leave behind, and the warden.

use super::live::Shell;
use crate::core::Phase;
use crate::worker::reap;
use model::{EventKind, WorkerId};
use rustix::process::Pid;
use std::time::{Duration, Instant};

/// The warden is not started again more often than this.
const WARDEN_AGAIN: Duration = Duration::from_secs(1);

impl Shell {
    /// Look at every child that may have ended.
    pub fn reap(&mut self) {
        for at in 0..self.apps.len() {
            let Some(app) = self.apps.get(at) else { break };
            let running = app.processes.iter().filter(|(_, process)| !process.is_reaped);
            let pids: Vec<(WorkerId, Pid)> =
                running.map(|(id, process)| (*id, process.pid)).collect();
            for (worker, pid) in pids {
                if let Some(fate) = reap::peek(pid) {
                    self.bury(at, worker, fate);
                }
            }
        }
        if let Some(pid) = self.warden.as_ref().and_then(|warden| warden.pid())
            && reap::peek(pid).is_some()
            && self.warden_ended.is_none()
        {
            reap::reap(pid);
            self.warden_ended = Some(base::clock::now());
        }
        let workers: Vec<Pid> = self
            .apps
            .iter()
            .flat_map(|app| app.processes.values().filter(|p| !p.is_reaped).map(|p| p.pid))
            .collect();
        reap::reap_adopted(|pid| workers.contains(&pid));
    }

    /// A worker's main process has ended, and is a zombie yet: end what it left, then reap it.
    fn bury(&mut self, at: usize, worker: WorkerId, fate: reap::Fate) {
        let Some(app) = self.apps.get_mut(at) else { return };
        let Some(process) = app.processes.get_mut(&worker) else { return };
        let core = app.core.worker(worker);
        let was_asked = core.is_some_and(|core| matches!(core.phase, Phase::Stopping { .. }));
        if was_asked && !process.group().orphans().is_empty() {
            // It was quicker than its children, which may finish in the same time.
            if process.fate.replace(fate).is_none() {
                process.signal_group();
            }
            return;
        }
        let count = process.group().kill_orphans();
        if let Some(warden) = &mut self.warden {
            warden.ended(process.pid);
        }
        reap::reap(process.pid);
        process.finish(fate);
        if let (1.., Some(core)) = (count, core) {
            let number = core.number;
            self.journal.tell(&app.name, EventKind::OrphansKilled { worker, number, count });
        }
    }

    /// Start the warden again when something killed it.
    pub fn mend_warden(&mut self, now: Instant) {
        let due = self.warden_ended.is_some_and(|at| now - at >= WARDEN_AGAIN);
        if let (true, Some(warden)) = (due, &mut self.warden) {
            // Tried again in a second if the machine has no process to spare.
            self.warden_ended = warden.restart().err().map(|_| now);
        }
    }
}
