//! What is read of each worker, and the passing of time.

use super::live::Shell;
use super::process::Process;
use crate::core::{Event, Sample, is_held_up};
use crate::worker::pulse;
use model::WorkerId;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

impl Shell {
    /// Read everything and let time pass.
    pub fn tick(&mut self, now: Instant) {
        let is_second = now - self.second >= SECOND;
        if is_second {
            self.second = now;
        }
        for at in 0..self.apps.len() {
            let Some(app) = self.apps.get_mut(at) else { break };
            let name = app.name.clone();
            let mut readings = Vec::with_capacity(app.processes.len());
            for (worker, process) in &mut app.processes {
                if is_second && !process.is_reaped {
                    process.usage.read(now);
                    process.figures.close(now, &process.load);
                }
                readings.push((*worker, sample(process)));
            }
            for (worker, sample) in readings {
                self.step_at(now, &name, Event::Measured { worker, sample });
                self.hint(at, worker);
            }
            self.step_at(now, &name, Event::Tick);
            self.look_at_files(at, now);
        }
        if self.apps.iter().any(super::running::Running::has_zombies) {
            self.reap();
        }
        self.mend_warden(now);
        self.drop_left();
        if is_second {
            self.publish_status();
        }
    }

    /// Tell the edge whether to pass over the worker for now.
    fn hint(&self, at: usize, worker: WorkerId) {
        let Some(app) = self.apps.get(at) else { return };
        if let (Some(process), Some(worker)) = (app.processes.get(&worker), app.core.worker(worker))
        {
            process.load.stalled.store(is_held_up(worker), Relaxed);
            process.load.stuck.store(worker.stalled_since.is_some(), Relaxed);
        }
    }

    fn look_at_files(&mut self, at: usize, now: Instant) {
        let Some(app) = self.apps.get_mut(at) else { return };
        let due = app.files.as_mut().is_some_and(|files| files.is_due(now));
        if due && !app.is_checking {
            app.is_checking = true;
            let settings = app.core.app_wanted().clone();
            self.look_at(settings, None, false);
        }
    }
}

fn sample(process: &mut Process) -> Sample {
    if let Some(pulse) = pulse::read(&process.pulse) {
        process.figures.beat(pulse);
    }
    let beat = process.figures.pulse.as_ref();
    process.load.set_busy(beat.map(|pulse| pulse.busy(base::clock::monotonic_ns())));
    Sample {
        in_flight: process.load.in_flight.load(Relaxed),
        upgraded: process.load.upgraded.load(Relaxed),
        beat_age: beat.map(|pulse| pulse.age(base::clock::monotonic_ns())),
        rss_bytes: process.usage.rss_bytes,
        utilisation: process.figures.loop_utilisation,
        cpu: process.usage.cpu,
    }
}
